"""How a call, or a law, can end other than well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .message import Message

if TYPE_CHECKING:
    from ..strategies.case import Case


ENDED = "Ended"
"""The kind of error of a call with which the process that made it ended."""


class Crash(RuntimeError):  # of the submission's, not of the tool's
    """A call came to no result: one sentence says what was raised and where; ``error`` is the
    kind of exception, empty for a result of another form, and ``line`` the line of the file that it
    came from, if any.

    ``notebook_name`` is the undefined name, where only left-out code of a notebook defines it.
    """

    def __init__(self, message: str, error: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.message = Message(message)
        self.error = error
        self.line = line
        self.notebook_name = ""

    def is_another(self, other: Crash) -> bool:
        """Whether it is of another kind than some other, and comes from another line."""
        return self.error != other.error and self.line != other.line

    @property
    def is_late(self) -> bool:
        """Whether the call did not come to an end, for which a busy machine may be to blame."""
        return self.error == "OutOfTime"


@dataclass(frozen=True)
class Evidence:
    """What is told of a broken law: the sentence, and the value that was expected."""

    message: Message
    expected: Any = None
    tolerance: float = 0.0


class Violation(Exception):  # a broken law is no error of the tool's
    """A law is broken, with the evidence. Names of tensors are parts of the ``message``.

    ``tensor`` is the result or argument concerned, ``case`` the input to call with where it is
    not the drawn case itself. ``check`` tells how the failure can be seen again, as one of
    "equal" (``expected`` and ``tolerance`` given), "between" (``expected`` is an open interval),
    "sums" (each column to 1), "finite", "shape" (``expected`` is a shape), "unchanged", "apart"
    (shares memory with ``expected``), "kept", "kept_in_cache" (through a later call), "repeatable",
    "present" (a result is), "form" (of what is returned), "floating", "order", "slope", "cached"
    (a value in the cache), "cached_between", "steps" (the number of caches), "pair" (a gradient of
    forward and backward) and "runs".
    ``evidence`` gives message, expectation and tolerance where they are costly to find, and
    ``details`` finds out more: they are asked for the one violation that is told.
    """

    def __init__(
        self,
        message: str = "",
        *,
        check: str,
        tensor: str = "",
        expected: Any = None,
        found: Any = None,
        tolerance: float = 0.0,
        case: Case | None = None,
        evidence: Callable[[], Evidence] | None = None,
        details: Callable[[], Message] | None = None,
    ) -> None:
        super().__init__(message)
        self.check = check
        self.tensor = tensor
        self.found = found
        self.case = case
        self.details = details
        known = Evidence(Message(message), expected, tolerance)
        self._evidence = evidence or (lambda: known)

    @cached_property
    def evidence(self) -> Evidence:
        """Message, expectation and tolerance. Raises `Crash` where a call that they need does."""
        return self._evidence()

    @property
    def message(self) -> Message:
        """How the law is broken, as a sentence."""
        return self.evidence.message

    @property
    def expected(self) -> Any:
        """What was expected."""
        return self.evidence.expected

    @property
    def tolerance(self) -> float:
        """How far from what was expected a right value may be."""
        return self.evidence.tolerance

    @property
    def crash(self) -> Crash | None:
        """What a call ended with, where that is what breaks the law."""
        cause = self.__cause__
        return cause if isinstance(cause, Crash) else None

    def is_like(self, other: Violation) -> bool:
        """Whether the law is broken in the same way: of the same kind, in the same result."""
        is_another = self.crash and other.crash and self.crash.is_another(other.crash)
        return (self.check, self.tensor) == (other.check, other.tensor) and not is_another

    def __str__(self) -> str:
        return str(self.message)


class NotApplicable(Exception):
    """The law says nothing about this function; the text says why."""
