"""A function that gives a loss with its gradients."""

from .form import Form

FORM = Form(
    name="training_functions",
    order=5,
    what="a function that reads its weights from the module, goes forward and back, and returns a "
    "loss and the gradients",
    example="""\
import numpy as np

hidden_size, vocab_size = 100, 30
Wxh = np.random.randn(hidden_size, vocab_size) * 0.01
Whh = np.random.randn(hidden_size, hidden_size) * 0.01
Why = np.random.randn(vocab_size, hidden_size) * 0.01
bh, by = np.zeros((hidden_size, 1)), np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev):
    xs, hs, ps, loss = {}, {-1: hprev}, {}, 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        ps[t] = np.exp(Why @ hs[t] + by) / np.sum(np.exp(Why @ hs[t] + by))
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy, dbh, dby = (np.zeros_like(w) for w in (Wxh, Whh, Why, bh, by))
    dhnext = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        dWhy, dby = dWhy + dy @ hs[t].T, dby + dy
        draw = (Why.T @ dy + dhnext) * (1 - hs[t] ** 2)
        dWxh, dWhh, dbh = dWxh + draw @ xs[t].T, dWhh + draw @ hs[t - 1].T, dbh + draw
        dhnext = Whh.T @ draw
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs) - 1]
""",
    variants=(
        "gradients that are clipped: nothing is with the numbers that are drawn",
        "any cell, since it is the derivative of the loss that is asked for",
    ),
    not_read=(
        "fewer than three gradients by variables of the module",
        "weights whose shapes the module does not tell",
    ),
)
