"""How a forward function is called."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .errors import Function, Misuse

BUNDLES = {"params", "parameters", "weights", "theta", "p", "w", "param"}
"""How people call a dict of parameters."""


@dataclass(frozen=True)
class Argument:
    """Where a value goes: by place, or by its name."""

    name: str
    by_name: bool


def arranged(given: Iterable[tuple[Argument, object]]) -> tuple[list[object], dict[str, object]]:
    """The arguments of a call: those that go by place, and those that go by name."""
    places: list[object] = []
    named: dict[str, object] = {}
    for argument, value in given:
        if argument.by_name:
            named[argument.name] = value
        else:
            places.append(value)
    return places, named


def signature(function: Function) -> list[inspect.Parameter] | None:
    """The parameters; nothing for a built-in without any that are known."""
    try:
        return [*inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return None


def name_of(function: Function) -> str:
    """What a function is called."""
    return str(getattr(function, "__qualname__", type(function).__name__)).rpartition("<locals>.")[
        2
    ]


def bind(
    function: Function, names: Sequence[str], constants: Collection[str], skip: int = 0
) -> list[tuple[Argument, tuple[str, ...]]]:
    """For each argument of a forward function the inputs that it gets: one, or for a dict several.

    By name where names are the same, else by place. ``skip`` parameters come before.

    Raises `Misuse` where they do not fit.
    """
    parameters = signature(function)
    if parameters is None:
        return [(Argument(name, False), (name,)) for name in names]
    parameters = parameters[skip:]
    kinds = {p.kind for p in parameters}
    plain = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    own = {p.name for p in plain}
    rest = [name for name in names if name not in own]
    if rest and inspect.Parameter.VAR_KEYWORD in kinds:
        own, rest = own | {*rest}, []
    free = [p for p in plain if p.name not in names and p.name not in constants]
    needed = [p for p in free if p.default is p.empty]
    given: dict[str, tuple[str, ...]] = {n: (n,) for n in names if n in own}
    if len(needed) == 1 and len(rest) > 1 and needed[0].name in BUNDLES:
        given[needed[0].name] = tuple(rest)
        rest, needed = [], []
    for parameter, name in zip(free, rest, strict=False):
        given[parameter.name] = (name,)
    spare = rest[len(free) :]
    missing = [p.name for p in needed if p.name not in given]
    if (spare and inspect.Parameter.VAR_POSITIONAL not in kinds) or missing:
        raise Misuse(_unfit(function, names, parameters, spare, missing))
    return [*_placed(plain, given, constants), *((Argument(n, False), (n,)) for n in spare)]


def _placed(
    plain: list[inspect.Parameter], given: dict[str, tuple[str, ...]], constants: Collection[str]
) -> Iterator[tuple[Argument, tuple[str, ...]]]:
    """In the order of the parameters: by place up to the first that gets nothing."""
    by_place = True
    for parameter in plain:
        here = parameter.name in given
        by_place = by_place and parameter.kind is not parameter.KEYWORD_ONLY
        if here:
            by_name = not by_place and parameter.kind is not parameter.POSITIONAL_ONLY
            yield Argument(parameter.name, by_name), given.pop(parameter.name)
        elif parameter.name in constants and by_place:
            yield Argument(parameter.name, False), ()
        else:
            by_place = False
    yield from ((Argument(name, True), inputs) for name, inputs in given.items())


def _unfit(
    function: Function,
    names: Sequence[str],
    parameters: list[inspect.Parameter],
    spare: list[str],
    missing: list[str],
) -> str:
    takes = ", ".join(p.name for p in parameters) or "nothing"
    head = f"{name_of(function)} takes {takes}, and shapes are given for {', '.join(names)}"
    if missing:
        return (
            f"{head}: {', '.join(missing)} has none; give its shape, or constants="
            f'{{"{missing[0]}": ...}}.'
        )
    return (
        f"{head}: {', '.join(spare)} has no parameter; leave it out, or call it as the code does."
    )
