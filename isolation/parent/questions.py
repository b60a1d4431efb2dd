"""What the process of a submission may ask of this one while it is called.

In the place of a function that the submission lacks, or that is at fault, its process has one that
asks here what a correct one gives; and it asks for the modules beside the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..child.packing import Packer
from ..child.values import Decoder
from ..child.wire import Closed, Deadline, Header, Malformed
from ..course_functions import COMPUTED
from .process import Process
from .remote import Ended, RemoteError, RemoteModule

MOST = 100_000
"""Questions during one call."""

LARGEST = 2**20
"""Bytes of arrays in one question: what is asked is computed here."""


class Asker(Protocol):
    """What there is to know, for an answer, of the submission that asks."""

    modules: dict[int, RemoteModule]
    root: RemoteModule | None

    def has(self, process: Process) -> bool:
        """Whether that is the process that there is now."""

    def referred(self, value: object) -> object:
        """What stands for a cache that is over there, or will be; None for anything else."""

    def resolved(self, letter: str, number: int) -> object:
        """What a number stands for: a cache over there."""


class Questions:
    """The questions of one submission.

    While one is not answered, what its process sends is remembered under its place there, so that
    an array that goes back is the same array. ``blamed`` says whether the answer to one was that
    there is none, because something else is at fault.
    """

    def __init__(self, session: Asker) -> None:
        self.session = session
        self.depth = 0
        self.places: dict[int, int] = {}
        self.blamed = False
        self._known: list[object] = []
        self._served: dict[int, Callable[..., object]] = {}
        self._count = 0

    def serve(self, function: Callable[..., object]) -> int:
        """The number by which a function of this process can be asked for over there."""
        for number, served in self._served.items():
            if served is function:
                return number
        self._served[len(self._served) + 1] = function
        return len(self._served)

    def answer(self, process: Process, asked: Header, body: memoryview, deadline: Deadline) -> None:
        """Answers a question."""
        self._count += 1
        if len(body) > LARGEST or self._count > MOST:
            raise Malformed("it asked for more than a cell can need")
        self.depth += 1
        try:
            sibling = asked["asks"] == "sibling"
            answer = self._sibling(asked) if sibling else self._correct(asked, body)
            if not self.session.has(process):
                raise Closed
            process.wire.ask(answer, deadline)
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed("it sent what is no question") from error
        finally:
            self.depth -= 1
            if not self.depth:
                self._known.clear()
                self.places.clear()
                self._count = 0

    def remember(self, decoder: Decoder) -> None:
        """Takes note of what was sent, if a question is not answered yet."""
        if self.depth:
            for item in decoder.items:
                self.places[id(item)] = len(self._known)
                self._known.append(item)

    def _sibling(self, asked: Header) -> Header:
        module, file = self.session.modules[asked["of"]], Path(os.path.abspath(str(asked["file"])))
        inside = file.is_relative_to(module.root) and file.suffix == ".py"
        found = module.load(file) if inside else None
        if not isinstance(found, RemoteModule):
            return {"module": None}
        found.load_again()
        return {"module": found.number}

    def _correct(self, asked: Header, body: memoryview) -> Header:
        decoder = Decoder(body, self.session.resolved)
        places, named = decoder.value(asked["places"]), decoder.value(asked["named"])
        self.remember(decoder)
        try:
            given = self._asked_for(asked["asks"])(*places, **named)
            return {"gives": Packer(self.session.referred, self.places).packed(given)}
        except RemoteError:
            return {"again": True}
        except Ended:
            raise Closed from None
        except Malformed:
            raise
        except Exception as error:
            kind = type(error).__name__
            self.blamed |= kind == "CalleeAtFault"
            given = [one if isinstance(one, str | int) else str(one) for one in error.args]
            return {"raises": [kind, given]}

    def _asked_for(self, name: object) -> Callable[..., object]:
        """A function that the submission may ask for now."""
        namespaces = [module.namespace for module in self.session.modules.values()]
        given = [value for namespace in namespaces for value in namespace.given.values()]
        function = self._served.get(name) if type(name) is int else None
        if type(name) is str and name in COMPUTED:
            root = self.session.root
            if root is None or name not in root.namespace.own:
                return COMPUTED[name]
        if function is None or not any(function is one for one in given):
            raise RuntimeError("this function is not to be had now")
        return function
