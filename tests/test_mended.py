"""One thing changed at random in a correct file is told at its line, with what stood there."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, check

from .planted import correct_source
from .planted.truth import corrected

MUTANTS = (
    ("gru_keeps", "for t in range(x.shape[2]):\n        h, step", "x.shape", "h.shape"),
    ("recompute", 'show = sigmoid(parameters["Wo"] @ both + parameters["bo"])', "sigmoid", ""),
    ("vectorised", "before, after = states[:, :, :-1], states[:, :, 1:]", "1:]", "0:]"),
    ("comprehensions", "a, c, y = (np.stack([step[k] for", "step[k]", "parameters[k]"),
    ("reduce", "a_next = np.tanh(reduce(np.add, terms))", "=", "+="),
    ("gru", "return 1 / (1 + np.exp(-x))", "1 / (1 + np.exp(-x))", "1"),
    ("closures", "    e = np.exp(x - x.max(axis=0))\n", "e = np.exp(x - x.max(axis=0))", "pass"),
    ("tables", "return np.stack(states, axis=2)", "np.stack", "np.concatenate"),
    ("reduce", "np.zeros(da.shape[:2])", "np.zeros(da.shape[:2])", "da.shape[:2]"),
    ("nested", "a, c = np.zeros(a0.shape + x.shape[2:])", "a0.shape + x.shape[2:]", "a0.shape"),
    ("dataclass", 'total = {"dW" + k', '"dW"', '"dc_prev"'),
    ("b", 'v = {"d" + key: np.zeros_like(value)', '"d" + key', "key"),
    ("stacked", "dz, dW = W.T @ d, d @ z.T", "W.T @ d,", "d,"),
    ("vectorised", "return e / np.sum(e, axis=0, keepdims=True)", "0", "-1"),
    ("a", 's["dW" + str(l)] = np.zeros', '"dW" + str(l)', '"dW"'),
    ("a", 'dx[:, :, t] = gradients["dxt"]', ":, :, t", ":, t"),
    ("a", " = rnn_cell_forward(x[:, :, t]", ":, :, t", ":, t"),
    ("rows", "return next_h, (x, prev_h, Wx, Wh, next_h)", "Wx", "b"),
    ("rows", "return next_h, next_c, (x, prev_h, prev_c", "prev_h", "Wx"),
    ("gru_rows", "return next_h, (x, prev_h, Wx, Wh, z, r, n)", "Wh", "zr"),
    ("vectorised", "y_pred, (states, x, parameters)", "parameters", "x"),
    ("recompute", "    a_next = np.tanh(", "=", "+="),
    ("einsum", "    e = np.exp(x - x.max(0))", "=", "+="),
    ("b", "in range(x.shape[2])", "range(x.shape[2])", "x.shape[2]"),
    ("gru_keeps", "for t in reversed(range(T))", "range(T)", "T"),
    ("comprehensions", '**{f"db{k}": d[k].sum(', "d[k]", "d[n_a]"),
    ("closures", "    return cache(da_next)\n", "(da_next)", "(cache)"),
    ("closures", "return s * (1 - s)", "s * (1 - s)", "1 - s"),
    ("closures", "return 1 - s ** 2", "s ** 2", "2"),
    ("closures", '"c": pull_c(dc * it)', "pull_c(dc * it)", "dc * it"),
    ("dataclass", "Step(xt=xt, a_prev=a_prev, a_next=a_next", "a_prev=a_prev, ", ""),
    ("nested", 'by"].shape[:1] + x.shape[1:])', "x.shape[1:]", "x.shape"),
    ("scipy", 'carry = g.pop("da_prev"), g.pop("dc_prev")', 'g.pop("dc_prev")', '"dc_prev"'),
    ("recompute", "e = np.exp(x - np.max(x, axis=0, keepdims=True))", "max", "min"),
)
"""A style, what its correct file has, a part of that, and what stands there instead."""


@pytest.mark.parametrize(
    ("style", "right", "was", "now"),
    [pytest.param(*one, marks=pytest.mark.full) for one in MUTANTS],
    ids=[f"{style}: {was} for {now}" for style, _, was, now in MUTANTS],
)
def test_a_mutant_is_mended_at_its_line(
    style: str, right: str, was: str, now: str, tmp_path: Path
) -> None:
    correct = correct_source(style)
    source = correct.replace(right, right.replace(was, now, 1), 1)
    assert source != correct
    path = tmp_path / "mutant.py"
    path.write_text(source, encoding="utf-8")
    report = check(str(path), Settings("quick"), None, diagnose)
    said = [one for function in report.functions for one in function.diagnosis][:1]
    line = source[: source.index(right.replace(was, now, 1).strip())].count("\n") + 1
    assert [one.line for one in said] in ([line], [line + 1])
    path.write_text(corrected(source, said), encoding="utf-8")
    again = check(str(path), Settings("quick"))
    assert not [one for function in again.functions for one in function.findings]
