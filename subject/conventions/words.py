"""Arguments and results by their names: what an author's own names say of them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from ...cells.spec import CellSpec, FunctionSpec, Layout
from .convention import Presented, plain_name

_ARGUMENTS = {
    "x": "x xt xs input inputs",
    "a": "a aprev a0 h hprev prevh h0 hidden aprevious ainit preva",
    "c": "c cprev c0 prevc cprevious memory",
    "parameters": "parameters params param",
    "da": "da danext dh dhnext dnexth danxt",
    "dc": "dc dcnext dnextc dcnxt",
    "cache": "cache caches",
}
"""Names that an argument of each meaning goes by, in small letters and without underscores."""

STATES = dict.fromkeys(("a", "anext", "h", "hnext", "nexth"), "a") | dict.fromkeys(
    ("c", "cnext", "nextc"), "c"
)
"""Names that a returned state of each letter goes by."""

_MEANING = {name: meaning for meaning, names in _ARGUMENTS.items() for name in names.split()}


def optional_names(spec: FunctionSpec, arguments: tuple[str, ...]) -> dict[str, str]:
    """What each optional argument is called: by a known name, else by its place."""
    known = {plain_name(name): name for name in arguments}
    found = {}
    for name in spec.defaults:
        place = spec.takes.index(name)
        by_place = arguments[place] if place < len(arguments) else name
        found[name] = next((known[o] for o in spec.aliases.get(name, ()) if o in known), by_place)
    return found


def argument_order(spec: FunctionSpec, arguments: tuple[str, ...]) -> tuple[int, ...]:
    """Which argument of the contract stands in each place, if it is another order; else nothing."""
    takes = [_MEANING.get(plain_name(name)) for name in spec.takes]
    given = [_MEANING.get(plain_name(name)) for name in arguments[: len(takes)]]
    if None in takes or sorted(map(str, takes)) != sorted(map(str, given)) or takes == given:
        return ()
    return tuple(takes.index(meaning) for meaning in given)


def places_of(
    spec: FunctionSpec, cell: CellSpec | None, arguments: Mapping[str, inspect.Parameter]
) -> list[str]:
    """The contract's name of what stands in each place, where a function takes more than the
    contract's by names that the contract has: the parameters, or one of them, or what the forward
    function is given, besides its cache. Else nothing.
    """
    takes = [name for name in spec.takes if name not in spec.defaults]
    if cell is None or len(arguments) <= len(takes):
        return []
    forward = cell.family.functions.get(spec.forward, spec)
    known = [*takes, *forward.takes, *(s.initial for s in cell.states if "sequence" in spec.role)]
    by_meaning = {_MEANING.get(plain_name(name), name): name for name in reversed(known)}
    by_name = dict.fromkeys(cell.all_parameters) if spec.role.is_backward else {}
    places: list[str] = []
    for name, one in arguments.items():
        meant = name if name in by_name else by_meaning.get(_MEANING.get(plain_name(name), ""), "")
        if not meant or meant in places or one.default not in (one.empty, None):
            break
        places.append(meant)
    return places if {*takes} < {*places} else []


def last_names(seen: Presented, layout: Layout) -> list[str]:
    """The names of as many arguments at the end as a layout has arrays, in small letters."""
    return [plain_name(name) for name in seen.arguments][-len(layout.arrays) :]


def takes_arrays(seen: Presented, layout: Layout) -> bool:
    """Whether a function needs, or may be given, as many arguments as there are with a layout's
    arrays, none of them a dict by name.
    """
    needed = [n for n, p in seen.arguments.items() if p.default is inspect.Parameter.empty]
    names = [plain_name(name) for name in seen.arguments]
    count = len(seen.spec.takes) - 1 + len(layout.arrays)
    return count in (len(needed), len(names)) and not any(n.startswith("param") for n in names)
