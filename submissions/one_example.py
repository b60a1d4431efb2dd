"""Functions that are written for one example at a time, as vectors: they are right so, and nothing
that they give for a batch is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..cells.spec import FunctionSpec
from ..strategies import Case
from ..strategies.case import Tensor
from ..subject.conventions.convention import EXACT, distance
from ..subject.errors import Crash
from ..subject.live import LiveFunctions
from ..subject.subject import Handle
from .first_calls import expected, probe_of, returned

REMARK = "it is right for one example given as vectors, and the contract gives it a batch"


def is_of_one_example(functions: LiveFunctions, spec: FunctionSpec) -> bool:
    """Whether a function that was wrong in its first call is right for the first of its examples
    alone, with every dimension of the size 1 left out. One of which any gradient of a parameter is
    right for the batch (of a forward function any result) has another mistake.
    """
    probe = probe_of(functions.family)
    try:
        return _is_right_alone(functions, spec, probe) and not _is_partly_right(
            functions, spec, probe
        )
    except Exception:  # what it gives may be anything
        return False


def _is_right_alone(functions: LiveFunctions, spec: FunctionSpec, probe: Case) -> bool:
    alone = probe.take("m", [0])
    cache = None
    if spec.role.is_backward:
        _, cache = _of_vectors(functions, functions.family.functions[spec.forward], alone, None)
    found, _ = _of_vectors(functions, spec, alone, cache)
    wanted = expected(functions.family, spec.name, alone)
    if spec.role.is_backward:  # whose results are compared as the file has them
        convention = functions.bound[spec.name].convention
        wanted, _ = convention.unpack(_vector(convention.pack(dict(wanted))))
    if set(found) != set(wanted):
        return False
    vectors = ({name: _vector(value) for name, value in one.items()} for one in (found, wanted))
    return distance(*vectors) < EXACT


def _is_partly_right(functions: LiveFunctions, spec: FunctionSpec, probe: Case) -> bool:
    family, convention = functions.family, functions.bound[spec.name].convention
    try:
        found, _ = convention.unpack(returned(functions, spec, probe))
    except Crash:
        return False
    wanted = expected(family, spec.name, probe)
    inputs = {f"d{name}" for name in family.functions[spec.forward].takes} if spec.forward else ()
    names = [name for name in found if name in wanted and name not in inputs]
    return any(distance({name: found[name]}, wanted) < EXACT for name in names)


def _of_vectors(
    functions: LiveFunctions, spec: FunctionSpec, case: Case, cache: Handle
) -> tuple[Mapping[str, Tensor], Handle]:
    """What a function gives where it is called with vectors, and the cache."""
    bound = functions.bound[spec.name]
    places, named = bound.arguments(case.arguments(spec), cache)
    places = [one if one is cache else _vector(one) for one in places]
    named = {name: one if one is cache else _vector(one) for name, one in named.items()}
    return bound.convention.unpack(functions.run(spec.name, places, named))


def _vector(value: object) -> object:
    """An array without its dimensions of the size 1; a dict with all its arrays so."""
    if isinstance(value, np.ndarray):
        return np.squeeze(value)
    if isinstance(value, Mapping):
        return {name: _vector(entry) for name, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_vector, value))
    return value
