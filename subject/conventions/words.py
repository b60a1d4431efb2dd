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


def parameter_names(seen: Presented) -> dict[str, str]:
    """What parameters are called here: by a person's word, else as an alias that the file has
    where it does not have the contract's name. A single letter may stand for much else.
    """
    aliases = seen.cell.aliases if seen.cell else {}
    has = {key for key in seen.keys if len(key) > 1 or key in seen.looked_up}
    known = {
        name: next(other for other in others if other in has)
        for name, others in aliases.items()
        if name not in seen.keys and has & {*others}
    }
    return known | {name: used for name, used in seen.names.items() if used in seen.keys}


def states_alone(seen: Presented) -> tuple[str, ...]:
    """The results of a function that by its text returns states and a cache, and no prediction;
    nothing of any other.
    """
    prediction = seen.cell.prediction if seen.cell else None
    written, returns = seen.returned_names, seen.spec.returns
    if prediction is None or seen.cell is None or len(written) != len(returns):
        return ()
    ends = seen.cell.private_cache or "cache" in written[-1]
    return tuple(n for n in returns if ends and n not in (prediction.step, prediction.sequence))
