"""First calls of a file's functions, on a case of all different dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import numpy as np

from ..cells.spec import Family, FunctionSpec, RecurrentFamily
from ..strategies import Case, seeded_case
from ..strategies.case import Tensor
from ..subject.errors import Crash
from ..subject.live import LiveFunctions, reference_of
from ..subject.subject import Subject


def probe_of(family: Family) -> Case:
    """The case of a cell on which its functions are called first."""
    assert isinstance(family, RecurrentFamily)
    return seeded_case(family, family.cell.dimensions, seed=0)


def returned(functions: LiveFunctions, spec: FunctionSpec, case: Case) -> object:
    """What a function of the file returns for a case."""
    cache = None
    if spec.role.is_backward:
        forward = functions.family.functions[spec.forward]
        cache = functions.cache_of(forward, case.arguments(forward))
    bound = functions.bound[spec.name]
    return functions.run(spec.name, *bound.arguments(case.arguments(spec), cache))


def expected(family: Family, name: str, case: Case) -> Mapping[str, Tensor]:
    """What the reference returns for it."""
    return Subject(reference_of(family), family, name, reference=None).run(case).values


def is_of_fewer_gates(functions: LiveFunctions, spec: FunctionSpec) -> bool:
    """Whether numpy refuses a function's call with the shapes of its cell, and not that with
    weights of fewer gates: then it is another cell, such as one whose gates are coupled.
    """
    case = probe_of(functions.family)
    try:
        returned(functions, spec, case)
    except Crash as crash:
        if crash.error != "ValueError":
            return False
    else:
        return False
    assert isinstance(functions.family, RecurrentFamily)
    size, gates = case.dims["n_a"], len(functions.family.cell.gates)
    places, named = functions.bound[spec.name].arguments(case.arguments(spec), None)
    for fewer in range(gates - 1, 0, -1):
        with suppress(Crash):
            cut = partial(_cut, size=gates * size, to=fewer * size)
            own = {name: cut(value) for name, value in named.items()}
            functions.run(spec.name, [*map(cut, places)], own)
            return True
    return False


def _cut(value: object, size: int, to: int) -> object:
    """An array with axes of a size cut, also in a dict; what else it is as it is."""
    if isinstance(value, Mapping):
        return {name: _cut(one, size, to) for name, one in value.items()}
    if not isinstance(value, np.ndarray):
        return value
    return value[tuple(slice(to) if axis == size else slice(None) for axis in value.shape)]
