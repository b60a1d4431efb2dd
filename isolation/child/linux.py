"""Calls of the Linux kernel for which Python has no function."""

from __future__ import annotations

import ctypes
import os
from functools import cache

NO_NEW_PRIVILEGES, PARENT_DEATH_SIGNAL, KEEP_CAPABILITIES = 38, 1, 8
"""Options of `process_control`, as in ``linux/prctl.h``."""

NEW_MOUNTS, NEW_USERS = 0x00020000, 0x10000000
PRIVATE_AND_BELOW = (1 << 18) | (1 << 14)
NO_PROGRAMS_OR_DEVICES = 2 | 4 | 8
READ_ANYTHING = 1 << 2
"""The capability to read files whoever owns them, as a bit."""


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _argument(value: object) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


def system_call(number: int, *arguments: object) -> int:
    """One system call by its number: its result, or `OSError`."""
    call = _library().syscall
    call.restype = ctypes.c_long
    return _checked(call(ctypes.c_long(number), *map(_argument, arguments)))


def current_core() -> int:
    """The number of the core that this thread is on, or `OSError`."""
    return _checked(_library().sched_getcpu())


def process_control(option: int, value: int, *more: object) -> int:
    """``prctl``: its result, or `OSError`."""
    padded = [value, *more, 0, 0, 0][:4]
    return _checked(_library().prctl(option, *map(_argument, padded)))


def unshare(what: int) -> None:
    """Leaves what this process shares with others: its mounts, say."""
    _checked(_library().unshare(what))


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mounts a file system."""
    words = [word.encode() for word in (source, target, kind)]
    _checked(_library().mount(*words, ctypes.c_ulong(flags), options.encode()))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


def keep_capabilities(wanted: int) -> None:
    """Gives up every capability of this process but those wanted (its lowest 32 only)."""
    header = _CapabilityHeader(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)(wanted, wanted, 0, 0, 0, 0)
    _checked(_library().capset(ctypes.byref(header), sets))
