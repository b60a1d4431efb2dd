"""First calls of a file's functions, on a case of all different dimensions."""

from __future__ import annotations

from collections.abc import Mapping

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


def takes_shapes(functions: LiveFunctions, spec: FunctionSpec) -> bool:
    """Whether a function can be computed with arrays of the shapes that its cell has: where numpy
    refuses them, the function is made for others, such as those of a cell with fewer gates.
    """
    try:
        returned(functions, spec, probe_of(functions.family))
    except Crash as crash:
        return crash.error != "ValueError"
    return True
