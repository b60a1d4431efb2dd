"""Started as a program, by its path: brings forth the processes in which submissions run.

It imports numpy once, and forks a process for each submission, so that none of them waits for that.
Nothing of cellcheck but the modules beside this one is ever in its memory. Where a platform cannot
fork safely, it becomes that process itself.

Arguments: the search path for modules, as JSON, and whether to fork. The standard input is a socket
to the process that has started it.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = "beside"
"""What the package is called in this process, where no submission may import it."""

ROOMS = (
    ("isolation", None),
    ("isolation.child", "isolation/child"),
    ("subject", "subject"),
)
"""The packages below the root that modules are taken from, with their folders."""

DEPTH = 2
"""How many folders up from this file's own the root lies."""


def main() -> None:
    """Answers on the socket until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path[:] = json.loads(sys.argv[1])
    cores, endings, limits, serving, walls = _imported(
        *(f"isolation.child.{name}" for name in ("cores", "endings")),
        "subject.limits",
        *(f"isolation.child.{name}" for name in ("serving", "walls")),
    )
    control = socket.socket(fileno=os.dup(0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    forking = sys.argv[2] == "fork"
    gc.set_threshold(*limits.SELDOM)
    gc.freeze()
    while True:
        message, pipes = _received(control)
        if "end" in message:
            answer = {"status": endings.ended(message["end"])}
        else:
            pid = os.fork() if forking else 0
            if pid == 0:
                if not forking:
                    control.sendall(json.dumps({"pid": os.getpid()}).encode() + b"\n")
                control.close()
                cores.keep_to(message["cores"])
                _be_a_submission(message, pipes, serving, walls)
            answer = {"pid": pid}
            for pipe in pipes:
                os.close(pipe)
        control.sendall(json.dumps(answer).encode() + b"\n")


def _received(control: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next line of JSON, and the descriptors that came with it."""
    text, pipes = b"", []
    while not text.endswith(b"\n"):
        part, more, _, _ = socket.recv_fds(control, 1 << 16, 2)
        if not part:
            os._exit(0)
        text += part
        pipes += more
    return json.loads(text), pipes


def _imported(*names: str) -> list[ModuleType]:
    """Modules of the package, each by the path of it; of other rooms only what these import.

    The rooms are packages here without what their ``__init__`` would load, below a root that finds
    nothing by itself: no correct function, and no law, can be had in this process.
    """
    here = Path(__file__).resolve()
    for name, folder in (("", None), *ROOMS):
        package = ModuleType(f"{ROOT}.{name}".rstrip("."))
        package.__path__ = [] if folder is None else [str(here.parents[DEPTH] / folder)]
        sys.modules[package.__name__] = package
    return [importlib.import_module(f"{ROOT}.{name}") for name in names]


def _be_a_submission(asked: dict[str, Any], pipes: Iterable[int], serving: Any, walls: Any) -> None:
    """All there is to the process of a submission; it never comes back."""
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        reading, writing = _alone_with(*pipes)
        folder = Path(asked["folder"])
        walls.scrub_environment(folder)
        tempfile.tempdir = str(folder)
        wire = serving.Wire(reading, writing)
        limits = walls.Limits(**asked["limits"])
        readable, listed = (list(map(Path, asked[name])) for name in ("readable", "listed"))
        stand = walls.raise_walls(folder, readable, limits, listed)
        os.chdir(folder)
        wire.answer({"walls": [[wall.name, wall.missing] for wall in stand]}, [])
        serving.Server(wire).serve()
    finally:
        os._exit(serving.BROKEN)


def _alone_with(reading: int, writing: int) -> tuple[int, int]:
    """Leaves the two pipes as descriptors 3 and 4, and nothing to be had from those below."""
    high = [fcntl.fcntl(pipe, fcntl.F_DUPFD, 5) for pipe in (reading, writing)]
    for number, pipe in zip((3, 4), high, strict=True):
        os.dup2(pipe, number, inheritable=False)
    os.closerange(5, max(os.sysconf("SC_OPEN_MAX"), 5))
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr = open(1, "w", errors="replace", closefd=False)  # noqa: SIM115
    return 3, 4


if __name__ == "__main__":
    main()
