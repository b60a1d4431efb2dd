"""What stands here for a pair whose functions live in the process of a submission."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...pairs.cases import Array, Values
from ...pairs.errors import Broken, Misuse, PairCrash
from ...pairs.making import Making
from ...pairs.protocol import Gradients, Ran, Sketch, Written
from ...pairs.shape_strings import Input
from ...subject.inspection import TooLarge
from ..child.packing import Packer
from ..child.values import Decoder
from ..child.wire import Header, Malformed
from .remote import Ended, RemoteModule, reading

MOST = 20.0
"""Seconds that the calls of a pair may compute."""

LONGEST_TEXT = 2_000
MOST_TEXTS = 200


class RemotePair:
    """A pair over there. Each answer is read with care, and is numbers, names and texts alone.

    Raises `Misuse` where there is no such pair.
    """

    def __init__(self, module: RemoteModule, making: Making) -> None:
        self.module, self.session, self.making = module, module.session, making
        self.forward, self.backward = making.forward_text, making.backward_text
        self.inputs: Mapping[str, Input] = {one.name: one for one in making.inputs}
        self.alone = making.backward is None
        self.unit, self.is_object = self.alone, False
        self.said: dict[str, None] = {}
        self.told: list[str] = []
        self.last = self.session.left - MOST
        self.number = self.process = 0
        self._alive()

    def run(self, values: Values) -> Ran:
        """Run the forward function, on copies."""
        return self._ran("run", {}, values)

    def repeat(self, ran: Ran, values: Values) -> Ran:
        """Run the forward function again, on the same object where there is one."""
        return self._ran("repeat", {"ran": ran.state}, values)

    def _ran(self, what: str, given: Mapping[str, object], values: Values) -> Ran:
        answer, decoder = self._asked(what, {**given, "values": dict(values)})
        with self._reading():
            results = decoder.value(answer["results"])
            if not (isinstance(results, list) and all(map(_is_array, results))):
                raise Malformed("arrays expected")
            return Ran(tuple(results), state=self.session.resolved("h", int(answer["ran"])))

    def gradients(self, ran: Ran, cotangents: tuple[Array, ...]) -> Gradients:
        """Run the backward function after it."""
        answer, decoder = self._asked("gradients", {"ran": ran.state, "cotangents": cotangents})
        with self._reading():
            arrays = decoder.value(answer["arrays"])
            access = {self._input(n): _text(text) for n, text in answer["access"].items()}
            live = frozenset(map(self._input, answer["live"]))
            if arrays.keys() != access.keys() or not all(map(_is_array, arrays.values())):
                raise Malformed("gradients expected")
            return Gradients(arrays, access, live)

    def forward_writes(self, values: Values) -> Written | None:
        """What the forward function writes to."""
        return self._written(values, None)

    def backward_writes(self, values: Values, cotangents: tuple[Array, ...]) -> Written | None:
        """What the backward function writes to."""
        return self._written(values, cotangents)

    def _written(self, values: Values, cotangents: tuple[Array, ...] | None) -> Written | None:
        answer, _ = self._asked("writes", {"values": dict(values), "cotangents": cotangents})
        with self._reading():
            written = answer["written"]
            return None if written is None else Written(_text(written[0]), _line(written[1]))

    def overwritten(self, values: Values, cotangents: tuple[Array, ...], others: Values) -> str:
        """What calls with ``others`` change of what calls with ``values`` gave."""
        given = {"values": dict(values), "cotangents": cotangents, "others": dict(others)}
        answer, _ = self._asked("overwritten", given)
        with self._reading():
            return _text(answer["overwritten"])

    def sketch(self, values: Values) -> Sketch | None:
        """Code that calls both."""
        answer, decoder = self._asked("sketch", {"values": dict(values)})
        with self._reading():
            if answer["sketch"] is None:
                return None
            before, cotangents, after = answer["sketch"]
            names = tuple((_text(name), int(number)) for name, number in cotangents)
            constants = decoder.value(answer["constants"])
            return Sketch(_texts(before), names, _texts(after), constants)

    def raises(self, text: str) -> bool:
        """Whether code raises that calls the functions by their names."""
        answer, _ = self._asked("raises", {"text": text})
        return answer.get("raises") is True

    def tell(self, note: str) -> None:
        """Keep a note."""
        self.said[note] = None

    def notes(self) -> list[str]:
        """What is to be said of how the pair is run."""
        return [*dict.fromkeys([*self.told, *self.said])]

    def _alive(self) -> None:
        """Has it made over there; again, where the process is another one."""
        try:
            self.session.revive()
        except Ended as reason:
            raise Misuse(f"the file could not be loaded again: {reason}") from None
        if self.process != self.session.processes:
            self._make()

    def _make(self) -> None:
        made: Any = marshal.dumps(self.making.sent())
        answer, _ = self._answer({"what": "make", "module": self.module.number, "made": made})
        with self._reading():
            self.number, self.process = int(answer["pair"]), self.session.processes
            self.is_object = answer["object"] is True

    def _asked(self, what: str, given: Mapping[str, object]) -> tuple[Header, Decoder]:
        """What is answered, if it is no exception; raises what that says."""
        self._alive()
        referred = self.session.referred
        packed = {name: Packer(referred).packed(value) for name, value in given.items()}
        answer, decoder = self._answer({"what": what, "of": self.number, **packed})
        with self._reading():
            self.unit = answer["unit"] is True
            self.told = [*_texts(answer["notes"])]
        return answer, decoder

    def _answer(self, header: Header) -> tuple[Header, Decoder]:
        if self.session.left < max(self.last, 0.0):
            raise Misuse("it is too slow: its calls compute too long in all")
        try:
            answer, body = self.session.request({"do": "pair", **header})
        except Ended as reason:
            raise PairCrash(str(reason), is_end=True) from None
        with self._reading():
            raised = self._raised(answer)
        if raised is not None:
            raise raised
        return answer, Decoder(body, self.session.resolved)

    def _raised(self, answer: Header) -> Exception | None:
        """What an answer has for an exception, if it has one."""
        if "misuse" in answer:
            return Misuse(_text(answer["misuse"]))
        if "large" in answer:
            return PairCrash(_text(answer["large"]))
        if "crash" in answer:
            text, line, is_end = answer["crash"]
            return PairCrash(_text(text), _line(line), is_end=is_end is True)
        if "broken" in answer:
            message, tensors, check, line, right = answer["broken"]
            named = {"check": _texts(check), "right": _texts(right)}
            return Broken(_text(message), *_texts(tensors), line=_line(line), **named)
        return None

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Around what reads an answer: one of another form ends the process."""
        try:
            with reading():
                yield
        except (Malformed, TooLarge) as reason:
            self.session.restart()
            raise PairCrash(str(reason), is_end=True) from None

    def _input(self, name: object) -> str:
        if name not in self.inputs:
            raise Malformed("the name of an input expected")
        return str(name)


def _is_array(value: Any) -> bool:
    return hasattr(value, "dtype") and hasattr(value, "shape")


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise Malformed("a text expected")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > MOST_TEXTS:
        raise Malformed("texts expected")
    return tuple(map(_text, values))


def _line(value: object) -> int | None:
    if value is not None and (type(value) is not int or value < 1):
        raise Malformed("a line expected")
    return value
