"""A bubble around all submissions, where bubblewrap is installed.

It stands outside of the walls that each process puts up itself: what is in it sees no process but
its own, no network, and no files but those that Python needs, of which it can change none.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable

NAME = "a bubble around all (bubblewrap)"

_ALONE = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
_ENDS = ("--die-with-parent", "--new-session", "--chdir", "/")


def installed() -> str | None:
    """Where bubblewrap is, if it is."""
    return shutil.which("bwrap") if sys.platform == "linux" else None


def around(program: str, readable: Iterable[str], folder: str) -> list[str]:
    """What to put before a command so that it runs in a bubble of bubblewrap, the ``program``.

    It can read these paths, and write to the folder. Root keeps its rights, which it needs to put
    up the inner walls; an ordinary user needs own mounts.
    """
    rights = ["--unshare-user"] if os.geteuid() else ["--cap-add", "ALL"]
    paths = [word for path in readable for word in ("--ro-bind-try", path, path)]
    places = ["--proc", "/proc", "--dev", "/dev", *paths, "--bind", folder, folder]
    return [program, *_ALONE, *rights, *_ENDS, *places, "--"]
