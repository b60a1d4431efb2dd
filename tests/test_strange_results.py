"""What a function returns may lie about itself or break who looks at it: with walls and without,
the same is told of it, at the function that returns it, and no law ends in an error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellcheck.engine import FunctionReport, Settings, Status, SubmissionReport, Verdict, check
from cellcheck.engine.isolated import Isolated

from .hostile import CORRECT
from .tiers import sampled

TOP = """
from collections.abc import Mapping

class UnreadableMapping(Mapping):
    def __init__(self, entries): self.entries = entries
    def __getitem__(self, name): raise RuntimeError("no entry")
    def __iter__(self): return iter(self.entries)
    def __len__(self): return len(self.entries)
class UnreadableDict(dict):
    def items(self): raise ValueError("no items")
    values = keys = __iter__ = items
class UnreadableTuple(tuple):
    def __iter__(self): raise ValueError("no entries")
    __len__ = __iter__
class Classless:
    @property
    def __class__(self): raise ValueError("no class")
class NoArray:
    @property
    def __class__(self): return np.ndarray
class Shapeless:
    @property
    def shape(self): raise ValueError("no shape")
    def __array__(self, *given, **named): raise ValueError("no array")
    def __eq__(self, other): raise ValueError("no comparison")
class Broken(np.ndarray):
    def __array_ufunc__(self, *given, **named): raise ValueError("no ufunc")
    @property
    def shape(self): raise ValueError("no shape")
class Key(str):
    def __eq__(self, other): return str(self) == other
    def __hash__(self): return hash(str(self))
    def partition(self, by): raise ValueError("no parts")
"""

CACHE = "(a_next, a_prev, xt, parameters)"
FORWARD = f"    return a_next, yt_pred, {CACHE}"
BACKWARD = "    return {"

FORM = "results_are_finite_floating_point_arrays"
RETURNS = "it_returns_the_results_of_the_contract"
SERVES = "the_cache_serves_the_backward_pass"

OF_FORWARD = {
    "UnreadableMapping({'a': 1}), yt_pred, CACHE": FORM,
    "UnreadableDict(a=1), yt_pred, CACHE": RETURNS,
    "UnreadableTuple((a_next, yt_pred, CACHE))": "",
    "[[1.0], [1.0, 2.0]], yt_pred, CACHE": FORM,
    "a_next.astype(object), yt_pred, CACHE": FORM,
    "Classless(), yt_pred, CACHE": FORM,
    "NoArray(), yt_pred, CACHE": FORM,
    "Shapeless(), yt_pred, CACHE": FORM,
    "a_next.view(Broken), yt_pred, CACHE": "",
    "a_next, yt_pred, UnreadableMapping({'a': a_next})": SERVES,
    "a_next, yt_pred, Classless()": SERVES,
    "a_next, yt_pred, (a_next.astype(str), a_prev, xt, parameters)": SERVES,
    "a_next, yt_pred, (a_next, a_prev, xt, UnreadableDict(parameters))": "",
}
"""What a forward function returns, and the law that it breaks (none: it is right)."""

OF_BACKWARD = {
    "UnreadableDict(G)": "",
    "UnreadableMapping(G)": RETURNS,
    "Classless()": RETURNS,
    "{**G, 'dxt': [[1.0], [2.0, 3.0]]}": FORM,
    "{**G, 'dxt': Shapeless()}": FORM,
    "{**G, 'dxt': UnreadableDict(a=1)}": RETURNS,
    "{Key(name): value for name, value in G.items()}": "",
    "{**G, 'another': Classless()}": "",
}
"""The same of a backward function whose gradients are ``G``."""


def of_forward(returned: str) -> str:
    source = CORRECT.format(top=TOP, body="")
    return source.replace(FORWARD, f"    return {returned.replace('CACHE', CACHE)}")


def of_backward(returned: str) -> str:
    return (
        CORRECT.format(top=TOP, body="").replace(BACKWARD, "    G = {") + f"    return {returned}"
    )


CASES = [
    *[("rnn_cell_forward", of_forward(one), law) for one, law in OF_FORWARD.items()],
    *[("rnn_cell_backward", of_backward(one), law) for one, law in OF_BACKWARD.items()],
]
FUNCTIONS = ("rnn_cell_forward", "rnn_cell_backward")


@pytest.fixture(scope="module")
def isolated() -> Iterator[Isolated]:
    with Isolated() as isolated:
        yield isolated


def judged(report: SubmissionReport) -> dict[str, FunctionReport]:
    assert report.error is None
    return {f.name: f for f in report.functions if f.name in FUNCTIONS}


@pytest.mark.parametrize("case", sampled(CASES, 12), ids=[*OF_FORWARD, *OF_BACKWARD])
def test_a_strange_result_breaks_a_law_and_no_judgement(
    case: tuple[str, str, str], tmp_path: Path, isolated: Isolated
) -> None:
    function, source, law = case
    file = tmp_path / "strange.py"
    file.write_text(source)
    settings = Settings("quick", functions=FUNCTIONS)
    reports = judged(check(str(file), settings))
    outcomes = [outcome for one in reports.values() for outcome in one.outcomes]
    assert not [one for one in outcomes if one.verdict is Verdict.ERRORED]
    failed = {name: one for name, one in reports.items() if one.status is not Status.PASSED}
    assert list(failed) == [function] * bool(law)
    assert [one.property for report in failed.values() for one in report.findings] == [law] * bool(
        law
    )
    if sys.platform == "linux":
        behind = judged(isolated.check(str(file), settings))
        told = [
            {n: (f.status, [(o.property, o.message) for o in f.findings]) for n, f in some.items()}
            for some in (reports, behind)
        ]
        assert told[0] == told[1]
