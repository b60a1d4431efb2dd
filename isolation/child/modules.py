"""The modules of a submission, where they live: their statements are executed one by one."""

from __future__ import annotations

import builtins
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, TypeAlias

from ...subject.limits import LONGEST_CALL, OutOfTime, limited, words
from .imports import Imports, Record

Load: TypeAlias = Callable[[Path], Any]
"""Reads a module beside the submission; None where it cannot be read."""


def of_late(longest: float) -> str:
    """The reason in words where a statement takes longer than so many seconds."""
    return words(longest).removeprefix("it ")


class _Nowhere(io.StringIO):
    """Takes what is printed, however much it is, and keeps none of it."""

    def write(self, text: str) -> int:
        return len(text)


@dataclass
class Module:
    """One module of a submission, empty at first; ``root`` is the folder of the submission."""

    name: str
    file: Path
    root: Path
    record: Record
    load: Load
    course: Callable[[], Mapping[str, object]]
    live: ModuleType = field(init=False)

    def __post_init__(self) -> None:
        self.live = ModuleType(self.name)
        self.namespace["__file__"] = str(self.file)
        imports = Imports(self.file.parent, self.root, self.record, self.load, self.course)
        self.namespace["__builtins__"] = {**vars(builtins), "__import__": imports}

    @property
    def namespace(self) -> dict[str, Any]:
        """The module's globals."""
        return vars(self.live)

    def run(
        self, code: CodeType, guarded: Iterable[tuple[str, int]] = (), longest: float = LONGEST_CALL
    ) -> str:
        """Executes one statement; the reason in words, where that fails, or takes longer than so
        many seconds.

        ``guarded`` are the places of imports in it whose failure the code itself handles.
        """
        self.record.guarded.update(guarded)
        try:
            with limited(longest):
                exec(code, self.namespace)
        except OutOfTime:
            return of_late(longest)
        except BaseException as error:  # the submission may raise anything, and exit too
            try:
                text = " ".join(str(error).split())[:100]
            except BaseException:
                text = ""
            return f"raises {type(error).__name__}" + (f" ({text})" if text else "")
        return ""

    @contextmanager
    def loading(self) -> Iterator[None]:
        """No output, no input, no warnings, lenient stand-ins; the process is left as it was."""
        path, folder, stdin, outer = list(sys.path), os.getcwd(), sys.stdin, self.record.loading
        namesake = sys.modules.get(self.name)
        sink = _Nowhere()
        self.record.loading, sys.stdin = True, io.StringIO()
        sys.modules[self.name] = self.live  # a dataclass looks its module up there
        try:
            with redirect_stdout(sink), redirect_stderr(sink), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            sys.path[:], sys.stdin, self.record.loading = path, stdin, outer
            os.chdir(folder)
            sys.modules.pop(self.name, None)
            if namesake is not None:
                sys.modules[self.name] = namesake
