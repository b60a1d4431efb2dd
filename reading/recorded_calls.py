"""What recorded calls mean: which result is differentiated, and which gradient is by what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..pairs.binding import Argument
from ..pairs.plan import COTANGENT, Plan, Slot
from ..pairs.returned import ANY, FORMS, looked_up
from .seen import Demonstrated, Seen

_LIKE = re.compile(rf"{COTANGENT.pattern}|\w*grad\w*|\w*delta\w*")
"""How people call the gradient by a result."""


_TARGET = re.compile(
    r"t|targets?|labels?|truth|(?:y|true|ground)_?(?:true|truth|labels?|t)|one_?hot"
)
_PREDICTED = re.compile(r"(?:y|a|out)_?(?:hat|pred\w*|out)|p|probs?|pred\w*|out(?:put)?s?|a|al")
"""How people call what a loss is given to compare with, and what it compares."""


class Unclear(Exception):
    """What a recorded call means is not sure; the text says what is not, in a sentence."""


@dataclass
class CallMeaning:
    """How a backward function is called, and where it gives which gradient.

    ``order`` has the inputs by the places of what is returned, empty where they are known by their
    keys; ``gradients`` are the inputs that have one. ``constants`` is the code of what is given
    besides, and ``doubts`` are sentences on what is likely, and not sure.
    """

    plan: Plan | None = None
    order: tuple[str, ...] = ()
    gradients: set[str] = field(default_factory=set)
    constants: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Calls:
    """The recorded calls of a pair, all of one form.

    ``inputs`` has what each input was in each call, by its dotted name; ``kept`` is what the
    forward function calls what it returns, and ``gives`` the same of the backward one.
    """

    seen: Sequence[Demonstrated]
    names: tuple[str, str]
    inputs: Mapping[str, Sequence[Seen]]
    kept: Sequence[str]
    gives: Sequence[str]
    constants: Mapping[str, str]

    @property
    def first(self) -> Demonstrated:
        """The first of them."""
        return self.seen[0]

    @property
    def reals(self) -> dict[str, Sequence[Seen]]:
        """The inputs that may have a gradient."""
        return {name: each for name, each in self.inputs.items() if each[0].is_real}

    def parts(self, one: Demonstrated) -> tuple[Seen, ...]:
        """What the forward function returned, one by one."""
        returned = one.forward.returned
        return returned.parts if returned.kind in ("tuple", "list") else (returned,)


def written(seen: Seen) -> str:
    """The code of a value; empty where it has none."""
    if seen.kind in ("value", "name"):
        return seen.text
    if seen.is_array:
        return f'__import__("numpy").array({seen.text})' if seen.text else ""
    parts = [written(part) for part in seen.parts]
    if seen.kind == "other" or not all(parts):
        return ""
    if seen.kind == "made":
        given = (f"{n}={part}" for n, part in zip(seen.names, parts, strict=True))
        return f"{seen.text}({', '.join(given)})"
    if seen.kind == "dict":
        pairs = zip(seen.names, parts, strict=True)
        return f"{{{', '.join(f'{name!r}: {part}' for name, part in pairs)}}}"
    inner = "".join(f"{part}, " for part in parts)
    return f"({inner})" if seen.kind == "tuple" else f"[{inner}]"


def planned(calls: Calls, meaning: CallMeaning) -> None:
    """Finds out how the backward function is called: what each of its parameters is given."""
    slots: dict[str, Slot] = {}
    fresh: list[str] = []
    backward = calls.first.backward
    assert backward is not None
    if backward.rest:
        raise Unclear(f"{calls.names[1]} takes any number of arguments")
    for name, value in backward.given.items():
        slot = _slot(calls, name, value, meaning)
        if slot is not None:
            slots[name] = slot
        elif _is_cotangent(calls, name, value):
            fresh.append(name)
        elif name not in backward.defaults:
            raise Unclear(
                f"{name}, which {calls.names[1]} takes, does not come from the forward pass"
            )
    used = {which for kind, which in slots.values() if kind in ("result", "cache")}
    cached = any(kind == "part" for kind, _ in slots.values())
    parts = calls.parts(calls.first)
    used |= {len(parts) - 1} if cached else set()
    own = {one.number for one in calls.first.forward.values} - {0}
    used |= {k for k, part in enumerate(parts) if part.number in own}
    results = [k for k, part in enumerate(parts) if part.is_real and k not in used]
    places = _places(calls, fresh, results, meaning)
    for number, name in enumerate(fresh):
        slots[name] = ("cotangent", number)
    caches = [k for kind, k in slots.values() if kind == "cache" and isinstance(k, int)]
    cache = len(parts) - 1 if cached else next(iter(caches), None)
    several = calls.first.forward.returned.kind in ("tuple", "list")
    arguments = tuple(_arguments([*backward.given], slots))
    meaning.plan = Plan(arguments, tuple(places), cache, several, not fresh)


def _arguments(names: Sequence[str], slots: Mapping[str, Slot]) -> Iterator[tuple[Argument, Slot]]:
    by_place = True
    for name in names:
        if name in slots:
            yield Argument(name, not by_place), slots[name]
        else:
            by_place = False


def _slot(calls: Calls, name: str, value: Seen, meaning: CallMeaning) -> Slot | None:
    """What a parameter of the backward function is given, if it is none of its own."""
    forward, parts = calls.first.forward, calls.parts(calls.first)
    given = forward.given.get(name)
    if given is not None and (_is_same(value, given) or _is_equal(value, given)):
        if _is_input(calls, name):
            return "input", name
        if name in calls.constants:
            return "constant", name
    is_like = _LIKE.fullmatch(name) is not None and name not in calls.kept and value.is_real
    for place, part in enumerate(parts):
        is_named = name in calls.kept[place : place + 1] or len(parts) > 1 == len(parts) - place
        is_part = _is_same(value, part) if value.number else is_named and _is_same(value, part)
        if is_part and not is_like:
            return ("result" if part.is_real else "cache"), place
    inner = parts[-1].parts if parts[-1].kind in ("tuple", "list") else ()
    for place, part in enumerate(inner):
        if value.number and _is_same(value, part) and not is_like:
            return "part", place
    for other, one in forward.given.items():
        if value.number and _is_same(value, one) and not is_like and _is_input(calls, other):
            return "input", other
    if value.is_array or is_like or not written(value):
        return None
    if name in calls.constants:  # the forward function has another value of that name
        return None
    if name in calls.first.backward.defaults if calls.first.backward else False:
        return None
    meaning.constants[name] = written(value)
    return "constant", name


def _is_input(calls: Calls, name: str) -> bool:
    return any(one == name or one.startswith(f"{name}.") for one in calls.inputs)


def _is_same(one: Seen, other: Seen) -> bool:
    if one.number or other.number:
        return one.number == other.number
    return one.kind == other.kind == "value" and one.text == other.text


def _is_equal(one: Seen, other: Seen) -> bool:
    """Whether two arrays have the same entries."""
    return one.is_array and one.shape == other.shape and one.digest == other.digest != 0


def _is_cotangent(calls: Calls, name: str, value: Seen) -> bool:
    """Whether a parameter may be given the gradient by a result."""
    if not value.is_real and not (value.kind == "value" and value.dtype in ("i", "f")):
        return False
    if name in calls.first.forward.given:  # a setting of both
        return False
    return value.is_array or _LIKE.fullmatch(name) is not None


def _places(
    calls: Calls, fresh: Sequence[str], results: Sequence[int], meaning: CallMeaning
) -> list[int]:
    """Which result each of the gradients that are given is by; without any, which is a loss."""
    forward, backward = calls.names
    if not fresh:
        single = [k for k in results if calls.parts(calls.first)[k].shape in ((), (1,), (1, 1))]
        if len(single) != 1:
            raise Unclear(f"{backward} is given no gradient by what {forward} returns, no loss")
        return single
    places: list[int] = []
    for name in fresh:
        if not _LIKE.fullmatch(name):
            meaning.doubts.append(f"{name} may be no gradient by what {forward} returns")
        alike = [k for k in results if k not in places and _have_one_shape(calls, name, k)]
        if not alike:
            raise Unclear(f"no result of {forward} has the shape of {name}")
        called = [k for k in alike if k < len(calls.kept) and name in _forms(calls.kept[k])]
        if len(alike) > 1 and len(called) != 1:
            meaning.doubts.append(f"{name} has the shape of several results of {forward}")
        places.append((called or alike)[0])
    return places


def _have_one_shape(calls: Calls, name: str, place: int) -> bool:
    return all(
        one.backward is not None
        and place < len(calls.parts(one))
        and name in one.backward.given
        and one.backward.given[name].shape == calls.parts(one)[place].shape
        for one in calls.seen
    )


def _forms(name: str) -> list[str]:
    """How the gradient by something is called."""
    return [form.format(name) for form in FORMS if form != "{}"]


def named_in(returned: Seen, inputs: Mapping[str, Sequence[Seen]]) -> dict[str, Seen]:
    """The gradients in a dict, by their inputs. Raises `Unclear` where one has another shape."""
    found: dict[str, Seen] = {}
    for name, each in inputs.items():
        group, dot, key = name.rpartition(".")
        held = returned.entries
        if dot and (outer := looked_up(held, group)) is not None and held[outer].kind == "dict":
            held = held[outer].entries
        own = looked_up(held, key)
        if own is not None and held[own].is_real:
            require_shape(name, held[own], each[0])
            found[name] = held[own]
    return found


def require_shape(name: str, gradient: Seen, one: Seen) -> None:
    """Raises `Unclear` where a gradient by an input has another shape than that."""
    if gradient.shape != one.shape:
        raise Unclear(
            f"the gradient by {name} has the shape {gradient.shape}, and {name} has {one.shape}"
        )


def by_returned(
    calls: Calls,
    returned: Sequence[Seen],
    inputs: Mapping[str, Sequence[Seen]],
    meaning: CallMeaning,
) -> dict[str, Seen]:
    """The gradients that are returned, one value a call, by their inputs, with their order."""
    first = returned[0]
    if first.kind == "dict":
        return named_in(first, inputs)
    if first.kind not in ("tuple", "list"):
        each: list[tuple[Seen, ...]] = [(one,) for one in returned]
    elif len({len(one.parts) for one in returned}) == 1:
        each = [one.parts for one in returned]
    else:
        raise Unclear(f"{calls.names[1]} does not always return as many gradients")
    found, order = _assigned(calls, each, inputs, meaning)
    meaning.order = tuple(order)
    return found


def _assigned(
    calls: Calls,
    each: Sequence[Sequence[Seen]],
    inputs: Mapping[str, Sequence[Seen]],
    meaning: CallMeaning,
) -> tuple[dict[str, Seen], list[str]]:
    """Which input the gradient at each place is by: by what it is called, else by its shape."""
    parts = each[0]
    order = [""] * len(parts)
    found: dict[str, Seen] = {}
    names = calls.gives if len(calls.gives) == len(parts) else ()
    for place, name in enumerate(names):
        own = [one for one in inputs if name in _forms(one.rpartition(".")[2])]
        if own and parts[place].is_real:
            require_shape(own[0], parts[place], inputs[own[0]][0])
            order[place], found[own[0]] = own[0], parts[place]
    for place, part in enumerate(parts):
        if part.kind == "dict":
            order[place] = ANY
            found |= named_in(part, {n: one for n, one in inputs.items() if n not in found})
        if order[place] or not part.is_real:
            continue
        shapes = [one[place].shape for one in each]
        alike = [n for n, one in inputs.items() if [seen.shape for seen in one] == shapes]
        free = _likely([name for name in alike if name not in found])
        if not free:
            continue
        same = [k for k, one in enumerate(parts) if not order[k] and one.shape == part.shape]
        if len(free) > 1 or len(same) > 1:
            meaning.doubts.append(
                f"the gradient at place {place} has the shape of {', '.join(free)}"
            )
        order[place], found[free[0]] = free[0], part
    return found, order


def _likely(names: list[str]) -> list[str]:
    """Of inputs that are alike those that are not called as targets are, if there are any."""
    given = {name: name.lower() for name in names}
    predicted = any(_PREDICTED.fullmatch(name) for name in given.values())
    targets = {
        name
        for name, lower in given.items()
        if _TARGET.fullmatch(lower) or (lower == "y" and predicted)
    }
    return [name for name in names if name not in targets] or names


def handed_on(calls: Calls, found: Mapping[str, Seen], meaning: CallMeaning) -> None:
    """Doubts what is no more than the gradient that was given, as it was."""
    backward = calls.first.backward
    given = [] if backward is None else [*backward.given.values()]
    for name, gradient in found.items():
        if any(gradient.digest == one.digest and gradient.shape == one.shape and gradient.digest
               for one in given):  # fmt: skip
            meaning.doubts.append(f"the gradient by {name} is what is given, as it is")
