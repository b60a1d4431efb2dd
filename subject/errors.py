"""How a call, or a law, can end other than well."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .message import Message

if TYPE_CHECKING:
    from ..strategies.case import Case


class Crash(RuntimeError):  # of the submission's, not of the tool's
    """A call came to no result: one sentence says what was raised and where; ``error`` is the
    kind of exception, empty for a result of another form.

    ``notebook_name`` is the undefined name, where only left-out code of a notebook defines it.
    """

    def __init__(self, message: str, error: str = "") -> None:
        super().__init__(message)
        self.message = Message(message)
        self.error = error
        self.notebook_name = ""

    @property
    def is_late(self) -> bool:
        """Whether the call did not come to an end, for which a busy machine may be to blame."""
        return self.error == "OutOfTime"


class Violation(Exception):  # a broken law is no error of the tool's
    """A law is broken, with the evidence. Names of tensors are parts of the ``message``.

    ``tensor`` is the result or argument concerned, ``case`` the input to call with where it is
    not the drawn case itself. ``check`` tells how the failure can be seen again, as one of
    "equal" (``expected`` and ``tolerance`` given), "between" (``expected`` is an open interval),
    "sums" (each column to 1), "finite", "shape" (``expected`` is a shape), "unchanged", "apart"
    (shares memory with ``expected``), "repeatable", "present" (a result is), "form" (of what is
    returned), "floating", "order", "slope", "cached" (a value in the cache), "cached_between",
    "steps" (the number of caches), "pair" (a gradient of forward and backward) and "runs".
    ``details`` finds out more, for the one violation that is told: it may take its time.
    """

    def __init__(
        self,
        message: str,
        *,
        check: str,
        tensor: str = "",
        expected: Any = None,
        found: Any = None,
        tolerance: float = 0.0,
        case: Case | None = None,
        details: Callable[[], Message] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = Message(message)
        self.check = check
        self.tensor = tensor
        self.expected = expected
        self.found = found
        self.tolerance = tolerance
        self.case = case
        self.details = details


class NotApplicable(Exception):
    """The law says nothing about this function; the text says why."""
