"""What a fault is: an entry of the registry, and the differences that its recogniser looks at."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from textwrap import indent
from typing import Literal

from ..code.differences import Pair, called, differences, word
from ..code.patterns import Open, fits
from ..code.sites import holds
from ..code.source import names_of

MODULES = 271
"""Public modules in which the faults were counted: they implement the contracts, with 622 function
bodies, 152 of them faulty or broken.
"""


class Group(StrEnum):
    """The functions that a fault is found in."""

    STEP, SEQUENCE = "functions of one step", "functions of a sequence"
    FORWARD, BACKWARD = "forward functions", "backward functions"
    SEQUENCE_FORWARD = "sequence functions, forward"
    SEQUENCE_BACKWARD = "sequence functions, backward"
    ANY = "all functions"


@dataclass(frozen=True)
class MissingStatement:
    """Statements that are missing. ``before`` is the one that they were meant to stand before, if
    they were not meant to stand after one.
    """

    added: Sequence[ast.stmt]
    before: ast.stmt | None
    in_loop: bool

    @property
    def first(self) -> ast.stmt:
        """The first of them."""
        return self.added[0]

    @property
    def target(self) -> ast.expr | None:
        """What the first assigns to, if it is a plain assignment."""
        return self.first.targets[0] if isinstance(self.first, ast.Assign) else None


@dataclass(frozen=True)
class Difference:
    """Something that stands where another was meant, in a function of a sequence or not."""

    wrong: ast.AST
    meant: ast.AST
    statement: ast.stmt
    sequence: bool
    in_loop: bool

    @cached_property
    def words(self) -> tuple[str, str]:
        """What the two are called; empty where they have no name."""
        return word(self.wrong), word(self.meant)

    @cached_property
    def pairs(self) -> list[Pair]:
        """The least parts in which the two differ."""
        return differences(self.wrong, self.meant)

    @cached_property
    def exchanged(self) -> Pair | None:
        """The first part that differs, where two values stand in each other's place."""
        texts = [(ast.unparse(a), ast.unparse(b)) for a, b in self.pairs]
        apart = len(texts) > 1 and len(set(texts)) > 1
        return self.pairs[0] if apart and len({frozenset(pair) for pair in texts}) == 1 else None

    @cached_property
    def is_exchange(self) -> bool:
        """Whether two values stand in each other's place, other than in the head of a loop."""
        return self.exchanged is not None and not isinstance(self.wrong, ast.For)

    @cached_property
    def keywords(self) -> tuple[dict[str | None, str], dict[str | None, str]]:
        """The keywords of two calls of one function, where they differ."""
        one, other = self.wrong, self.meant
        if isinstance(one, ast.Call) and isinstance(other, ast.Call):
            before, after = (
                {k.arg: ast.unparse(k.value) for k in call.keywords} for call in (one, other)
            )
            if called(one) == called(other) and before != after:
                return before, after
        return {}, {}

    @cached_property
    def is_reordered(self) -> bool:
        """Whether two calls have the same arguments in another order."""
        one, other = self.wrong, self.meant
        if any(self.keywords) or not (isinstance(one, ast.Call) and isinstance(other, ast.Call)):
            return False
        return sorted(map(ast.dump, one.args)) == sorted(map(ast.dump, other.args))

    @cached_property
    def are_collections(self) -> bool:
        """Whether both are tuples, or lists."""
        wrong, meant = self.wrong, self.meant
        kinds = ast.Tuple, ast.List
        return any(isinstance(wrong, kind) and isinstance(meant, kind) for kind in kinds)

    @cached_property
    def is_in_another_order(self) -> bool:
        """Whether operands, arguments or entries stand in each other's place."""
        return _swaps(self) or self.is_reordered or self.are_collections

    @cached_property
    def target(self) -> ast.AST | None:
        """What an assignment stores into, or the part of it, where only that is wrong."""
        if not isinstance(self.wrong, ast.Assign) or len(self.pairs) != 1:
            return None
        wrong, _ = self.pairs[0]
        return wrong if any(holds(target, wrong) for target in self.wrong.targets) else None


Test = Callable[[Difference], bool]
"""Whether a difference is a fault."""


def rule(
    *patterns: str, sequence: bool | None = None, in_loop: bool | None = None, **where: Open
) -> Test:
    """Whether a difference fits one of some patterns (see `code.patterns`), there where it is."""

    def is_one(found: Difference) -> bool:
        if sequence not in (None, found.sequence) or in_loop not in (None, found.in_loop):
            return False
        return any(fits(one, found.wrong, found.meant, where) for one in patterns)

    return is_one


def any_of(*tests: Test) -> Test:
    """Whether one of some holds."""
    return lambda found: any(test(found) for test in tests)


def named(pattern: str) -> Test:
    """Whether two names fit a regular expression: ``d(.*) => \\1`` is a gradient for its value."""
    return lambda found: all(found.words) and bool(re.fullmatch(pattern, " => ".join(found.words)))


def instead(wrong: str = "", meant: str = "") -> str:
    """The sentence of one value for another: what the one is, and what the other."""
    what = f", {wrong}" if wrong else ""
    which = f"{meant}, `{{meant}}`," if meant else "`{meant}`"
    return f"{{of}} {{made}} with `{{wrong}}`{what}; {which} was meant"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of mistake: its name, how it is recognised, and what there is to say of it.

    ``what`` it is, how it ``shows``, ``why`` it is tempting, the ``functions`` it is found in, and
    in how many public modules it was ``seen`` (0: not counted apart). ``example`` is what has it
    and the same without it, written as a pattern is; ``within`` is the head of what it stands in.

    It is recognised by what stands in the code and what was meant: as a statement that is
    ``missing`` or ``needless``, a ``statement`` for another, or a ``part`` of a statement for
    another. Of all that recognise a difference, the first in the registry names it. Some are no
    difference: they are ``known_by`` a run of the file, which a module of ``signs/`` makes, or
    block it from being judged, and their two texts are files; or by a print that they follow.

    ``sentence`` says it of a part, with ``{wrong}`` and ``{meant}``, or ``{rest}`` for what one has
    beside the other; ``shown`` are the kinds of node that are shown whole.
    """

    name: str
    what: str
    shows: str
    why: str
    example: str
    within: str = ""
    functions: str = Group.ANY
    seen: int = 0
    missing: Callable[[MissingStatement], bool] = lambda missing: False
    needless: Callable[[ast.stmt], bool] = lambda needless: False
    statement: Test = lambda statement: False
    part: Test = lambda part: False
    known_by: Literal["difference", "run", "block", "print"] = "difference"
    sentence: str = ""
    shown: tuple[type[ast.AST], ...] = ()

    @property
    def wrong(self) -> str:
        """The text of the example with the fault."""
        return self._text(0)

    @property
    def right(self) -> str:
        """The same without it."""
        return self._text(1)

    def _text(self, place: int) -> str:
        text = self.example.split(" => ")[place]
        return f"{self.within}\n{indent(text, '    ')}" if self.within else text

    @property
    def frequency(self) -> str:
        """How often it was seen, in words."""
        return f"in {self.seen} of {MODULES} public modules" if self.seen else "not counted apart"


JOINING = "concatenate|[vh]stack|stack|column_stack|append"
"""Functions that put arrays, or lists, together."""

MORE = ("A => A + B", "A => B + A", "A => A - B")
"""A term more, in any place of a sum."""

FORTH, BACK, SIGMOID = "for t in range(T_x):", "for t in reversed(range(T_x)):", "def sigmoid(x):"
"""Heads of what an example stands in."""

MAKERS = "(zeros|ones|empty)(_like)?"
"""Functions that make an array to be filled."""

BIAS = "d?b[a-z]{0,2}"
"""What a bias is called."""

NAMED = (ast.Name, ast.Subscript, ast.Attribute)
"""Values that have a name, or are a part of one that has."""


def calls(statement: ast.AST, functions: str) -> bool:
    """Whether one of some functions is called in a statement."""
    return any(re.fullmatch(functions, called(node)) for node in ast.walk(statement))


def gives_what_is_read(added: Sequence[ast.stmt], statement: ast.stmt) -> bool:
    """Whether statements before another give a name its value that this one reads."""
    targets = [target for one in added if isinstance(one, ast.Assign) for target in one.targets]
    given = {target.id for target in targets if isinstance(target, ast.Name)}
    return not given.isdisjoint(names_of([statement], ast.expr_context))


_swaps = rule("A ^ B => B | A")
