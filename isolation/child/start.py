"""Started as a program, by its path: brings forth the processes in which submissions run.

It imports numpy once, and forks a process for each submission, so that none of them waits for that.
Nothing of cellcheck but the modules beside this one, and those of `subject` that they import, is
ever in its memory.

Arguments: the search path for modules, as JSON, and whether to fork (``fork``) or to become the one
process itself. The standard input is a socket to the process that has started it.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

ROOT = "beside"
"""What the package is called in this process, where no submission may import it."""

CHILD = Path(__file__).resolve().parent
PACKAGES = {
    "": [],
    "isolation": [],
    "isolation.child": [CHILD],
    "subject": [CHILD.parents[1] / "subject"],
    "pairs": [CHILD.parents[1] / "pairs"],
}
"""The packages that there are in this process, by their names below the root, and where their
modules are. They are without what their ``__init__`` would load, and what is not named here is
not found: no correct function, and no law, can be had in this process.
"""


def main() -> None:
    """Answers on the socket until the other side is gone."""
    sys.path[:] = json.loads(sys.argv[1])
    for name, folders in PACKAGES.items():
        package = ModuleType(f"{ROOT}.{name}".rstrip("."))
        package.__path__ = [str(folder) for folder in folders]
        sys.modules[package.__name__] = package
    forking = importlib.import_module(f"{ROOT}.isolation.child.forking")
    forking.answer(forking=sys.argv[2] == "fork")


if __name__ == "__main__":
    main()
