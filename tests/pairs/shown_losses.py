"""Whole files whose classes give a loss and its gradients by one method, or by two."""

from __future__ import annotations

from .shown import Shown

CLASSIFIER = Shown(
    '''\
"""A classifier that keeps its weights in a dict, and gives loss and gradients at once."""
import numpy as np


class Classifier:
    def __init__(self, wide, hidden, classes):
        draw = np.random.default_rng(3).normal
        self.params = {"U": draw(size=(wide, hidden)), "s": np.zeros(hidden)}
        self.params.update(V=draw(size=(hidden, classes)), t=np.zeros(classes))

    def loss(self, X, labels=None, decay=0.0):
        p = self.params
        before = X @ p["U"] + p["s"]
        hidden = np.where(before > 0, before, 0.1 * before)
        scores = hidden @ p["V"] + p["t"]
        if labels is None:
            return scores
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances = scores / scores.sum(axis=1, keepdims=True)
        rows = np.arange(len(X))
        value = -np.log(chances[rows, labels]).mean() + decay / 2 * np.sum(p["U"] ** 2)
        delta = chances / len(X)
        delta[rows, labels] -= 1 / len(X)
        below = delta @ p["V"].T * np.where(before > 0, 1, 0.1)
        grads = {"V": hidden.T @ delta, "t": delta.sum(axis=0)}
        grads.update(U=X.T @ below + decay * p["U"], s=below.sum(axis=0))
        return value, grads


model = Classifier(4, 6, 3)
X, labels = np.random.default_rng(0).normal(size=(7, 4)), np.array([0, 1, 2, 2, 1, 0, 0])
for step in range(3):
    value, grads = model.loss(X, labels, decay=0.01)
    for name, gradient in grads.items():
        model.params[name] -= 0.1 * gradient
''',
    ("Classifier.loss",),
    'below = delta @ p["V"].T * np.where(before > 0, 1, 0.1)',
    'below = delta @ p["V"].T',
    "Classifier.loss",
)

SPELLER = Shown(
    '''\
"""A network that learns the next letter; its last state comes back beside the gradients."""
import numpy as np


class Speller:
    def __init__(self, letters, units):
        self.letters, self.units = letters, units
        self.Wx = np.random.randn(units, letters) * 0.2
        self.Wh = np.random.randn(units, units) * 0.2
        self.Wo = np.random.randn(letters, units) * 0.2
        self.b, self.c = np.zeros((units, 1)), np.zeros((letters, 1))

    def lesson(self, read, expected, state):
        states, guesses, value = [state], [], 0.0
        for letter, right in zip(read, expected):
            states.append(np.tanh(self.Wx[:, [letter]] + self.Wh @ states[-1] + self.b))
            raised = np.exp(self.Wo @ states[-1] + self.c)
            guesses.append(raised / raised.sum())
            value -= np.log(guesses[-1][right, 0])
        dWx, dWh, dWo = (np.zeros_like(w) for w in (self.Wx, self.Wh, self.Wo))
        db, dc = np.zeros_like(self.b), np.zeros_like(self.c)
        later = np.zeros_like(state)
        for step in reversed(range(len(read))):
            dout = guesses[step].copy()
            dout[expected[step]] -= 1
            dWo += dout @ states[step + 1].T
            dc += dout
            delta = (self.Wo.T @ dout + later) * (1 - states[step + 1] ** 2)
            dWx[:, read[step]] += delta[:, 0]
            dWh += delta @ states[step].T
            db += delta
            later = self.Wh.T @ delta
        return value, dWx, dWh, dWo, db, dc, states[-1]


if __name__ == "__main__":
    word = [2, 0, 3, 3, 1, 4]
    speller, state = Speller(5, 7), np.zeros((7, 1))
    for _ in range(4):
        value, *gradients, state = speller.lesson(word[:-1], word[1:], state)
''',
    ("Speller.lesson",),
    "delta = (self.Wo.T @ dout + later) * (1 - states[step + 1] ** 2)",
    "delta = self.Wo.T @ dout * (1 - states[step + 1] ** 2)",
    "Speller.lesson",
)

FITTED = Shown(
    '''\
"""A network whose loss is one method, and whose gradients are another."""
import numpy as np


class Fitted:
    def __init__(self):
        self.U, self.V = np.random.randn(3, 5), np.random.randn(5, 2)

    def predict(self, x):
        return np.tanh(x @ self.U) @ self.V

    def loss(self, x, wanted):
        return 0.5 * np.sum((self.predict(x) - wanted) ** 2)

    def gradient(self, x, wanted):
        hidden = np.tanh(x @ self.U)
        error = hidden @ self.V - wanted
        found = {"V": hidden.T @ error}
        found["U"] = x.T @ (error @ self.V.T * (1 - hidden**2))
        return found


fitted = Fitted()
x, wanted = np.random.randn(10, 3), np.random.randn(10, 2)
for step in range(5):
    found = fitted.gradient(x, wanted)
    fitted.U, fitted.V = fitted.U - 0.1 * found["U"], fitted.V - 0.1 * found["V"]
    fitted.loss(x, wanted)
''',
    ("Fitted.gradient",),
    'found["U"] = x.T @ (error @ self.V.T * (1 - hidden**2))',
    'found["U"] = x.T @ (error @ self.V.T * (1 - hidden))',
    "Fitted.gradient",
)

LOSSES = {"classifier": CLASSIFIER, "speller": SPELLER, "fitted": FITTED}
