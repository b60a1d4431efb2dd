"""Memory: every result is an array of its own. Told only of results that are right otherwise."""

from __future__ import annotations

from ..cells.spec import Role
from ..strategies.case import Case
from ..subject.errors import Violation
from ..subject.message import Message, Name
from ..subject.subject import Subject
from .law import law

ORDER = 8


@law(
    Role.STEP,
    Role.SEQUENCE,
    Role.STEP_BACKWARD,
    Role.SEQUENCE_BACKWARD,
    Role.INITIALISER,
    every=4,
    asks=lambda subject, case: [(case, "inspected")],
)
def results_share_no_memory(subject: Subject, case: Case) -> None:
    """No result shares memory with another result or with an argument.

    Who changes one array must not change another: a hidden state that is the cell state, or a
    view of the initial state, is right only until somebody writes to it.

    ``a = c = np.zeros(...)``; returning an argument, or a view of it, as a result.
    """
    for name, other in subject.inspected(case).shared:
        raise Violation(
            Message(Name(name), " shares its memory with ", Name(other)),
            check="apart",
            tensor=name,
            expected=other,
        )
