"""What tells the search whether a changed function is right."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ..code.edit import Edit
from ..code.scope import Scope
from ..code.sites import Site
from ..localise.traces import Tracer
from ..mutate.reference_values import Meaning
from .harness import Trees
from .runner import Runner


class ProposedEdit(NamedTuple):
    """A change at a site: of its value alone, or of the whole statement."""

    edit: Edit
    of_value: bool


class Oracle(Protocol):
    """What changed versions of one failing function have to reach: what a reference gives, or what
    the derivative of a forward function is.
    """

    proven: list[tuple[Edit, Trees]]
    slack: float
    """How much less a place may be suspected than another, and still be as likely."""

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

    def has_right(self, site: Site, value: Any) -> bool:
        """Whether the value that a site computes is one that is known to be right."""

    def proposals(self, site: Site, scope: Scope, trees: Trees) -> Iterator[ProposedEdit]:
        """Changes at a site that this oracle knows of besides the usual ones."""

    def score(self, wanted: Collection[str] | None) -> Mapping[str, bool] | None:
        """Which results are right in the version that runs; None where a law stays broken."""

    def are_alike(self, one: Trees, other: Trees) -> bool:
        """Whether two versions that are right give back what is put together in one way."""

    def is_reached(self, trees: Trees) -> bool:
        """Whether functions are right on every case, and keep every law."""
