"""How a file's functions of one family are to be called: their conventions, and the variant of the
cell that they compute.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

import numpy as np

from ..cells.spec import CellSpec, Family, FunctionSpec, RecurrentFamily
from ..isolation.child.calling import CONTAINERS
from ..isolation.parent.remote import RemoteFunction
from ..reading.recognition import returned_names, signature_of
from ..strategies.helpers import seeded_helper_case
from ..subject.conventions import Convention, Presented, recognise
from ..subject.conventions.convention import EXACT
from ..subject.definition import Definition
from ..subject.errors import ENDED, Crash
from ..subject.live import Bound, LiveFunctions
from .first_calls import expected, probe_of, returned
from .one_example import REMARK, is_of_one_example

Live = TypeVar("Live", bound=LiveFunctions)

NEARER = 0.8
"""By what factor a variant must be nearer than the cell itself, to be taken for it."""

SINGLE, DOUBLE = (float(np.finfo(kind).eps) for kind in (np.float32, np.float64))


@dataclass(frozen=True)
class FunctionsFound:
    """A family's functions of one file, by the contract's names, and what is known of the file.

    ``keys`` are the texts that it mentions, ``looked_up`` those by which each function takes
    entries, ``names`` the contract's names by its own. Those ``untried`` are not called, those in
    ``single`` compute in single precision. Helpers that are ``free`` have a form of their own.
    """

    definitions: Mapping[str, Definition]
    keys: frozenset[str]
    looked_up: Mapping[str, Sequence[str]]
    names: Mapping[str, str]
    untried: Collection[str]
    single: Collection[str]
    free: Collection[str] = ()


@dataclass(frozen=True)
class Fitted(Generic[Live]):
    """A family's functions as they are to be called, what a person is told of that, and how far
    from correct results those were that were called for it.
    """

    functions: Live
    notes: tuple[str, ...]
    far: Mapping[str, float]


def fitting(
    family: Family, found: FunctionsFound, make: Callable[[Family, Mapping[str, Bound]], Live]
) -> Fitted[Live]:
    """The functions of a family, made by ``make``, as they are to be called.

    Of a cell's variants that one is taken whose gradients a backward function of the file gives,
    or else whose results lie nearest to what its functions return, another one than the cell itself
    only where it is nearer by far.
    """
    if not isinstance(family, RecurrentFamily):
        functions = make(family, _bound(family, found))
        helpers = {} if found.untried else dict(_distances_of_helpers(functions, found))
        return Fitted(functions, _notes(functions), helpers)
    nearest = (True, 2.0)
    distances: Mapping[FunctionSpec, float] = {}
    for sentence, cell in _cells(family):
        tried = make(cell.family, _bound(cell.family, found))
        far = dict(_distances(tried, cell.family, found))
        wrong = all(far[spec] > EXACT for spec in far if spec.role.is_backward)
        near = float(np.mean([*far.values()])) if far else 1.0
        if (wrong, near) < nearest:
            functions, said, distances = tried, sentence, far
            nearest = wrong, near if sentence else NEARER * near
        if far and max(far.values()) < EXACT:
            break
    for spec, one in distances.items():
        if spec.name in functions.work.late or one < EXACT:
            continue
        if is_of_one_example(functions, spec):
            bound = functions.bound[spec.name]
            functions.bound[spec.name] = replace(bound, remark=REMARK)
    notes = (*filter(None, [said]), *_notes(functions))
    return Fitted(functions, notes, {spec.name: one for spec, one in distances.items()})


def _cells(family: RecurrentFamily) -> Iterator[tuple[str, CellSpec]]:
    """A family's cell, and each of its variants with the sentence that says which it is."""
    yield "", family.cell
    yield from family.cell.variants.items()


def _bound(family: Family, found: FunctionsFound) -> dict[str, Bound]:
    """Each function with the convention that it looks like."""
    cell = family.cell if isinstance(family, RecurrentFamily) else None
    parameters = cell.all_parameters if cell else {}
    names = {name: used for used, name in found.names.items() if name in parameters}
    is_paired = any(family.functions[name].role.is_backward for name in found.definitions)
    bound: dict[str, Bound] = {}
    for name in sorted(found.definitions, key=list(family.functions).index):
        spec, definition = family.functions[name], found.definitions[name]
        forward = bound[spec.forward].convention if spec.forward in bound else None
        others = tuple(one.convention for one in bound.values())
        arguments, looked_up = signature_of(definition), found.looked_up[name]
        of_file = looked_up, names, forward, others, is_paired, name in found.free
        returns = returned_names(definition.node)
        seen = Presented(spec, cell, arguments, found.keys, *of_file, returns)
        rounding = SINGLE if name in found.single else DOUBLE
        bound[name] = Bound(definition.function, recognise(seen), rounding)
    return bound


def _notes(functions: LiveFunctions) -> tuple[str, ...]:
    conventions = [one.convention for one in functions.bound.values()]
    return tuple(dict.fromkeys(note for one in conventions for note in one.notes))


def _distances(
    functions: LiveFunctions, family: RecurrentFamily, found: FunctionsFound
) -> Iterator[tuple[FunctionSpec, float]]:
    """How far functions are from this family's, once their conventions have learned from a first
    call what they can: forward functions, and those backward functions that no cache but their own
    forward's serves.
    """
    probe = probe_of(family)
    for name, bound in functions.bound.items():
        spec, convention = family.functions[name], bound.convention
        called = spec.role.is_forward or spec.forward in functions
        if not called or {name, spec.forward} & {*found.untried}:
            continue
        tell_cache(bound, CONTAINERS if spec.role.is_forward else None)
        far = 1.0
        with contextlib.suppress(Exception):  # of a strange form
            far = convention.calibrate(
                partial(returned, functions, spec), probe, partial(expected, family, name)
            )
        tell_cache(bound, cache_place(convention))
        yield spec, far


def _distances_of_helpers(
    functions: LiveFunctions, found: FunctionsFound
) -> Iterator[tuple[str, float]]:
    """How far those helpers are that are free to have a form of their own; nothing of one whose
    process ended meanwhile, which may be another's doing.
    """
    for name in (one for one in functions.bound if one in found.free):
        spec, far = functions.family.functions[name], 1.0
        try:
            far = functions.bound[name].convention.calibrate(
                partial(returned, functions, spec),
                seeded_helper_case(functions.family),
                partial(expected, functions.family, name),
            )
        except Exception as error:  # of a strange form
            if isinstance(error, Crash) and error.error == ENDED:
                continue
        yield name, far


def cache_place(convention: Convention) -> int | None:
    """Where among the results a cache stands, counted from the last."""
    returned = convention.returned
    return returned.index("cache") - len(returned) if "cache" in returned else None


def settle(functions: LiveFunctions) -> None:
    """Tells of each function where its cache is, whatever was told of it meanwhile."""
    for bound in functions.bound.values():
        tell_cache(bound, cache_place(bound.convention))


def tell_cache(bound: Bound, place: int | None) -> None:
    """Tells where among the results a cache is, which stays in the process that made it."""
    if isinstance(bound.function, RemoteFunction):
        bound.function.cache = place
