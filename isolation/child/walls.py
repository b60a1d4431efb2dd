"""Walls around a child process that runs the code of strangers.

Each wall is a function that shuts the calling process in, for good, and raises `OSError` where it
cannot stand. `raise_walls` puts up all that can, in the one order in which that is possible, and
tells which could not, and why. On Linux all of them stand for root and for an ordinary user alike,
without a program or package besides; elsewhere only the limits do, and that is called reduced
isolation.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import landlock, linux, seccomp

if sys.platform != "win32":
    import resource

MIB = 2**20
SOMEBODY = 2_000_000_000
"""User numbers from here on belong to nobody: root's children get one each."""

NOBODY = 65534

_SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/localtime",
    "/sys/devices/system/cpu",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
_RANDOM = ("/dev/random", "/dev/urandom")
LANGUAGE = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
"""The variables that a submission may know: they hold no keys and tokens."""

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""The variables that say how many threads BLAS has."""


@dataclass(frozen=True)
class Limits:
    """What a child may use: ``memory``, ``disk`` and ``file`` in bytes, times in seconds.

    ``memory`` is what it may take besides what the process already had, ``disk`` the room of its
    private folder; ``total`` is what it may compute, and ``silence`` the longest time in which it
    neither computes nor sends anything.
    """

    memory: int = 1024 * MIB
    disk: int = 16 * MIB
    file: int = 8 * MIB
    files: int = 64
    processes: int = 64
    silence: float = 15.0
    total: float = 180.0


@dataclass(frozen=True)
class Wall:
    """A wall by its name, and why it does not stand (empty where it does)."""

    name: str
    missing: str = ""


def raise_walls(
    folder: Path, readable: Iterable[Path], limits: Limits, listed: Iterable[Path] = ()
) -> list[Wall]:
    """Shuts this process in for good: it keeps a private folder, and reads these paths only; of
    those ``listed`` it reads the names of what is there.

    ``folder`` is an empty one that nobody else uses. It is covered by one in memory that ends with
    the process; where that cannot be, nothing can be written at all.
    """
    if sys.platform != "linux":
        return [*_limits_alone(limits)]
    rules: list[int] = []
    paths = [*readable]

    def rule() -> None:
        writable = [folder] if not walls[0].missing else []
        devices = [Path(name) for name in _DEVICES]
        rules.append(landlock.prepare(paths, [*writable, *devices], listed))

    def restrict() -> None:
        linux.process_control(linux.NO_NEW_PRIVILEGES, 1)
        if rules:
            landlock.enforce(rules[0])

    walls = [_wall("a private folder in memory", lambda: cover(folder, limits.disk))]
    walls.append(_wall("no files but those needed", rule))
    walls.append(_wall("no rights of another user", drop))
    walls.append(_wall("limits", lambda: limit(limits)))
    walls.append(_wall("an end with its parent", end_with_parent))
    walls.append(_wall("no new privileges", restrict))
    walls.append(_wall("no system calls but those needed", seccomp.enforce))
    return walls


def _limits_alone(limits: Limits) -> Iterable[Wall]:
    yield _wall("limits", lambda: limit(limits))
    yield Wall("walls", f"cellcheck has none for {sys.platform}")


def _wall(name: str, put_up: Callable[[], None]) -> Wall:
    try:
        put_up()
    except (OSError, ValueError, AttributeError) as error:
        return Wall(name, str(getattr(error, "strerror", None) or error))
    return Wall(name)


def cover(folder: Path, size: int) -> None:
    """Mounts memory on a folder, for this process alone; an ordinary user gets own mounts."""
    user, group = os.geteuid(), os.getegid()
    if user:
        linux.unshare(linux.NEW_USERS | linux.NEW_MOUNTS)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    else:
        linux.unshare(linux.NEW_MOUNTS)
    linux.mount("none", "/", "", linux.PRIVATE_AND_BELOW)
    options = f"size={size},nr_inodes=1000,mode=0777"
    linux.mount("tmpfs", str(folder), "tmpfs", linux.NO_PROGRAMS_OR_DEVICES, options)


def drop() -> None:
    """Gives up root, and what powers an ordinary user has in its own mounts.

    Of root's powers one stays: to read files whoever owns them, as Python itself may lie where
    root alone can read. What may be read is for Landlock to say.
    """
    if os.geteuid():
        linux.keep_capabilities(0)
        return
    linux.process_control(linux.KEEP_CAPABILITIES, 1)
    os.setgroups([])
    somebody = SOMEBODY + int.from_bytes(os.urandom(3))
    for number in (somebody, NOBODY):  # a container may know few numbers
        try:
            os.setresgid(number, number, number)
            os.setresuid(number, number, number)
            break
        except OSError as error:
            if error.errno != errno.EINVAL or number == NOBODY:
                raise
    _limit_processes()
    linux.keep_capabilities(linux.READ_ANYTHING)


def _limit_processes() -> None:
    """Counted by user, so of use only to a user who has no other process."""
    if os.getuid() >= SOMEBODY:
        resource.setrlimit(resource.RLIMIT_NPROC, (Limits.processes, Limits.processes))


def limit(limits: Limits) -> None:
    """The limits that the platform itself keeps."""

    def at_most(name: str, value: int) -> None:
        kind = getattr(resource, name, None)
        if kind is None:
            return
        hardest = resource.getrlimit(kind)[1]
        value = value if hardest == resource.RLIM_INFINITY else min(value, hardest)
        with suppress(ValueError, OSError):  # macOS knows the name of some, and no more
            resource.setrlimit(kind, (value, value))

    at_most("RLIMIT_CPU", int(limits.total) + 1)
    at_most("RLIMIT_FSIZE", limits.file)
    at_most("RLIMIT_NOFILE", limits.files)
    at_most("RLIMIT_CORE", 0)
    at_most("RLIMIT_MEMLOCK", 0)
    at_most("RLIMIT_MSGQUEUE", 0)
    if sys.platform == "linux":
        at_most("RLIMIT_AS", _address_space() + limits.memory)


def _address_space() -> int:
    """The bytes of addresses that this process already has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def end_with_parent() -> None:
    """Has the kernel kill this process when its parent ends, however that comes about."""
    linux.process_control(linux.PARENT_DEATH_SIGNAL, signal.SIGKILL)


def scrub_environment(folder: Path) -> None:
    """Leaves no variables but those of the language, and those that Python needs here."""
    kept = {name: os.environ[name] for name in LANGUAGE if name in os.environ}
    os.environ.clear()
    places = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder))
    os.environ.update(kept | places | dict.fromkeys(THREADS, "1"))
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder)


OWN = Path(__file__).resolve().parents[2]
"""cellcheck itself."""


def needed() -> list[Path]:
    """What Python reads: itself, what is installed, and the libraries of the system."""
    paths = sysconfig.get_paths()
    found = [Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    prefixes = [Path(prefix) for prefix in (sys.prefix, sys.base_prefix)]
    found += [prefix / "lib" for prefix in prefixes]
    found += [path for path in map(Path, filter(None, sys.path)) if _holds_packages(path, prefixes)]
    return [*found, *(Path(name) for name in (*_SYSTEM, *_RANDOM))]


def _holds_packages(path: Path, prefixes: list[Path]) -> bool:
    """Whether packages were installed into a folder, and not a user's own files written there."""
    named = path.name in ("site-packages", "dist-packages")
    return named or any(path.is_relative_to(prefix / "lib") for prefix in prefixes)


def without(path: Path, hidden: Path) -> Iterator[tuple[Path, bool]]:
    """What there is at a path and below, but for one place in it: paths, each with whether all of
    it may be read or the names in it only.
    """
    whole = not hidden.is_relative_to(path.resolve())
    if path.resolve() == hidden:
        return
    yield path, whole
    if not whole:
        with suppress(OSError):
            for entry in sorted(path.iterdir()):
                yield from without(entry, hidden)
