"""From what a backward function returned to the gradients by the names of the inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence

from .errors import Broken
from .shape_strings import Input

Inputs = Mapping[str, Input]

Places = dict[str, tuple[object, str]]
"""For each input what is given as its gradient, and how code reads that from ``result``."""

CONTAINERS = (
    "grads",
    "gradients",
    "grad",
    "gradient",
    "g",
    "dparams",
    "param_grads",
    "deltas",
    "dp",
)
"""Where objects keep the gradients by their weights."""

ANY = "*"
"""What stands in an order of gradients for a dict of all that have no place of their own."""

FORMS = ("d{}", "{}", "d_{}", "grad_{}", "{}_grad", "grad{}", "g_{}", "{}_bar", "D{}")
"""How people call the gradient by an input."""


def gradients_in(
    result: object, inputs: Inputs, who: str, order: Sequence[str] = (), access: str = "result"
) -> Places:
    """The gradients of all inputs that have one; ``order`` has their inputs by place, if that is
    known.

    Raises `Broken` with a sentence where the form is wrong, or one is missing.
    """
    read = _ordered(result, inputs, order, access) if order else _read(result, inputs, who, access)
    found = {name: pair for name, pair in read if pair[0] is not None}
    wanted = [name for name, one in inputs.items() if one.has_gradient]
    missing = [name for name in wanted if name not in found]
    if missing:
        given = _given(result)
        raise Broken(
            f"{who} gives no gradient by {', '.join(missing)}{given}; where it has none, end its "
            f'shape with "const"',
            *missing,
        )
    return {name: found[name] for name in wanted}


def looked_up(mapping: Mapping[str, object], name: str) -> str | None:
    """The key under which the gradient by an input stands, as people write it."""
    keys = [key for key in mapping if isinstance(key, str)]
    for form in FORMS:
        if form.format(name) in keys:
            return form.format(name)
    lower = {key.lower(): key for key in keys}
    for form in FORMS[:3]:
        if form.format(name).lower() in lower:
            return lower[form.format(name).lower()]
    return None


def _read(
    result: object, inputs: Inputs, who: str, access: str
) -> Iterator[tuple[str, tuple[object, str]]]:
    if result is None:
        raise Broken(
            f"{who} returns None: let it return the gradients",
            check=(f"assert {access} is not None",),
        )
    mapping = _mapping(result)
    if mapping is not None:
        dotted = not isinstance(result, Mapping)
        yield from _of_mapping(mapping, inputs, who, access, dotted)
    elif isinstance(result, tuple | list) and not _is_numbers(result, inputs):
        yield from _of_sequence([*result], inputs, who, access)
    else:
        names = [name for name, one in inputs.items() if one.has_gradient]
        if len(names) > 1:
            raise Broken(
                f"{who} returns one gradient, and {len(names)} inputs have one: {', '.join(names)}",
                check=(f"assert len({access}) == {len(names)} and not hasattr({access}, 'shape')",),
            )
        yield names[0], (result, access)


def _ordered(
    result: object, inputs: Inputs, order: Sequence[str], access: str
) -> Iterator[tuple[str, tuple[object, str]]]:
    """The gradients in a known order; of those that are not there nothing."""
    many = isinstance(result, tuple | list)
    parts = [*result] if isinstance(result, tuple | list) else [result]
    for place, (name, part) in enumerate(zip(order, parts, strict=False)):
        where = f"{access}[{place}]" if many else access
        mapping = _mapping(part) if name == ANY else None
        if name in inputs:
            yield name, (part, where)
        elif mapping is not None:
            rest = {n: one for n, one in inputs.items() if n not in order}
            yield from _of_mapping(mapping, rest, "", where, not isinstance(part, Mapping))


def _is_numbers(result: Sequence[object], inputs: Inputs) -> bool:
    """Whether a list of numbers is one gradient, by the one vector there is."""
    axes = [one.axes for one in inputs.values() if one.has_gradient]
    vector = len(axes) == 1 and len(axes[0]) == 1
    return vector and len(result) > 1 and all(isinstance(part, float) for part in result)


def _mapping(result: object) -> Mapping[str, object] | None:
    if isinstance(result, Mapping):
        return result
    if dataclasses.is_dataclass(result):
        return vars(result)
    fields = getattr(result, "_fields", None)
    if fields is None or not isinstance(result, tuple):
        return None
    return dict(zip(fields, result, strict=True))


def _of_mapping(
    mapping: Mapping[str, object], inputs: Inputs, who: str, access: str, dotted: bool
) -> Iterator[tuple[str, tuple[object, str]]]:
    for group, members in _groups(inputs).items():
        key = looked_up(mapping, group)
        where = "" if key is None else f"{access}.{key}" if dotted else f"{access}[{key!r}]"
        if group in inputs:
            if key is not None:
                yield group, (mapping[key], where)
        elif key is not None and _mapping(mapping[key]) is not None:
            yield from _within(mapping[key], members, who, where)
        else:  # those of a dict stand beside the others
            for name, one in members.items():
                inner = looked_up(mapping, one.key)
                if inner is not None:
                    yield name, (mapping[inner], f"{access}[{inner!r}]")


def _of_sequence(
    parts: list[object], inputs: Inputs, who: str, access: str
) -> Iterator[tuple[str, tuple[object, str]]]:
    groups = _groups(inputs)
    with_gradient = [g for g, m in groups.items() if any(one.has_gradient for one in m.values())]
    flat = [name for name, one in inputs.items() if one.has_gradient]
    for names in (with_gradient, [*groups], flat, [*inputs]):
        if len(parts) == len(names):
            for place, (name, part) in enumerate(zip(names, parts, strict=True)):
                where = f"{access}[{place}]"
                if name in inputs:
                    yield name, (part, where)
                elif part is not None:
                    yield from _within(part, groups[name], who, where)
            return
    have = "inputs have" if len(flat) != 1 else "input has"
    raise Broken(
        f"{who} returns {len(parts)} gradient{'s' * (len(parts) != 1)}, and {len(flat)} {have} "
        f"one: {', '.join(flat)}",
        check=(f"assert len({access}) == {len(flat)}",),
    )


def _within(
    part: object, members: Inputs, who: str, access: str
) -> Iterator[tuple[str, tuple[object, str]]]:
    """The gradients by the arrays of a dict."""
    inner = {name.partition(".")[2]: one for name, one in members.items()}
    head = next(iter(members)).partition(".")[0]
    renamed = {key: dataclasses.replace(one, name=key) for key, one in inner.items()}
    for key, found in _read(part, renamed, f"{who}, by {head},", access):
        yield f"{head}.{key}", found


def _groups(inputs: Inputs) -> dict[str, dict[str, Input]]:
    """The inputs by the argument in which they are."""
    groups: dict[str, dict[str, Input]] = {}
    for name, one in inputs.items():
        groups.setdefault(name.partition(".")[0], {})[name] = one
    return groups


def _given(result: object) -> str:
    mapping = _mapping(result)
    return "" if mapping is None else f" (it has {', '.join(map(str, mapping)) or 'none'})"


UNNAMED = "are not judged: the shapes name no such weights"
"""What is told of gradients that an object has besides."""


def unnamed(built: object, made: Collection[str], inputs: Inputs) -> list[str]:
    """The weights by which an object has gradients, and which are no inputs by their names: keys
    where it keeps gradients, or what it was ``made`` with.
    """
    held = dict(vars(built)) if hasattr(built, "__dict__") else {}
    known = {one.key for one in inputs.values()}
    found = []
    for where in CONTAINERS:
        container = held.get(where)
        if isinstance(container, Mapping):
            named = {looked_up(container, key) for key in known}
            given = {key for key, value in container.items() if value is not None}
            found += sorted(map(str, given - named))
    for name in made:
        gradients = [held.get(form.format(name)) for form in FORMS if form != "{}"]
        if name not in known and any(one is not None for one in gradients):
            found.append(name)
    return list(dict.fromkeys(found))
