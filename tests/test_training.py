"""Training functions that read their weights from the module: right ones pass, others fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, Status, check

from .tiers import sampled

HERE = Path(__file__).parent / "conventions"
FILES = sorted(HERE.glob("training*.py"))

# fmt: off
FAULTS = [
    ("training_vectors", "np.outer(da, s[t - 1])", "np.outer(da, s[t])"),
    ("training_vectors", "dU[:, x[t]] += da", "dU[:, x[t]] = da"),
    ("training_vectors", "(1 - s[t] ** 2)", "(1 - s[t])"),
    ("training_vectors", "back = W.T @ da", "back = W @ da"),
    ("training_vectors", "(V.T @ d + back)", "(V.T @ d)"),
    ("training_clipped", "np.dot(draw, hs[t - 1].T)", "np.dot(draw, hs[t].T)"),
    ("training_clipped", "np.dot(Why.T, dy) + dhnext", "np.dot(Why.T, dy)"),
    ("training_clipped", "np.dot(Whh.T, draw)", "np.dot(Whh, draw)"),
    ("training_clipped", "dbh += draw", "dbh = draw"),
    ("training_clipped", "(1 - hs[t] * hs[t])", "(1 - hs[t])"),
    ("training_lstm", "dc_next = f * dc", "dc_next = dc"),
    ("training_lstm", "di = dc * g * i * (1 - i)", "di = dc * g * (1 - i)"),
    ("training_lstm", "dh_next = dz[:H_size]", "dh_next = dz[-H_size:]"),
    ("training_lstm", "dc = dc_next + dh * o", "dc = dh * o"),
    ("training_lstm", "df = dc * cs[t - 1]", "df = dc * cs[t]"),
]
# fmt: on
"""The file, a text of it, and the mistake in its place."""

UNTOLD = {"(V.T @ d)", "dc_next = dc", "di = dc * g * (1 - i)"}
"""Mistakes that fail without a line: the search for one is given up before."""


@pytest.mark.parametrize("path", sampled(FILES, 5), ids=lambda path: path.stem)
def test_a_right_one_passes(path: Path) -> None:
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}
    assert any(one.name not in ("sigmoid", "softmax") for one in report.functions if one.cases)
    assert not report.not_judged


@pytest.mark.full
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_right_one_passes_on_many_seeds(path: Path) -> None:
    for seed in range(20):
        report = check(str(path), Settings("quick", seed=seed))
        assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}, seed


@pytest.mark.full
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[2])
def test_a_mistake_is_told_at_its_line(fault: tuple[str, str, str], tmp_path: Path) -> None:
    name, right, wrong = fault
    source = (HERE / f"{name}.py").read_text("utf-8")
    assert source.count(right) == 1
    path = tmp_path / f"{name}.py"
    path.write_text(source.replace(right, wrong), "utf-8")
    report = check(str(path), Settings("quick"), None, diagnose)
    (failed,) = [one for one in report.functions if one.status is Status.FAILED]
    if wrong in UNTOLD:
        assert not failed.diagnosis
        return
    (told,) = failed.diagnosis
    assert told.line == source.partition(right)[0].count("\n") + 1
    assert told.suggestion
