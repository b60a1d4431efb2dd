"""Frames on a pair of pipes: the lengths of both parts, a header of JSON, and the bytes of arrays.

Neither side believes the other's lengths without a limit.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from dataclasses import dataclass
from typing import Any

LONGEST_HEADER = 8 * 2**20
LONGEST_DATA = 64 * 2**20
_LENGTHS = struct.Struct("=II")


class Malformed(Exception):
    """What was sent is no message."""


class Silence(Exception):
    """Nothing came in time."""


class Closed(Exception):
    """Nobody is there any more."""


@dataclass
class Wire:
    """The two ends of pipes that a process has: what it reads from, and what it writes to."""

    reading: int
    writing: int

    def send(self, header: Any, data: list[bytes], deadline: float | None = None) -> None:
        """Sends one frame; `Closed` where nobody reads, `Silence` where nobody does in time."""
        text = json.dumps(header, separators=(",", ":")).encode()
        body = b"".join(data)
        frame = memoryview(_LENGTHS.pack(len(text), len(body)) + text + body)
        while frame:
            if deadline is not None and len(frame) > select.PIPE_BUF:
                self._wait([], [self.writing], deadline)
            try:
                frame = frame[os.write(self.writing, frame[:65536]) :]
            except BrokenPipeError:
                raise Closed from None

    def receive(self, deadline: float | None = None) -> tuple[Any, memoryview]:
        """Waits for one frame until a time of the monotonic clock."""
        start = self._read(_LENGTHS.size, deadline)
        header, data = _LENGTHS.unpack(start)
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

    def _read(self, count: int, deadline: float | None) -> memoryview:
        parts: list[bytes] = []
        left = count
        while left:
            if deadline is not None:
                self._wait([self.reading], [], deadline)
            part = os.read(self.reading, min(left, 1 << 20))
            if not part:
                raise Closed
            parts.append(part)
            left -= len(part)
        return memoryview(parts[0] if len(parts) == 1 else b"".join(parts))

    def _wait(self, reading: list[int], writing: list[int], deadline: float) -> None:
        left = deadline - time.monotonic()
        ready = select.select(reading, writing, [], left) if left > 0 else ([], [], [])
        if not any(ready):
            raise Silence

    def close(self) -> None:
        """Closes both ends."""
        os.close(self.reading)
        os.close(self.writing)
