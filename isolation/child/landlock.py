"""Landlock, the part of Linux (5.13 and later) with which a process shuts itself off from files.

Called directly, as the C library has no functions for it. Its constants and structures are those
of ``linux/landlock.h``; the numbers of its system calls are the same on every machine.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from .linux import system_call

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights of files, each a bit, a version of Landlock knows."""

_OF_A_FILE = _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_NOTHING_EXECUTED = ~1
_NO_TCP = 0b11
_NO_SIGNALS_OR_SOCKETS_OUTSIDE = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that the kernel has; `OSError` where it has none."""
    return system_call(_CREATE, None, 0, _ASK_VERSION)


def prepare(readable: Iterable[Path], writable: Iterable[Path], listed: Iterable[Path] = ()) -> int:
    """A descriptor of the rules: these paths and what is below them, and nothing else.

    Of what is below those ``listed`` the names can be read, and nothing more.

    Paths that are not there are passed over. Raises `OSError` where there is no Landlock.
    """
    known = version()
    rights = (1 << _RIGHTS.get(known, 16)) - 1
    rules = _Ruleset(rights, _NO_TCP, _NO_SIGNALS_OR_SOCKETS_OUTSIDE)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    descriptor = system_call(_CREATE, ctypes.byref(rules), size, 0)
    for path in readable:
        _allow(descriptor, path, _READ_FILE | _READ_DIR)
    for path in listed:
        _allow(descriptor, path, _READ_DIR)
    for path in writable:
        _allow(descriptor, path, rights & _NOTHING_EXECUTED)
    return descriptor


def _allow(descriptor: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= _OF_A_FILE
        rule = _PathBeneath(rights, opened)
        system_call(_ADD, descriptor, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)


def enforce(descriptor: int) -> None:
    """Holds this process to the rules from now on; it must have given up new privileges."""
    system_call(_RESTRICT, descriptor, 0)
    os.close(descriptor)
