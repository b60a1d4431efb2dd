"""The process of a submission: executes its statements, and calls its functions when it is asked.

It does what it is asked and tells what came of it. It knows no cell, no law and no right answer:
what a correct function gives is asked of the other side. Whatever the submission does to these
modules, it can do no more by it than send another frame, which the other side reads with care.
"""

from __future__ import annotations

import contextlib
import inspect
import marshal
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np

from ...subject.inspection import TooLarge, arrays_in, changed, overlap, raised, snapshot
from ...subject.limits import LONGEST_CALL, Call, OutOfTime, interruptible, limited
from .course_helpers import HELPERS
from .endings import BROKEN
from .imports import Record, StandIn, StandInUsed
from .modules import Module
from .packing import Unpacker
from .patches import Common, Patched
from .values import Encoder, entries_of
from .wire import LONGEST_DATA, Closed, TooLong, Wire

TOGETHER = 1.0
"""Seconds of computing after which no more calls are made of those that were asked for together."""

SWITCHING = 0.0005
"""Seconds until another thread has its turn: a submission may have threads that never end."""

MOMENT = 0.005
"""Seconds in which threads that a call has left behind show whether they compute."""

CONTAINERS = 1_000
"""The place of a cache that is not known yet: whatever is no array may be it."""


MOST_THREADS = 8
"""How many threads a call may leave behind, if they do not compute."""

_COST = {"counts", "restless"}


class CalleeAtFault(Exception):
    """A caller cannot be judged, because what it calls is at fault and nothing can stand in."""


EXPLAINED = (CalleeAtFault, StandInUsed, Patched)
"""Exceptions of a call whose text says what there is to say."""

_EXCEPTIONS = {"CalleeAtFault": CalleeAtFault, "StandInUsed": StandInUsed} | {
    one.__name__: one
    for space in (__import__("builtins"), np.exceptions, np.linalg)
    for one in vars(space).values()
    if isinstance(one, type) and issubclass(one, Exception)
}


class Unmade(Exception):
    """A forward function came to no cache."""


class Server:
    """One submission, and the objects of it that the other side has a number for."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.record = Record()
        self.modules: list[Module] = []
        self.seen: list[dict[str, Any]] = []
        self.loading: list[ExitStack] = []
        self.common = Common()
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.functions: set[int] = set()  # which stay, though one may be a result as well
        self.latest = 0
        self.known: list[Any] = []  # all that was sent since the outermost question
        self.asking = 0
        self.error: BaseException | None = None
        self.made: int | None = None
        self.cached: Any = None
        self.ran: tuple[int | None, Any] = None, None
        self.asked_last = 0
        self.longest = LONGEST_CALL

    def serve(self) -> None:
        """Answers until nobody asks any more."""
        _as_it_was()
        sys.setswitchinterval(SWITCHING)
        try:
            with interruptible():
                while True:
                    self._answer(self.wire.asked())
        except Closed:
            os._exit(0)
        finally:
            os._exit(BROKEN)

    def _answer(self, asked: dict[str, Any]) -> None:
        for number in set(asked.get("release", ())) - self.functions:
            self.numbers.pop(id(self.objects.pop(number, None)), None)
        encoder = Encoder()
        self.asked_last = asked["id"]
        try:
            answer = getattr(self, f"_{asked['do']}")(asked, encoder)
        except TooLarge as error:
            answer, encoder = {"large": str(error)}, Encoder()
        try:
            self._send({"answers": asked["id"], **answer}, encoder)
        except TooLong:
            large = "it returns more than anybody can look at"
            self._send({"answers": asked["id"], "large": large}, Encoder())

    def _send(self, header: dict[str, Any], encoder: Encoder) -> None:
        if self.asking:
            self.known += encoder.items
        self.wire.answer(header, encoder.bytes)

    def _resolved(self, kind: str, what: Any) -> Any:
        if kind == "made":
            return self._made(*what)
        return self.known[what] if kind == "known" else self.objects[what]

    def _made(self, of: int, given: Any, named: Any, count: int, place: int) -> Any:
        """The cache that a forward function makes for the call at hand, if it has not yet."""
        if self.made is not None:
            return self.objects[self.made]
        unpacker = Unpacker(self._resolved)
        places, named = [unpacker.value(one) for one in given], unpacker.value(named)
        try:
            with limited(self.longest), np.errstate(all="ignore"), self.common:
                returned = self.objects[of](*places, **named)
        except BaseException as error:
            raise Unmade from error
        entries = entries_of(returned)
        if entries is None or len(entries) != count:
            raise Unmade
        self.made = self._keep(entries[place])
        return entries[place]

    def _referred(self, value: Any) -> Any:
        number = self.numbers.get(id(value))
        return None if number is None else {"h": number}

    def _keep(self, value: Any) -> int:
        """The number of an object, which is kept until the other side lets it go."""
        number = self.numbers.get(id(value))
        if number is None:
            number = self.latest = self.latest + 1
            self.numbers[id(value)] = number
            self.objects[number] = value
        return number

    # Loading

    def _module(self, asked: dict[str, Any], *_: Any) -> dict[str, Any]:
        number = len(self.modules)
        module = Module(
            asked["name"],
            Path(asked["file"]),
            Path(asked["root"]),
            self.record,
            lambda file: self._sibling(number, file),
            self._course,
        )
        self.modules.append(module)
        self.seen.append(dict(module.namespace))
        return {"module": number}

    def _begin(self, asked: dict[str, Any], *_: Any) -> dict[str, Any]:
        stack = ExitStack()
        stack.enter_context(self.modules[asked["module"]].loading())
        self.loading.append(stack)
        return {}

    def _end(self, asked: dict[str, Any], *_: Any) -> dict[str, Any]:
        self.loading.pop().close()
        self.common = self.common if self.loading else Common()  # what it patches there, it has
        record = self.record
        lists = (record.stand_ins, record.star_imports, record.siblings)
        return {"record": [[*names][:100] for names in lists]}

    def _run(self, asked: dict[str, Any], _: Encoder) -> dict[str, Any]:
        number = asked["module"]
        code = marshal.loads(asked["code"])
        with _interruptible():
            reason = self.modules[number].run(code, asked["guarded"], asked["longest"])
        _as_it_was()
        return {"reason": reason, **self._news(number)}

    def _news(self, number: int) -> dict[str, Any]:
        """What names of a module stand for something else than before, and which are gone."""
        now, before = self.modules[number].namespace, self.seen[number]
        new = {
            name: self._described(value)
            for name, value in now.items()
            if type(name) is str and before.get(name, self) is not value
        }
        gone = [name for name in before if name not in now]
        self.seen[number] = dict(now)
        return {"new": new, "gone": gone}

    def _described(self, value: Any) -> list[Any]:
        with contextlib.suppress(Exception):  # its class may answer such questions as it likes
            return self._description(value)
        return ["value"]

    def _description(self, value: Any) -> list[Any]:
        if isinstance(value, StandIn):
            return ["stand-in"]
        if value is np.float32 or (isinstance(value, np.dtype) and value == np.float32):
            return ["single"]
        if isinstance(value, type):
            return ["class", value.__name__, str(value.__module__), [*vars(value)][:200]]
        if not callable(value):
            return ["value"]
        code = getattr(value, "__code__", None)
        place = [code.co_filename, code.co_firstlineno] if isinstance(code, CodeType) else None
        number = self._keep(value)
        self.functions.add(number)
        return ["function", number, place]

    def _signature(self, asked: dict[str, Any], *_: Any) -> dict[str, Any]:
        try:
            parameters = inspect.signature(self.objects[asked["of"]]).parameters.values()
        except BaseException:
            return {"parameters": None}
        empty = inspect.Parameter.empty
        return {"parameters": [[p.name, int(p.kind), p.default is not empty] for p in parameters]}

    def _bind(self, asked: dict[str, Any], *_: Any) -> dict[str, Any]:
        """Has names of a module stand for something that the other side chose."""
        new = {name: self._chosen(*what) for name, what in asked["names"].items()}
        self.modules[asked["module"]].namespace.update(new)
        self.seen[asked["module"]].update(new)
        return {}

    def _chosen(self, kind: str, what: Any) -> Any:
        if kind == "numpy":
            return np
        if kind == "helper":
            return HELPERS[what]
        return self.objects[what] if kind == "own" else self._elsewhere(what)

    # Calling

    def _call(self, asked: dict[str, Any], encoder: Encoder) -> dict[str, Any]:
        given, self.made = Unpacker(self._resolved), asked.get("made")
        self.longest = asked["longest"]
        try:
            places = [given.value(place) for place in asked["places"]]
            named = {name: given.value(value) for name, value in asked["named"].items()}
        except Unmade:
            return {"unmade": True}
        made = self.made
        function, looked = self.objects[asked["of"]], asked["looked"]
        before = snapshot(places) if looked else []
        watched, answer = limited(self.longest), {"made": made}
        try:
            with watched, np.errstate(all="ignore"), self.common:
                returned = function(*places, **named)
                answer["returned"] = self._results(returned, asked["cache"], encoder)
        except OutOfTime as error:
            return {"late": str(error), **answer}
        except TooLarge:
            raise
        except BaseException as error:
            self.error = error
            code = getattr(function, "__code__", None)
            told = raised(error, getattr(code, "co_filename", ""), EXPLAINED)
            return {"raised": vars(told), **answer, **_cost(watched)}
        finally:
            _as_it_was()
        if looked:
            arrays = [array for place in looked for array in arrays_in(places[place])]
            answer["changed"] = changed(before, snapshot(places))
            answer["shared"] = _shared(arrays, given.items, encoder.items)
        if encoder.coerced:
            answer["coerced"] = [*encoder.coerced]
        return answer | _cost(watched)

    def _calls(self, asked: dict[str, Any], encoder: Encoder) -> dict[str, Any]:
        """One call after the other, up to one that does not come to an ordinary end, or is slow.

        Of each call one thing or several are asked, the first of them to run.
        """
        answers: list[dict[str, Any]] = []
        end, room = time.process_time() + TOGETHER, LONGEST_DATA
        for places, named, whats in asked["calls"]:
            call = {**asked, "places": places, "named": named}
            for what in whats:
                answer, each = self._foreseen(call, what)
                room -= sum(map(len, each.bytes))
                if "unmade" in answer or room < 0:
                    return {"each": answers}
                answers.append(answer)
                encoder.bytes += each.bytes
                good = answer.keys() & {"returned", "holds"} and not answer.keys() & _COST
                if not good or time.process_time() > end:
                    return {"each": answers}
        return {"each": answers}

    def _foreseen(self, call: dict[str, Any], what: str) -> tuple[dict[str, Any], Encoder]:
        encoder = Encoder()
        try:
            if what == "contents":
                return {"holds": encoder.node(self.ran[1])}, encoder
            looked = call["looked"] if what == "inspected" else ()
            made = self.ran[0] if what == "again" else None
            answer = self._call({**call, "looked": looked, "made": made}, encoder)
        except TooLarge as error:
            return {"holds": None} if what == "contents" else {"large": str(error)}, Encoder()
        if what == "run":
            self.ran = self.made, self.cached
        return answer, encoder

    def _results(self, returned: Any, cache: int | None, encoder: Encoder) -> Any:
        """The node of what came back; a cache stays here, and is given a number."""
        entries = entries_of(returned)
        if entries is None or cache is None:
            return encoder.node(returned)
        encoder.add(returned)
        cache = cache + len(entries) if cache < 0 else cache
        nodes, self.cached = [], None
        for place, value in enumerate(entries):
            private = not isinstance(value, np.ndarray | np.generic | float | int | None)
            kept = value is not None and (place == cache or (private and cache == CONTAINERS))
            self.cached = value if place == cache else self.cached
            nodes.append({"h": self._keep(value)} if kept else encoder.node(value))
        return {"t" if isinstance(returned, tuple) else "l": nodes}

    def _open(self, asked: dict[str, Any], encoder: Encoder) -> dict[str, Any]:
        """What a kept cache holds: as it is, or all its arrays."""
        value = self.objects[asked["of"]]
        opened = arrays_in(value) if asked["arrays"] else value
        return {"holds": encoder.node(opened)}

    # Asking

    def _ask(self, question: dict[str, Any], encoder: Encoder) -> tuple[dict[str, Any], Any]:
        """Asks the other side, and does what it asks before it answers."""
        with _undisturbed():
            self.asking += 1
            try:
                self._send(question, encoder)
                while True:
                    message = self.wire.asked()
                    if "do" not in message:
                        given = message.get("gives")
                        return message, Unpacker(self._resolved).value(given)
                    self._answer(message)
            finally:
                self.asking -= 1
                if not self.asking:
                    self.known.clear()

    def _elsewhere(self, number: int | str) -> Callable[..., Any]:
        """A function that the other side has."""

        def correct(*given: Any, **named: Any) -> Any:
            encoder = Encoder(self._referred)
            places, names = encoder.node(list(given)), encoder.node(named)
            message, value = self._ask({"asks": number, "places": places, "named": names}, encoder)
            if message.get("again") and self.error is not None:
                raise self.error
            if "raises" in message:
                kind, given_to_it = message["raises"]
                raise _EXCEPTIONS.get(kind, RuntimeError)(*given_to_it)
            return value

        return correct

    def _sibling(self, number: int, file: Path) -> Any:
        """A module beside the submission: the other side reads it, and has it executed here."""
        message, _ = self._ask({"asks": "sibling", "of": number, "file": str(file)}, Encoder())
        found = message.get("module")
        return None if found is None else self.modules[found].live

    def _course(self) -> Mapping[str, Any]:
        adam = ("initialize_adam", "update_parameters_with_adam")
        return {"np": np, **HELPERS, **{name: self._elsewhere(name) for name in adam}}


def _cost(call: Call) -> dict[str, Any]:
    """What is told of a call that was slow, or has left threads that compute."""
    cost: dict[str, Any] = {"counts": call.counts} if call.counts else {}
    if threading.active_count() > 1:
        began = time.process_time()
        time.sleep(MOMENT)
        at_work = time.process_time() - began > MOMENT / 2
        if at_work or threading.active_count() > MOST_THREADS:
            cost["restless"] = True
    return cost


def _shared(arrays: list[Any], given: list[Any], returned: list[Any]) -> list[list[Any]]:
    """Which results share memory with each other or with some arrays given, by their places."""
    theirs = {id(array) for array in arrays}
    results = [(n, one) for n, one in enumerate(returned) if isinstance(one, np.ndarray)]
    arguments = [(n, one) for n, one in enumerate(given) if id(one) in theirs]
    return [
        [n, side, m]
        for i, (n, one) in enumerate(results)
        for side, others in (("result", results[:i]), ("argument", arguments))
        for m, other in others
        if overlap(one, other)
    ]


def _as_it_was() -> None:
    """The submission's own tracing and its wishes for warnings end with its call."""
    if sys.gettrace() or sys.getprofile():
        sys.settrace(None)
        sys.setprofile(None)
    if len(warnings.filters) != 1 or warnings.filters[0][0] != "ignore":
        warnings.resetwarnings()
        warnings.simplefilter("ignore")


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Lets the alarm ring, as when a module beside the submission is loaded."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Keeps the alarm from ringing while a frame is half on its way."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
