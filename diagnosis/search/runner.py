"""What the search asks of whatever runs changed functions: a cell's harness, or a pair's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from numpy.typing import NDArray

from ...subject.budget import Budget
from ..code.sites import Site
from ..code.source import Source
from .harness import Live, Trees


class Runner(Protocol):
    """Functions that are run with changes made, on the case that shows what is wrong with them."""

    namespace: dict[str, Any]
    sources: dict[str, Source]
    budget: Budget

    @property
    def trees(self) -> Trees:
        """The functions as they stand, the failing one first."""

    @property
    def keys(self) -> Sequence[str]:
        """What a dict of the results is known to have for keys."""

    @property
    def known_names(self) -> Collection[str]:
        """The names that tell what a value is, and so are no mistake."""

    def sites(self, trees: Trees) -> list[Site]:
        """Every place of the functions in which something can be changed."""

    def spend(self) -> None:
        """Counts a try. Raises `OutOfBudget` where none is left."""

    def compiled(self, trees: Trees) -> Live:
        """Live functions of these trees; raises `SyntaxError` and the like."""

    def executed(self, name: str, code: Any) -> Callable[..., object]:
        """The function that compiled code defines."""

    def running(self, made: Live) -> AbstractContextManager[None]:
        """Puts live functions in the place of the submission's."""

    def given(self) -> Sequence[NDArray[Any]]:
        """The arrays of numbers that the function is given."""

    def results_now(self) -> Mapping[str, Any]:
        """The results by name, in the version that runs. Raises `Crash`."""

    def score_now(self, wanted: Collection[str] | None = None) -> Mapping[str, bool]:
        """Which of the results are right, in the version that runs. Raises `Crash`.

        Where some are ``wanted`` and none of them is right, the others are not looked at.
        """

    def misshapen(self) -> Collection[str]:
        """The results that have another shape than they should, in the version that runs, where
        that is told apart. Raises `Crash`.
        """

    def none_right(self) -> Mapping[str, bool]:
        """The score of a version that comes to no end."""
