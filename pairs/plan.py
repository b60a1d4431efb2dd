"""What of a forward function's results is differentiated, and how the backward one is called."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .binding import Argument, name_of, signature
from .errors import Function, Misuse
from .function_text import Code

COTANGENT = re.compile(
    r"d(?!ata|ims?|type|ropout|eriv|ict|et|iag|ist|en|epth|il|iff|e[cl]ay|evice)\w*"
    r"|delta\w*|up\w*|grad\w*|\w+_grad|\w+_bar|g|v|g[yhz]|g_\w+|gout|ct\w*"
)
"""How people call an upstream gradient."""

OUTPUTS = ("out", "y", "output", "a", "z", "s", "p", "h")
"""How people call the result of a function that is all it returns."""

Slot = tuple[Literal["cotangent", "result", "cache", "part", "input", "constant"], int | str]
"""What a parameter of a backward function gets: which cotangent, result, part of the cache, ..."""


@dataclass(frozen=True)
class Plan:
    """How a backward function is called: its parameters with what each gets.

    ``results`` are the places among what the forward function returns that are differentiated;
    ``cache`` that of the cache; ``unit`` says that the backward function takes no cotangent.
    """

    slots: tuple[tuple[Argument, Slot], ...]
    results: tuple[int, ...]
    cache: int | None
    several: bool
    unit: bool


@dataclass(frozen=True)
class KnownPlan:
    """How the functions of a pair are called, where that was seen: the plan (None for one that
    gives its gradients itself), and by which inputs the gradients are that are returned, in their
    ``order`` (empty where their names tell).
    """

    plan: Plan | None
    order: tuple[str, ...] = ()


def plan(
    forward: Function,
    backward: Function,
    returned: Any,
    names: Collection[str],
    constants: Collection[str],
    results: int | None,
    text: Code,
    skip: int = 0,
) -> Plan:
    """How the backward function is called, after what the forward function returned, whose
    ``text`` tells what it calls that.

    Raises `Misuse` where they do not fit together.
    """
    several = isinstance(returned, tuple | list)
    parts = list(returned) if several else [returned]
    parameters = (signature(backward) or _ANY[: 1 + several])[skip:]
    settings = {one.name for one in signature(forward) or [] if one.default is not one.empty}
    filled: dict[str, Slot] = {}
    free: list[str] = []
    for one in parameters:
        if one.name in names:
            filled[one.name] = ("input", one.name)
        elif one.name in constants:
            filled[one.name] = ("constant", one.name)
        elif one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD) and (
            one.default is one.empty
            or (_is_cotangent(one.name) and not free and one.name not in settings)
        ):
            free.append(one.name)
    star = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    kept = text.returns
    fit = _Fit(name_of(backward), free, parts, several, kept, star, results)
    slots, places, cache = fit.found()
    filled |= dict(zip(free, slots, strict=False))
    arguments = [*_arguments(parameters, filled)]
    arguments += [(Argument("", False), slot) for slot in slots[len(free) :]]
    unit = not any(slot[0] == "cotangent" for _, slot in arguments)
    for place in places:
        _differentiable(forward, parts[place], unit, backward)
    return Plan(tuple(arguments), tuple(places), cache, several, unit)


_ANY = [inspect.Parameter(n, inspect.Parameter.POSITIONAL_ONLY) for n in ("dy", "cache")]
"""The parameters of a function that does not tell its own."""


def _is_cotangent(name: str) -> bool:
    return COTANGENT.fullmatch(name) is not None


def _arguments(
    parameters: list[inspect.Parameter], filled: dict[str, Slot]
) -> Iterator[tuple[Argument, Slot]]:
    by_place = True
    for one in parameters:
        by_place = by_place and one.kind is not one.KEYWORD_ONLY
        if one.name in filled:
            yield Argument(one.name, not by_place), filled[one.name]
        else:
            by_place = False


Found = tuple[list[Slot], list[int], int | None]
"""What each parameter gets, which results are differentiated, and where the cache is."""


@dataclass(frozen=True)
class _Fit:
    """The parameters of a backward function that are no inputs, beside what was returned.

    ``kept`` are the names of what was returned; ``star`` says that more is taken by place.
    """

    who: str
    free: list[str]
    parts: list[Any]
    several: bool
    kept: Sequence[str]
    star: bool
    results: int | None

    def found(self) -> Found:
        last = len(self.parts) - 1
        if not self.free and not self.star:
            return [], [*range(self.results or 1)], None
        if not self.several:
            return [("cotangent", 0), *self._results()], [0], None
        if not self.free:
            return self._all_by_place()
        if len(self.free) == 1 and not self.star:
            if self._asks(0):
                return [("cotangent", 0)], [0], None
            return [("cache", last)], [*range(self.results or 1)], last
        if self.results is None and not self.star and self._asks(-1):
            count = len(self.free)
            if not self._asks(0):
                return [("cache", last), *_cotangents(count - 1)], [*range(count - 1)], last
            if count <= len(self.parts) and all(map(_real, self.parts[:count])):
                return _cotangents(count), [*range(count)], None
        count = self._count()
        return [*_cotangents(count), *self._cached(count)], [*range(count)], last

    def _asks(self, place: int) -> bool:
        """Whether a parameter is called as an upstream gradient is, and not as a result."""
        name = self.free[place]
        return _is_cotangent(name) and name not in self.kept

    def _count(self) -> int:
        """How many cotangents there are, before the cache."""
        if self.results is not None:
            return self.results
        if self.star:
            return len(self.free)
        count = min(len(self.free), len(self.parts)) - 1
        while count > 1 and not (
            _real(self.parts[count - 1]) and _is_cotangent(self.free[count - 1])
        ):
            count -= 1
        return count

    def _all_by_place(self) -> Found:
        whole = _real(self.parts[-1])
        wanted = [k for k, part in enumerate(self.parts) if _real(part)]
        last = len(self.parts) - 1
        slots: list[Slot] = [("cotangent", k) for k in wanted]
        return (slots, wanted, None) if whole else ([*slots, ("cache", last)], wanted, last)

    def _cached(self, count: int) -> list[Slot]:
        """The parameters after the cotangents: the cache, its parts, or results by their names."""
        names, cache = self.free[count:], self.parts[-1]
        if self.star:
            return [("part", k) for k in range(len(cache))]
        if len(names) == 1:
            return [("cache", len(self.parts) - 1)]
        if names and all(name in self.kept for name in names):
            return [("result", self.kept.index(name)) for name in names]
        if isinstance(cache, tuple | list) and len(cache) == len(names):
            return [("part", k) for k in range(len(names))]
        if 1 < len(names) < len(self.parts):
            return [("result", len(self.parts) - len(names) + k) for k in range(len(names))]
        raise Misuse(
            f"{self.who} takes {', '.join(names)} after the upstream gradient, and the forward "
            f"function returns one cache: give them in one tuple, or call them as the inputs are."
        )

    def _results(self) -> list[Slot]:
        """What stands after the upstream gradient where there is no cache: the result itself."""
        for name in self.free[1:]:
            if name not in (*self.kept, *OUTPUTS):
                raise Misuse(
                    f"{self.who} takes {name}, which is no input by its name and not returned by "
                    f"the forward function: return it there as the cache, or give it as a constant."
                )
        return [("result", 0) for _ in self.free[1:]]


def _cotangents(count: int) -> list[Slot]:
    return [("cotangent", k) for k in range(count)]


def _real(value: object) -> bool:
    """Whether it is a number or an array of real floating-point numbers."""
    if isinstance(value, Mapping | tuple | str) or value is None:
        return False
    try:
        return np.asarray(value).dtype.kind == "f"
    except ValueError:
        return False


def _differentiable(forward: Function, part: Any, unit: bool, backward: Function) -> None:
    if not _real(part):
        kind = "None" if part is None else type(part).__name__
        if isinstance(part, np.ndarray):
            kind = f"an array of {part.dtype}"
        raise Misuse(
            f"{name_of(forward)} should return an array of floating-point numbers or a number "
            f"first, and returns {kind}."
        )
    if unit and np.size(part) != 1:
        raise Misuse(
            f"{name_of(backward)} takes no upstream gradient, and {name_of(forward)} returns an "
            f"array of the shape {np.shape(part)}, no loss: let it take the gradient of the result."
        )
