"""What all code of a process has in common: calls leave it as it was."""

from __future__ import annotations

import builtins
import math
import sys
import warnings

import numpy as np

MODULES = (builtins, math, np, np.linalg, np.random)


class Patched(Exception):
    """A call had a name of numpy's or of Python's own stand for something else."""


class Common:
    """The names of these modules as they are now: what a call replaces or removes is put back.

    It is a context for calls, and raises `Patched` at the end of the outermost. Names that are
    added are left alone: a submodule is one, when it is imported.
    """

    def __init__(self) -> None:
        self.depth = 0
        self.names = [(one.__name__, vars(one), {**vars(one)}) for one in MODULES]
        self.values = self._now()

    def _now(self) -> list[list[object]]:
        """What all names of each module stand for."""
        return [[*now.values()] for _, now, _ in self.names]

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *raised: object) -> None:
        self.depth -= 1
        if not self.depth and self._differs():
            found = self._put_back()
            if found:
                raise Patched(f"it replaces {found}, for all code that runs after it") from None

    def _differs(self) -> bool:
        """Whether any name may stand for something else; this is quick where none does."""
        try:
            return self._now() != self.values
        except BaseException:  # what is compared there may be anything
            return True

    def _put_back(self) -> str:
        """The first name that had to be put back, if any.

        None of Python's own functions is called here: what they are is what is in question.
        """
        found = ""
        for module, now, before in self.names:
            for name, value in before.items():
                if now.get(name, self) is not value:
                    now[name] = value
                    found = found or f"{module}.{name}"
        self.values = self._now()  # with the names that were added
        return found


def as_it_was() -> None:
    """The submission's own tracing and its wishes for warnings end with its call."""
    if sys.gettrace() or sys.getprofile():
        sys.settrace(None)
        sys.setprofile(None)
    if len(warnings.filters) != 1 or warnings.filters[0][0] != "ignore":
        warnings.resetwarnings()
        warnings.simplefilter("ignore")
