"""Reference: a forward function computes the contract's equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..cells.spec import RecurrentFamily, Role
from ..strategies.case import Array, Case
from ..subject.compare import near, require_equal, same, worst
from ..subject.errors import Violation
from ..subject.message import Message
from ..subject.subject import Subject
from .law import law

ORDER = 2


@law(Role.HELPER, Role.STEP, Role.SEQUENCE)
def values_equal_the_reference(subject: Subject, case: Case) -> None:
    """Every result equals the contract's equations: gates, cell state, hidden state, prediction.

    The equations are the definition of the cell. What comes first in the computation is compared
    first, so that the first difference is where the fault is.

    A wrong activation, gate or weight; the rows of the concatenation; a state that is not carried
    from step to step; sigmoid for softmax, or softmax over the wrong axis.
    """
    found = dict(subject.run(case).values)
    expected = dict(subject.expected(case))
    order: Sequence[str] = ()
    if isinstance(subject.family, RecurrentFamily):
        order = subject.family.cell.computation
        if subject.function.role is Role.STEP and not _all_same(subject, case, found, expected):
            _require_gates(subject, case)
    require_equal(subject, case, found, expected, "by the contract's equations", order=order)


def _all_same(
    subject: Subject, case: Case, found: dict[str, Array], expected: Mapping[str, Array]
) -> bool:
    return all(same(subject, case, n, found[n], expected[n]) for n in found)


def _require_gates(subject: Subject, case: Case) -> None:
    """Names the first gate that differs, where the cache has the contract's form."""
    contents = subject.contents(case)
    for gate in subject.cell.gates if contents else ():
        expected = subject.expected_contents(case)[0][gate]
        found = contents[0][gate] if contents else expected
        if not near(found, expected):
            raise Violation(
                Message(
                    "by the contract's equations, the cached gate ", worst(gate, found, expected)
                ),
                check="cached",
                tensor=gate,
                expected=expected,
                found=found,
                tolerance=1e-8,
            )
