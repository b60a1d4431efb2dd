"""What tells the search whether a changed function is right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from ..code.edit import Edit
from ..localise.traces import Tracer
from ..mutate.reference_values import Meaning
from .harness import Trees
from .runner import Runner


class Oracle(Protocol):
    """What changed versions of one failing function have to reach: what a reference gives, or what
    the derivative of a forward function is.
    """

    proven: list[tuple[Edit, Trees]]

    @property
    def harness(self) -> Runner:
        """What runs them."""

    @property
    def broken(self) -> Sequence[object]:
        """The laws that alone show what is wrong."""

    @property
    def meaning(self) -> Meaning:
        """The values that are known to be right on the case."""

    @property
    def tracer(self) -> Tracer:
        """What traces changed versions on the case."""

    def score(self, wanted: Collection[str] | None) -> Mapping[str, bool] | None:
        """Which results are right in the version that runs; None where a law stays broken."""

    def is_reached(self, trees: Trees) -> bool:
        """Whether functions are right on every case, and keep every law."""
