"""Frames on a pair of pipes.

Who asks writes what `marshal` makes of a message: the process of a submission has nothing to fear
from the other side. It answers with JSON and the bytes of arrays, which can do no harm to who reads
them, whatever they are.
"""

from __future__ import annotations

import json
import marshal
import os
import select
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from ...subject.limits import STEP

Header: TypeAlias = dict[str, Any]
"""A message without the bytes of its arrays: plain values by name."""

LONGEST_HEADER = 2**20
LONGEST_DATA = 16 * 2**20
ROOM = 2**20
"""Bytes that a pipe is to take at once; as many as most messages have."""

_to_json = json.JSONEncoder(separators=(",", ":")).encode
_LENGTHS = struct.Struct("=II")


class TooLong(Exception):
    """A message is longer than who is to read it would take."""


class Lost(Exception):
    """Nothing more is to be had of the other side; the text says why, if it is known."""


class Malformed(Lost):
    """What was sent is not what it should be."""


class Silence(Lost):
    """Nothing came in time."""


class Closed(Lost):
    """Nobody is there any more."""


class Deadline(Protocol):
    """Says how long who is at the other end is waited for."""

    def is_over(self) -> bool:
        """Takes note of `STEP` seconds in which nothing came; whether they were the last."""


def pipe() -> tuple[int, int]:
    """A new pipe, with room for most messages: its ends to read from, and to write to."""
    import fcntl  # which not every platform has

    reading, writing = os.pipe()
    with suppress(OSError, AttributeError):  # it is slower where it cannot be made as large
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, ROOM)
    return reading, writing


@dataclass
class Wire:
    """The two ends of pipes that a process has: what it reads from, and what it writes to.

    Who writes with a deadline needs an end that does not block.
    """

    reading: int
    writing: int
    _waiting: bytes = field(default=b"", init=False)

    def ask(self, message: Header, deadline: Deadline | None = None) -> None:
        """Sends a message to the process of a submission."""
        self._write(marshal.dumps(message), b"", deadline)

    @property
    def ahead(self) -> bool:
        """Whether more came than was read."""
        return bool(self._waiting)

    def asked(self) -> Header:
        """The next message, in the process of a submission."""
        length, _ = _LENGTHS.unpack(self._read(_LENGTHS.size, None))
        message: Header = marshal.loads(self._read(length, None))
        return message

    def answer(self, message: Mapping[str, object], data: list[bytes]) -> None:
        """Sends a message from the process of a submission; none of it, if it is `TooLong`."""
        header = _to_json(message).encode()
        if len(header) > LONGEST_HEADER or sum(map(len, data)) > LONGEST_DATA:
            raise TooLong
        self._write(header, b"".join(data), None)

    def answered(self, deadline: Deadline) -> tuple[Header, memoryview]:
        """Waits for one from there. Raises `Silence` when that is over."""
        header, data = _LENGTHS.unpack(self._read(_LENGTHS.size, deadline))
        if header > LONGEST_HEADER or data > LONGEST_DATA:
            raise Malformed("it sent what is no message, or one that is too long")
        body = self._read(header + data, deadline)
        try:
            message = json.loads(bytes(body[:header]))
        except (ValueError, RecursionError, MemoryError):
            raise Malformed("it sent what is no message") from None
        if not isinstance(message, dict):
            raise Malformed("it sent what is no message")
        return message, body[header:]

    def _write(self, text: bytes, body: bytes, deadline: Deadline | None) -> None:
        """Writes one frame; `Closed` where nobody reads, `Silence` where nobody does in time."""
        frame = memoryview(_LENGTHS.pack(len(text), len(body)) + text + body)
        while frame:
            if deadline is not None:
                self._wait([], [self.writing], deadline)
            try:
                frame = frame[os.write(self.writing, frame) :]
            except BrokenPipeError:
                raise Closed from None

    def _read(self, count: int, deadline: Deadline | None) -> memoryview:
        """So many bytes; what came beyond them is kept for the next time."""
        waiting = self._waiting
        while len(waiting) < count:
            if deadline is not None:
                self._wait([self.reading], [], deadline)
            part = os.read(self.reading, max(count - len(waiting), 1 << 16))
            if not part:
                raise Closed
            waiting = waiting + part if waiting else part
        self._waiting = waiting[count:]
        return memoryview(waiting)[:count]

    def _wait(self, reading: list[int], writing: list[int], deadline: Deadline) -> None:
        while not any(select.select(reading, writing, [], STEP)):
            if deadline.is_over():
                raise Silence("it did not come to an end in time")

    def close(self) -> None:
        """Closes both ends."""
        os.close(self.reading)
        os.close(self.writing)
