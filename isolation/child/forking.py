"""The fork server: forks a process for each submission, and ends it when it is asked."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
from pathlib import Path
from typing import NoReturn

from ...subject.limits import SELDOM
from .cores import keep_to
from .endings import BROKEN, ended
from .serving import Server
from .shut_in import shut_in
from .walls import Limits
from .wire import Header


def answer(*, forking: bool) -> None:
    """Answers on the standard input, a socket, until the other side is gone.

    Where a platform cannot fork safely, this becomes the process that is wanted first.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(0))
    gc.set_threshold(*SELDOM)
    gc.freeze()
    while True:
        message, pipes = _received(control)
        if "end" in message:
            _send(control, {"status": ended(message["end"])})
            continue
        this, above = os.getpid(), os.getppid()
        pid = os.fork() if forking else 0
        if pid == 0:
            if not forking:
                _send(control, {"pid": this})
            control.close()
            _be_a_submission(this if forking else above, message, *pipes)
        for pipe in pipes:
            os.close(pipe)
        _send(control, {"pid": pid})


def _received(control: socket.socket) -> tuple[Header, list[int]]:
    """The next line of JSON, and the descriptors that came with it."""
    text, pipes = b"", []
    while not text.endswith(b"\n"):
        part, more, _, _ = socket.recv_fds(control, 1 << 16, 2)
        if not part:
            os._exit(0)
        text += part
        pipes += more
    return json.loads(text), pipes


def _send(control: socket.socket, message: dict[str, int]) -> None:
    control.sendall(json.dumps(message).encode() + b"\n")


def _be_a_submission(parent: int, wanted: Header, reading: int, writing: int) -> NoReturn:
    """All there is to the process of a submission; it never comes back."""
    try:
        keep_to(wanted["cores"])
        folder = Path(wanted["folder"])
        limits = Limits(**wanted["limits"])
        readable, listed = map(Path, wanted["readable"]), map(Path, wanted["listed"])
        wire = shut_in(parent, (reading, writing), folder, limits, readable, listed)
        os.chdir(folder)
        Server(wire).serve()
    finally:
        os._exit(BROKEN)
