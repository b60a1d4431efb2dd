"""How a file's functions of one family are to be called: their conventions, and the variant of the
cell that they compute.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from ..cells.spec import Family, RecurrentFamily
from ..isolation.child.calling import CONTAINERS
from ..isolation.parent.remote import RemoteFunction
from ..reading.recognition import signature_of
from ..strategies import Case, seeded_case
from ..strategies.case import Tensor
from ..subject.conventions import Convention, Presented, recognise
from ..subject.definition import Definition
from ..subject.live import Bound, LiveFunctions, reference_of
from ..subject.subject import Subject

Live = TypeVar("Live", bound=LiveFunctions)

SINGLE = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Found:
    """A family's functions of one file, by the contract's names, and what is known of the file.

    ``keys`` are the texts that it mentions, ``names`` the contract's names by its own. Those
    ``untried`` are not called, those in ``single`` compute in single precision.
    """

    definitions: Mapping[str, Definition]
    keys: frozenset[str]
    names: Mapping[str, str]
    untried: Collection[str]
    single: Collection[str]


def fitting(
    family: Family, found: Found, make: Callable[[Family, Mapping[str, Bound]], Live]
) -> tuple[Live, tuple[str, ...]]:
    """The functions of a family as they are to be called, made by ``make``, and what a person is
    told of that.

    Of a cell's variants that one is taken whose results lie nearest to what the file's forward
    functions return, the first of two alike.
    """
    if not isinstance(family, RecurrentFamily):
        functions = make(family, _bound(family, found))
        return functions, _notes(functions)
    nearest = np.inf
    for sentence, cell in {"": family.cell, **family.cell.variants}.items():
        tried = make(cell.family, _bound(cell.family, found))
        far = sum(_distances(tried, cell.family, found))
        if far < nearest:
            nearest, functions, said = far, tried, sentence
    return functions, (*filter(None, [said]), *_notes(functions))


def _bound(family: Family, found: Found) -> dict[str, Bound]:
    """Each function with the convention that it looks like."""
    cell = family.cell if isinstance(family, RecurrentFamily) else None
    parameters = cell.all_parameters if cell else {}
    names = {name: used for used, name in found.names.items() if name in parameters}
    bound: dict[str, Bound] = {}
    for name in sorted(found.definitions, key=list(family.functions).index):
        spec, definition = family.functions[name], found.definitions[name]
        forward = bound[spec.forward].convention if spec.forward in bound else None
        seen = Presented(spec, cell, signature_of(definition), found.keys, names, forward)
        rounding = {"epsilon": SINGLE} if name in found.single else {}
        bound[name] = Bound(definition.function, recognise(seen), **rounding)
    return bound


def _notes(functions: LiveFunctions) -> tuple[str, ...]:
    conventions = [one.convention for one in functions.bound.values()]
    return tuple(dict.fromkeys(note for one in conventions for note in one.notes))


def _distances(functions: LiveFunctions, family: RecurrentFamily, found: Found) -> Iterator[float]:
    """How far the forward functions are from this family's, once their conventions have learned
    from a first call what they can.
    """
    probe = seeded_case(family, family.cell.dimensions, seed=0)
    for name, bound in functions.bound.items():
        spec, convention = family.functions[name], bound.convention
        if not spec.role.is_forward or name in found.untried:
            continue
        tell_cache(bound, CONTAINERS)
        far = 1.0
        with contextlib.suppress(Exception):  # of a strange form
            far = convention.calibrate(
                partial(_returned, functions, name),
                probe,
                partial(_expected, family, name),
            )
        tell_cache(bound, cache_place(convention))
        yield far


def _returned(functions: LiveFunctions, name: str, case: Case) -> object:
    """What a function of the file returns for a case."""
    convention = functions.bound[name].convention
    return functions.run(name, *convention.arguments(case.arguments(convention.spec), None))


def _expected(family: Family, name: str, case: Case) -> Mapping[str, Tensor]:
    """What the reference returns for it."""
    return Subject(reference_of(family), family, name, reference=None).run(case).values


def cache_place(convention: Convention) -> int | None:
    """Where among the results a cache stands, counted from the last."""
    returned = convention.returned
    return returned.index("cache") - len(returned) if "cache" in returned else None


def tell_cache(bound: Bound, place: int | None) -> None:
    """Tells where among the results a cache is, which stays in the process that made it."""
    if isinstance(bound.function, RemoteFunction):
        bound.function.cache = place
