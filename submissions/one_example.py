"""Functions that are written for one example at a time, as vectors: they are right so, and nothing
that they give for a batch is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from ..cells.spec import Family, FunctionSpec
from ..strategies import Case
from ..strategies.case import Tensor
from ..subject.conventions.convention import EXACT, distance
from ..subject.errors import Crash
from ..subject.live import LiveFunctions, reference_of
from ..subject.subject import Handle, Subject

REMARK = "it is right for one example given as vectors, and the contract gives it a batch"

Values: TypeAlias = Mapping[str, Tensor]


def is_of_one_example(functions: LiveFunctions, spec: FunctionSpec, probe: Case) -> bool:
    """Whether a function that is wrong on ``probe`` is right for the first of its examples alone,
    with every dimension of the size 1 left out. One of which any gradient of a parameter is right
    for the batch (of a forward function any result) has another mistake.
    """
    try:
        return _is_right_alone(functions, spec, probe) and not _is_partly_right(
            functions, spec, probe
        )
    except Exception:  # what it gives may be anything
        return False


def _is_right_alone(functions: LiveFunctions, spec: FunctionSpec, probe: Case) -> bool:
    alone = probe.take("m", [0])
    found = _called(functions, spec, alone, vectors=True)
    wanted = _expected(functions.family, spec, alone)
    if set(found) != set(wanted):
        return False
    vectors = ({name: _vectors(value) for name, value in one.items()} for one in (found, wanted))
    return distance(*vectors) < EXACT


def _is_partly_right(functions: LiveFunctions, spec: FunctionSpec, probe: Case) -> bool:
    family = functions.family
    try:
        whole = _called(functions, spec, probe, vectors=False)
    except Crash:
        return False
    expected = _expected(family, spec, probe)
    inputs = {f"d{name}" for name in family.functions[spec.forward].takes} if spec.forward else ()
    names = [name for name in whole if name in expected and name not in inputs]
    return any(distance({name: whole[name]}, expected) < EXACT for name in names)


def _called(functions: LiveFunctions, spec: FunctionSpec, case: Case, *, vectors: bool) -> Values:
    cache = None
    if spec.role.is_backward:
        forward = functions.family.functions[spec.forward]
        cache = _run(functions, forward, case, None, vectors=vectors)[1]
    return _run(functions, spec, case, cache, vectors=vectors)[0]


def _run(
    functions: LiveFunctions, spec: FunctionSpec, case: Case, cache: Handle, *, vectors: bool
) -> tuple[Values, Handle]:
    convention = functions.bound[spec.name].convention
    places, named = convention.arguments(case.arguments(spec), cache)
    if vectors:
        places = [one if one is cache else _vectors(one) for one in places]
    return convention.unpack(functions.run(spec.name, places, named))


def _expected(family: Family, spec: FunctionSpec, case: Case) -> Values:
    return Subject(reference_of(family), family, spec.name, reference=None).run(case).values


def _vectors(value: Tensor) -> Tensor:
    """Arrays without their dimensions of the size 1, those in a dict as well."""
    if isinstance(value, np.ndarray):
        return np.squeeze(value)
    if isinstance(value, Mapping):
        return {name: _vectors(entry) for name, entry in value.items()}
    return value
