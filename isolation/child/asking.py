"""What the process of a submission asks of the other side while it is asked something itself."""

from __future__ import annotations

import builtins
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from ...subject.limits import being_served
from .imports import StandInUsed
from .objects import Objects
from .packing import Unpacker
from .values import Encoder
from .wire import Header, Wire


class CalleeAtFault(Exception):
    """A caller cannot be judged, because what it calls is at fault and nothing can stand in."""


_EXCEPTIONS = {"CalleeAtFault": CalleeAtFault, "StandInUsed": StandInUsed} | {
    one.__name__: one
    for space in (builtins, np.exceptions, np.linalg)
    for one in vars(space).values()
    if isinstance(one, type) and issubclass(one, Exception)
}


class Asking:
    """Sends answers and questions; ``answer`` does what is asked before a question is answered.

    While a question is not answered, what was sent is known by its place among all that was, so
    that an array that comes back is the same array. ``error`` is the latest that a call raised.
    """

    def __init__(self, wire: Wire, objects: Objects, answer: Callable[[Header], None]) -> None:
        self.wire = wire
        self.objects = objects
        self.error: BaseException | None = None
        self._answer = answer
        self._sent: list[object] = []
        self._depth = 0

    def send(self, header: Header, encoder: Encoder) -> None:
        """Sends an answer or a question with the arrays of its values."""
        if self._depth:
            self._sent += encoder.items
        self.wire.answer(header, encoder.bytes)

    def resolved(self, kind: str, what: int) -> object:
        """What a number stands for, of what was sent or of what is kept."""
        return self._sent[what] if kind == "known" else self.objects[what]

    def ask(self, question: Header, encoder: Encoder) -> tuple[Header, object]:
        """What the other side answers, and the value that it gives, if any."""
        with _undisturbed():
            self._depth += 1
            try:
                self.send(question, encoder)
                while True:
                    with being_served():
                        message = self.wire.asked()
                    if "do" not in message:
                        return message, Unpacker(self.resolved).value(message.get("gives"))
                    self._answer(message)
            finally:
                self._depth -= 1
                if not self._depth:
                    self._sent.clear()

    def elsewhere(self, name: int | str) -> Callable[..., object]:
        """A function that the other side has, by its number or name there."""

        def correct(*given: object, **named: object) -> object:
            encoder = Encoder(self.objects.node)
            places, names = encoder.node(list(given)), encoder.node(named)
            message, value = self.ask({"asks": name, "places": places, "named": names}, encoder)
            if message.get("again") and self.error is not None:
                raise self.error
            if "raises" in message:
                kind, given_to_it = message["raises"]
                raise _EXCEPTIONS.get(kind, RuntimeError)(*given_to_it)
            return value

        return correct


@contextmanager
def alarm_heard() -> Iterator[None]:
    """Lets the alarm ring, where a statement is executed while a question is not answered."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keeps the alarm from ringing while a frame is half on its way."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
