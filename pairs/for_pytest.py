"""`pair_test`: the laws of a pair as tests for pytest, one a law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike

from .building import Build
from .cases import PLANS, Draw
from .check import judge_of
from .errors import Function
from .judge import PairJudge
from .laws import LAWS, Law
from .shape_strings import Shapes


class PairTest(Protocol):
    """A test function that pytest collects: it is given one law after the other."""

    def __call__(self, law: Law) -> None:
        """Raises an `AssertionError` that tells the smallest failing case."""


def pair_test(
    forward: Function,
    backward: Function | None,
    shapes: Shapes,
    *,
    constants: Mapping[str, object] | None = None,
    examples: str | None = None,
    seed: int = 0,
    cases: int = len(PLANS),
    sizes: Mapping[str, int] | None = None,
    draw: Mapping[str, Draw] | None = None,
    dtype: DTypeLike = np.float64,
    results: int | None = None,
    build: Build | None = None,
    gradients: Callable[[Any], object] | None = None,
) -> PairTest:
    """The laws of a pair as tests: assign it to a name that begins with ``test_``.

    The arguments are those of `check_pair`. A law that is broken fails its test, what merely
    follows from a broken form is skipped, and so is a gradient that no case decides. The same
    ``seed`` draws the same cases, on every worker.

    Raises `ValueError` where a shape cannot be read, or shapes and functions do not fit together.
    """
    judge = judge_of(
        forward, backward, shapes, constants=constants, examples=examples, seed=seed, cases=cases,
        sizes=sizes, draw=draw, dtype=dtype, results=results, build=build, gradients=gradients,
    )  # fmt: skip

    def test(law: Law) -> None:
        __tracebackhide__ = True  # pytest then shows the test, not this
        hold(judge, law)

    test.__name__ = f"test_{judge.pair.backward.name}".replace(".", "_")
    import pytest

    laws = laws_of(judge)
    marked: PairTest = pytest.mark.parametrize("law", laws, ids=lambda law: law.__name__)(test)
    return marked


def laws_of(judge: PairJudge) -> list[Law]:
    """The laws that say anything of a pair."""
    return [law for law in LAWS if judge.says(law)]


def hold(judge: PairJudge, law: Law) -> None:
    """Has a test of pytest's fail where a pair breaks a law, and tell the smallest case."""
    __tracebackhide__ = True
    import pytest

    first = LAWS[0]
    report = judge.anew((first,) if law is first else (first, law)).report()
    if report.verdict == "failed" and report.law != law.__name__ and law is not first:
        pytest.skip(f"follows from another law that is broken: {report.law}")
    if report.verdict == "undecided":
        pytest.skip(report.message)
    if report.verdict == "failed":
        pytest.fail(str(report), pytrace=False)
