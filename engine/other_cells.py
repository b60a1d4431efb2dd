"""Methods that are right in a way of their own: of another cell, or with means for gradients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..cells.spec import Family, FunctionSpec
from ..properties import PROPERTIES, NotApplicable
from ..strategies import Case
from ..subject.subject import Subject, flat
from ..submissions.functions import SubmittedFunctions

TRIED = 3
"""On so many cases both are looked at."""

NEAR = 1e-9
"""How near, relatively, what is divided has to be."""

LAW = "gradients_equal_the_derivative_of_the_forward"


def is_right_otherwise(
    functions: SubmittedFunctions, family: Family, spec: FunctionSpec, cases: Sequence[Case]
) -> bool:
    """Whether a forward function that is wrong agrees with its own backward function, or a backward
    function that is wrong gives for all weights alike what is right, divided by the examples.
    """
    some = [case for case in cases if case.dims.get("m", 1) > 1][:TRIED]
    others = family.functions.values()
    backward = next((f for f in others if f.forward == spec.name and f.name in functions), None)
    name = spec.name if spec.role.is_backward else backward.name if backward else ""
    if not name:
        return False
    subject = Subject(functions, family, name, reference=functions.reference, own_cache=True)
    test = _are_means if spec.role.is_backward else _agrees
    return bool(some) and all(test(subject, case) for case in some)


def _agrees(subject: Subject, case: Case) -> bool:
    """Whether the backward function is right by its own forward one, and not by the cell."""
    try:
        found, expected = flat(subject.run(case).values), flat(subject.expected(case))
        if all(np.allclose(value, expected[name], NEAR, NEAR) for name, value in found.items()):
            return False
        PROPERTIES[LAW].check(subject, case)
    except NotApplicable:
        return True
    except Exception:  # of whatever is wrong
        return False
    return True


def _are_means(subject: Subject, case: Case) -> bool:
    try:
        found, expected = flat(subject.run(case).values), flat(subject.expected(case))
    except Exception:  # of whatever is wrong
        return False
    count = case.dims["m"]
    weights = {g for g, name in subject.function.gradients.items() if name in case["parameters"]}
    return all(
        np.shape(value) == np.shape(expected[name])
        and np.allclose(value * (count if name in weights else 1), expected[name], NEAR, NEAR)
        for name, value in found.items()
    )
