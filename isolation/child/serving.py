"""The process of a submission: executes its statements, and calls its functions when it is asked.

It does what it is asked and tells what came of it. It knows no cell, no law and no right answer:
what a correct function gives is asked of the other side. Whatever the submission does to these
modules, it can do no more by it than send another frame, which the other side reads with care.
"""

from __future__ import annotations

import os
import sys

from ...subject.inspection import TooLarge
from ...subject.limits import interruptible
from .asking import Asking
from .calling import Calling
from .common import as_it_was
from .endings import BROKEN
from .executing import Executing
from .objects import Objects
from .pairing import Pairing
from .recording import Recording
from .values import Encoder
from .wire import Closed, Header, TooLong, Wire

SWITCHING = 0.0005
"""Seconds until another thread has its turn: a submission may have threads that never end."""


class Server:
    """One submission. ``does`` is what can be asked, ``asked_last`` the number of the question."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.objects = Objects()
        self.asked_last = 0
        self.asking = Asking(wire, self.objects, self._answer)
        executing = Executing(self.objects, self.asking)
        calling = Calling(self.objects, self.asking, executing)
        self.does = {
            "module": executing.module,
            "begin": executing.begin,
            "end": executing.end,
            "run": executing.run,
            "signature": executing.signature,
            "bind": executing.bind,
            "call": calling.call,
            "calls": calling.calls,
            "open": calling.open,
            "pair": Pairing(self.objects, self.asking, executing).pair,
            "record": Recording(executing).record,
        }

    def serve(self) -> None:
        """Answers until nobody asks any more."""
        as_it_was()
        sys.setswitchinterval(SWITCHING)
        try:
            with interruptible():
                while True:
                    self._answer(self.wire.asked())
        except Closed:
            os._exit(0)
        finally:
            os._exit(BROKEN)

    def _answer(self, asked: Header) -> None:
        self.objects.release(asked.get("release", ()))
        encoder = Encoder()
        self.asked_last = asked["id"]
        try:
            answer = self.does[asked["do"]](asked, encoder)
        except TooLarge as error:
            answer, encoder = {"large": str(error)}, Encoder()
        try:
            self.asking.send({"answers": asked["id"], **answer}, encoder)
        except TooLong:
            large = "it returns more than anybody can look at"
            self.asking.send({"answers": asked["id"], "large": large}, Encoder())
