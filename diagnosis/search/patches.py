"""A change that may be tried, and one that was found to help."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..code.edit import Edit
from ..code.sites import Site, located, swapped
from .harness import Trees

LONGER = 60
"""How many letters a change that is only likely may add: what is longer explains nothing."""


@dataclass(frozen=True)
class Candidate:
    """A change at a site: of its value alone, or of the whole statement."""

    site: Site
    edit: Edit
    of_value: bool

    @property
    def cost(self) -> float:
        """How far the change goes."""
        return self.edit.cost

    def after(self, trees: Trees) -> Trees:
        """The functions with the change made."""
        function = self.site.function
        return {**trees, function: swapped(trees[function], self.edit.changes)}


@dataclass(frozen=True)
class Repair:
    """A change that makes results right, and the functions after it."""

    site: Site
    edit: Edit
    after: Trees
    gained: frozenset[str] = frozenset()
    parts: tuple[Edit, ...] = ()
    """The changes that were put together to this one, where it is not one alone."""

    @cached_property
    def lines(self) -> list[str]:
        """The text of the function with the change, line by line."""
        return ast.unparse(self.after[self.site.function]).splitlines()

    @property
    def size(self) -> int:
        """How long the function is with the change."""
        return sum(len(line) + 1 for line in self.lines)

    @property
    def is_alias(self) -> bool:
        """Whether the statement only gives a value, or a part of an array, another name."""
        return isinstance(self.site.statement, ast.Assign) and (
            isinstance(self.site.value, ast.Name) or self.site.is_part
        )


RankedRepair = tuple[float, Repair]
"""A repair, and how unlikely it was, or what it costs."""


def parts_of(done: Sequence[Repair]) -> list[Edit]:
    """All changes of some repairs, each by itself."""
    return [part for repair in done for part in repair.parts or (repair.edit,)]


def statements_of(repairs: Sequence[Repair]) -> set[int]:
    """The statements that some repairs change, by their ``id``."""
    return {id(repair.site.statement) for repair in repairs}


def is_renaming(parts: Sequence[Edit]) -> bool:
    """Whether the same two values are exchanged again and again: they were given the wrong names
    somewhere above, and no place here is the one.
    """
    made = [[n for n in one.changes.values() if isinstance(n, ast.AST)] for one in parts]
    texts = [{ast.unparse(located(new)) for new in one} for one in made]
    places = sum(len(m) if len(t) > 1 else 1 for m, t in zip(made, texts, strict=True))
    return places > 4 and 0 < len(set().union(*texts)) <= 2


def likeliest(proven: Sequence[Repair], before: Trees) -> Repair | None:
    """The least of some changes that each make all right, none of which was chosen: another place
    may be meant.
    """
    short = [r for r in proven if r.size < replace(r, after=before).size + LONGER]
    least = min(short, key=lambda repair: (repair.edit.cost, repair.size), default=None)
    return None if least is None or is_renaming([least.edit]) else least
