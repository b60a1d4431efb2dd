"""What a version of the functions computes, statement by statement, and how much the reference
computes of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ...subject.errors import Crash
from ..code.scope import unbound_name
from ..code.sites import REACHED, SEEN, watched
from ..mutate.reference_values import Meaning
from ..search.harness import Live, Trees
from ..search.runner import Runner

MOST_EVENTS = 400


@dataclass
class Trace:
    """What a version of the functions computes on one case."""

    right: Mapping[str, bool]
    crash: Crash | None
    events: list[tuple[int, int]]
    """The places of the sites in the order of their evaluation, with their unknown arrays."""

    envs: Mapping[int, list[dict[str, object]]] = field(default_factory=dict)
    """What each site sees when it is reached, the first times, where that was looked at."""
    known: frozenset[object] = frozenset()
    """What the reference computes of what is computed, each value once."""

    @property
    def missing(self) -> str:
        """The name without a value that ends the call, if one does."""
        error = self.crash.__cause__ if self.crash else None
        return unbound_name(error) if isinstance(error, NameError) else ""

    @property
    def wrong(self) -> int:
        """How many results are not right."""
        return sum(1 for right in self.right.values() if not right)

    @property
    def is_right(self) -> bool:
        """Whether it comes to an end, and all results are right."""
        return not self.wrong and not self.crash

    def improves(self, other: Trace) -> bool:
        """Whether more is right than in another, and nothing that was right there is wrong."""
        if self.crash and not other.crash:
            return False
        further = bool(other.crash) and len(self.events) > len(other.events)
        if self.crash and other.crash:
            return further and (not self.missing or self.missing != other.missing)
        if any(right and not self.right.get(result) for result, right in other.right.items()):
            return False
        if self.wrong < other.wrong:
            return True
        return further or len(self.known) > len(other.known)


class Tracer:
    """Traces versions of the functions as they run on the case that shows what is wrong."""

    def __init__(self, harness: Runner, meaning: Meaning) -> None:
        self.harness, self._sums = harness, meaning.sums
        self._known: set[object] = set()
        self._given = {self._sums.which(a) for a in harness.given()}

    def trace(self, trees: Trees, deep: bool = False) -> Trace:
        """What a version computes; ``deep``: with what each statement sees as it is reached."""
        made = self.traced(trees, deep)
        return self.of(lambda: self.harness.compiled(made))

    def traced(self, trees: Trees, deep: bool = False) -> dict[str, ast.FunctionDef]:
        """The functions, each value in them announced as it is computed."""
        sites = list(enumerate(self.harness.sites(trees)))
        return {
            function: watched(tree, {n: s for n, s in sites if s.function == function}, deep)
            for function, tree in trees.items()
        }

    def of(self, make: Callable[[], Live]) -> Trace:
        """What watched functions compute when they are made and run."""
        harness = self.harness
        events: list[tuple[int, int]] = []
        envs: dict[int, list[dict[str, object]]] = {}

        def seen(number: int, value: object) -> object:
            if len(events) < MOST_EVENTS:
                events.append((number, self.unknown(value)))
            return value

        def reached(number: int, env: Mapping[str, object]) -> int:
            found = envs.setdefault(number, [])
            if len(found) < 4:
                found.append({n: copied(v) for n, v in env.items()})
            return number

        self._known, crash = set(), None
        harness.namespace[SEEN], harness.namespace[REACHED] = seen, reached
        right = harness.none_right()
        try:
            with harness.running(make()):
                right = harness.score_now()
        except Crash as error:
            crash = error
        finally:
            del harness.namespace[SEEN], harness.namespace[REACHED]
        return Trace(right, crash, events, envs, frozenset(self._known - self._given))

    def unknown(self, value: object, depth: int = 0) -> int:
        """How many arrays of a value the reference does not compute."""
        if isinstance(value, np.ndarray):
            if value.dtype.kind != "f" or not value.size or not value.any():
                return 0
            which = self._sums.which(value)
            self._known.add(which)
            return int(which is None)
        if depth > 1:
            return 0
        if type(value) is dict and not depth:
            return sum(self.unknown(one, depth + 1) for one in value.values())
        if type(value) is tuple or (type(value) is list and not depth):
            return sum(self.unknown(one, depth + 1) for one in value)
        return 0


def copied(value: object) -> object:
    """A value as it is now; containers keep what they hold."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return list(value)
    return value
