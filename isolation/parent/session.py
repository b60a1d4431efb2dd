"""A submission in a process of its own, which is replaced where it ends.

What the process sends is read with care. What it cannot have meant, and what does not come in time,
ends it; the next call finds another one, with the same file loaded.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from weakref import WeakValueDictionary, finalize

from ...subject.budget import BEGUN_AGAIN
from ...subject.inspection import Array, TooLarge, arrays_in
from ...subject.limits import OutOfTime, longest, words
from ..child.imports import Record
from ..child.modules import Load
from ..child.packing import Packer
from ..child.values import Decoder
from ..child.walls import Limits, Wall
from ..child.wire import Header, Lost, Malformed, Silence
from .fork_server import ForkServer
from .process import Process
from .questions import Questions
from .remote import (
    FORGED,
    CacheThere,
    Ended,
    Gone,
    Late,
    PendingCache,
    PlannedCall,
    RemoteAnswer,
    RemoteError,
    RemoteFunction,
    RemoteModule,
    Reply,
    raised_there,
    reading,
)
from .watch import WAITING, Watch, with_grace

TOGETHER = 5.0
"""Seconds that calls may compute which are made together."""


class Session:
    """One submission in processes of its own, one after the other: the home of its modules.

    ``ended`` says of functions why a call of them has ended the process, ``restless`` has the own
    names of those that left threads at work, and ``walls`` says what the latest process is shut in
    by. ``took`` is told what slow calls count for; ``left`` is how many seconds more all may take.
    """

    remote = True

    def __init__(self, fork_server: ForkServer, limits: Limits) -> None:
        self.fork_server = fork_server
        self.limits = limits
        self.record = Record()
        self.modules: dict[int, RemoteModule] = {}
        self.root: RemoteModule | None = None
        self.ended: dict[str, str] = {}
        self.restless: set[str] = set()
        self.walls: tuple[Wall, ...] = ()
        self.processes = 0
        self.coerced: Callable[[str], None] = lambda name: None
        self.took: Callable[[float], None] = lambda seconds: None
        self.left = limits.total
        self._process: Process | None = None
        self._why = ""
        self._numbers = itertools.count(1)
        self._kept: WeakValueDictionary[int, CacheThere] = WeakValueDictionary()
        self._dropped: list[int] = []
        self._latest: tuple[int, RemoteFunction | None] = (0, None)
        self._forgers: set[RemoteFunction | None] = set()
        self.questions = Questions(self)
        self._loaded = False

    def close(self) -> None:
        """Ends the process, if there is one."""
        if self._process is not None:
            process, self._process = self._process, None
            process.end()

    # The home of modules

    def module(self, name: str, file: Path, root: Path, load: Load) -> RemoteModule:
        """An empty module."""
        module = RemoteModule(self, name, file, root, load)
        self.root = self.root or module
        return module

    def learn(self, lists: Sequence[Sequence[object]]) -> None:
        """Takes note of what imports came to."""
        self._loaded = True
        own = (self.record.stand_ins, self.record.star_imports, self.record.siblings)
        for names, told in zip(own, lists, strict=True):
            names.update(dict.fromkeys(str(name)[:200] for name in told[:100]))

    def revive(self) -> None:
        """Has a process with the submission loaded, whatever has become of the last one."""
        if self._process is not None or not self._loaded or self.root is None:
            return
        try:
            self._alive()
            self.root.load_again()
        except Malformed as error:
            raise self._over(str(error)) from None

    def restart(self) -> None:
        """Has the submission loaded anew before the next call."""
        self.close()
        self._why = "it was loaded again"

    def acquit(self, name: str, function: RemoteFunction) -> None:
        """Forgets why a function is not to be called any more."""
        self.ended.pop(name, None)
        self._forgers.discard(function)

    # Requests

    def request(self, header: Header, seconds: float | None = None) -> Reply:
        """Asks the process for something, and serves it while it is at that.

        It may compute for so many ``seconds``, or wait, or as long as a call may. Raises `Ended`
        where it comes to no answer, in words why.
        """
        process = self._alive()
        if self.left <= 0:
            raise self._over("there was no time left for it")
        watch = Watch(process.pid, seconds or with_grace(longest()), seconds or WAITING)
        try:
            header.setdefault("longest", longest())
            number = next(self._numbers)
            header["id"] = number
            if self._dropped:
                header["release"] = [n for n in self._dropped if n not in self._kept]
                self._dropped.clear()
            if process.wire.ahead:  # an answer before the question
                self._forgers.add(self._latest[1])
                raise Malformed(FORGED)
            process.wire.ask(header, watch)
            while True:
                answer, body = process.wire.answered(watch)
                if "asks" not in answer:
                    if answer.get("answers") == self._latest[0]:
                        self._forgers.add(self._latest[1])
                    if answer.get("answers") != number:
                        raise Malformed(FORGED)
                    return answer, body
                self.questions.answer(process, answer, body, watch)
        except Silence as late:
            why = words(longest()) if seconds is None else str(late)
            raise Late(str(self._over(why))) from None
        except Lost as reason:
            raise self._over(str(reason)) from None
        except (KeyboardInterrupt, MemoryError):
            self.close()
            raise
        finally:
            self.left -= watch.took

    def serve(self, function: Callable[..., object]) -> int:
        """The number by which a function of this process can be asked for over there."""
        return self.questions.serve(function)

    def has(self, process: Process) -> bool:
        """Whether that is the process that there is now."""
        return self._process is process

    def _alive(self) -> Process:
        if self._process is None:
            self._process = self.fork_server.process(self.limits)
            self.walls = self._process.walls
            self.processes += 1
            self.modules.clear()
            self._kept.clear()
            self._dropped.clear()
        return self._process

    def _over(self, why: str) -> Ended:
        """The process is ended: by itself, or now, for a reason."""
        cause = ""
        if self._process is not None:
            process, self._process = self._process, None
            cause = process.end()
        self._why = why or cause or self._why
        return Ended(self._why)

    # Calls

    def call(
        self,
        function: RemoteFunction,
        places: tuple[object, ...],
        named: Mapping[str, object],
        looked: tuple[int, ...],
    ) -> RemoteAnswer:
        """One call, as the function's process has it."""
        if function in self._forgers:
            raise Ended(FORGED)
        of = function.there()
        pending = next((one for one in places if type(one) is PendingCache), None)
        if not self.questions.depth:
            self.questions.blamed = False
        packer = Packer(self.referred, self.questions.places)
        given, given_by_name = _packed(packer, places, named)
        header: Header = {
            "do": "call",
            "of": of,
            "places": given,
            "named": given_by_name,
            "cache": function.cache,
            "looked": looked,
        }
        found = len(self._forgers)
        try:
            answer, body = self.request(header)
        except Ended:
            bound = self.questions.depth or any(isinstance(one, CacheThere) for one in places)
            if len(self._forgers) == found or function in self._forgers or bound:
                raise
            return self.call(function, places, named, looked)  # that was another's doing
        self._latest = int(header["id"]), function
        if "unmade" in answer and pending is not None:
            cache = pending.now()
            places = tuple(cache if one is pending else one for one in places)
            return self.call(function, places, named, looked)
        try:
            with reading():
                made = self._made(answer)
                if pending is not None and pending.made is None:
                    pending.made = made
                return self._answer(answer, Decoder(body, self.resolved), packer, made)
        except Malformed as error:
            raise self._over(str(error)) from None
        finally:
            self._rest(function, [answer])

    def _rest(self, function: RemoteFunction, answers: Sequence[Header]) -> None:
        """Ends the process if a call has left threads in it that compute."""
        if not self.questions.depth and any("restless" in answer for answer in answers):
            self.restless.add(function.__name__)
            self.took(BEGUN_AGAIN)
            self.restart()

    def ahead(
        self, function: RemoteFunction, calls: Sequence[PlannedCall], looked: tuple[int, ...]
    ) -> Iterator[dict[str, object]]:
        """Makes many calls at once: the `RemoteAnswer` to each, and what its cache holds.

        It goes as far as calls return; of the next one there is what it raises. Raises `Ended`
        where they end the process.
        """
        if function in self._forgers:
            return
        packers = [Packer(self.referred) for _ in calls]
        packed = [
            (*_packed(packer, call.places, call.named), call.asked)
            for packer, call in zip(packers, calls, strict=True)
        ]
        header: Header = {"do": "calls", "of": function.there(), "calls": packed}
        header |= {"cache": function.cache, "looked": looked}
        found = len(self._forgers)
        try:
            answer, body = self.request(header, TOGETHER)
            self._latest = int(header["id"]), function
            decoder = Decoder(body, self.resolved)
            each = iter(answer.get("each", ()))
            with reading():
                for packer, call in zip(packers, calls, strict=True):
                    answered = {
                        what: self._foreseen(what, told, decoder, packer)
                        for what, told in zip(call.asked, each, strict=False)
                    }
                    if not answered:
                        break
                    yield answered
            self._rest(function, [*answer.get("each", ())][-1:])
        except Malformed as error:
            raise self._over(str(error)) from None
        except Ended:
            if len(self._forgers) == found or function in self._forgers:
                raise  # else that was another's doing

    def _foreseen(self, what: str, told: Header, decoder: Decoder, packer: Packer) -> object:
        """One of the answers that come together, each of which counts its own values."""
        decoder.items = []
        if what == "contents":
            return decoder.value(told["holds"])
        try:
            return self._answer(told, decoder, packer, self._made(told))
        except (OutOfTime, TooLarge, RemoteError) as error:
            return error

    def _made(self, answer: Header) -> object:
        made = answer.get("made")
        return None if made is None else self.resolved("h", int(made))

    def _answer(
        self, answer: Header, decoder: Decoder, packer: Packer, made: object
    ) -> RemoteAnswer:
        self.took(max(float(answer.get("counts", 0.0)), 0.0))
        if "late" in answer:
            raise OutOfTime(str(answer["late"])[:200])
        if "large" in answer:
            raise TooLarge(str(answer["large"])[:200])
        if "raised" in answer:
            error = raised_there(**answer["raised"])
            if error.kind == "MemoryError":
                self.restart()
            raise RemoteError(error)
        returned = decoder.value(answer["returned"])
        self.questions.remember(decoder)
        sides = {"result": decoder.items, "argument": packer.items}
        shared = (
            frozenset((id(decoder.items[n]), id(sides[side][m])))
            for n, side, m in answer.get("shared", ())
        )
        changed = [bool(one) for one in answer.get("changed", ())]
        overwritten = frozenset(id(decoder.items[n]) for n in answer.get("overwritten", ()))
        for name in answer.get("coerced", ()):
            self.coerced(str(name)[:100])
        return RemoteAnswer(returned, changed, frozenset(shared), overwritten, made)

    @property
    def blamed(self) -> bool:
        """Whether it was told that a function that is called is not right."""
        return self.questions.blamed

    def opened(self, cache: object) -> object:
        """What a cache there holds; any other cache as it is."""
        return self._opened(cache, arrays=False)

    def arrays_of(self, cache: object) -> Sequence[Array]:
        """All arrays of a cache there; none where they are too large."""
        return arrays_in(self._opened(cache, arrays=True))

    def _opened(self, cache: object, *, arrays: bool) -> object:
        if isinstance(cache, PendingCache):
            cache = cache.now()
        if not isinstance(cache, CacheThere):
            return cache
        header = {"do": "open", "of": self._number(cache), "arrays": arrays}
        answer, body = self.request(header)
        if "large" in answer:
            return [] if arrays else None
        decoder = Decoder(body, self.resolved)
        try:
            with reading():
                holds = decoder.value(answer["holds"])
        except Malformed as error:
            raise self._over(str(error)) from None
        self.questions.remember(decoder)
        return holds

    def referred(self, value: object) -> object:
        """What stands for a cache that is over there, or will be."""
        if isinstance(value, PendingCache):
            if value.made is None or not self._is_there(value.made):
                value.made = None
                packer = Packer(self.referred)
                packed = [packer.packed(one) for one in value.places], packer.packed(value.named)
                return "made", (value.function.there(), *packed, value.count, value.place)
            value = value.made
        return ("kept", self._number(value)) if isinstance(value, CacheThere) else None

    def _is_there(self, cache: object) -> bool:
        if not isinstance(cache, CacheThere):
            return True
        return cache.process == self.processes and self._process is not None

    def _number(self, cache: CacheThere) -> int:
        if not self._is_there(cache):
            raise Gone(self._why)
        return cache.number

    def resolved(self, letter: str, number: int) -> object:
        """What a number stands for: a cache over there."""
        if letter != "h":
            raise Malformed("it sent what is no value")
        kept = self._kept.get(number)
        if kept is None:
            kept = self._kept[number] = CacheThere(number, self.processes)
            finalize(kept, self._drop, number, self.processes).atexit = False
        return kept

    def _drop(self, number: int, process: int) -> None:
        if process == self.processes:
            self._dropped.append(number)


def _packed(
    packer: Packer, places: Iterable[object], named: Mapping[str, object]
) -> tuple[list[object], dict[str, object]]:
    """What a call is given; in this order, as it is unpacked and counted over there."""
    by_place = [packer.packed(place) for place in places]
    return by_place, {name: packer.packed(value) for name, value in named.items()}
