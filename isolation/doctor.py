"""Attempts on the walls, each of which must fail: the proof that they stand.

An attempt is a function that does the forbidden thing to harmless ends. It gets an `Aim`, and gives
back what it came to (a sentence) where nothing kept it.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from .child.walls import MIB, Limits, needed
from .worker import Send, Worker, can_fork

SHORT = Limits(memory=256 * MIB, silence=1.5, total=2.0)


@dataclass(frozen=True)
class Aim:
    """What there is to get at: a folder of the user's with a file in it, and a process."""

    folder: Path
    secret: Path
    parent: int


Attempt = Callable[[Aim], str]


def write_outside(aim: Aim) -> str:
    """write a file outside its private folder"""
    (aim.folder / "written").write_text("x")
    return "a file was written"


def change_a_file(aim: Aim) -> str:
    """take away the rights of a user's file"""
    os.chmod(aim.secret, 0)
    return "the rights of a file were changed"


def read_a_secret(aim: Aim) -> str:
    """read a user's private file"""
    aim.secret.read_text()
    return "the file was read"


def open_a_socket(aim: Aim) -> str:
    """open a socket"""
    with socket.socket() as opened, suppress(OSError):
        opened.settimeout(0.1)
        opened.connect(("127.0.0.1", 9))
    return "a socket was opened"


def run_a_program(aim: Aim) -> str:
    """replace itself by another program"""
    with suppress(FileNotFoundError):
        os.execv("/bin/true", ["true"])
    return "a program can be run"


def start_a_process(aim: Aim) -> str:
    """start another process"""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "a process was started"


def start_a_command(aim: Aim) -> str:
    """run a command"""
    subprocess.run(["/bin/true"], check=False)
    return "a command was run"


def signal_its_parent(aim: Aim) -> str:
    """send its parent a signal"""
    os.kill(aim.parent, signal.SIGCONT)
    return "a signal was sent"


def trace_its_parent(aim: Aim) -> str:
    """look into its parent's memory"""
    size, address = 8, ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(address), size)
    library = ctypes.CDLL(None, use_errno=True)
    if library.process_vm_readv(aim.parent, vector, 1, vector, 1, 0) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "the memory was read"


def take_much_memory(aim: Aim) -> str:
    """take more memory than it may"""
    mmap.mmap(-1, SHORT.memory + 64 * MIB)
    return "the memory was given"


def write_much(aim: Aim) -> str:
    """fill its private folder"""
    block = bytes(MIB)
    for number in range(4 * SHORT.disk // SHORT.file):
        with Path(gettempdir(), f"{number}").open("wb") as stream:
            for _ in range(SHORT.file // MIB):
                stream.write(block)
    return "the disk was filled"


def run_long(aim: Aim) -> str:
    """run for ever, deaf to signals"""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    end = time.process_time() + 2 * SHORT.total
    while time.process_time() < end:
        pass
    return "it ran for as long as it liked"


ATTEMPTS: tuple[Attempt, ...] = (
    write_outside, change_a_file, read_a_secret, open_a_socket, run_a_program, start_a_process,
    start_a_command, signal_its_parent, trace_its_parent, take_much_memory, write_much, run_long,
)  # fmt: skip


def tried(attempt: Attempt) -> tuple[bool, str]:
    """Makes an attempt in a walled child: whether the walls stood, and what came of it."""
    if not can_fork():
        return False, "there is no wall"
    with TemporaryDirectory(prefix="cellcheck-") as folder:
        secret = Path(folder, "secret")
        secret.write_text("x")
        Path(folder).chmod(0o777)  # so that it is no other wall that keeps it
        secret.chmod(0o666)
        aim = Aim(Path(folder), secret, os.getpid())

        def task(send: Send) -> None:
            try:
                send({"held": False, "result": attempt(aim)})
            except (OSError, MemoryError, ValueError) as error:
                why = getattr(error, "strerror", None) or type(error).__name__
                send({"held": True, "result": why})

        worker = Worker(task, needed(), replace(SHORT))
        messages = [*worker.messages()]
    if messages:
        return bool(messages[0]["held"]), str(messages[0]["result"])
    return "exit status" not in worker.ending, worker.ending  # another program's, after `exec`
