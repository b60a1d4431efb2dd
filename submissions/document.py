"""What was read of a file, and where its code lives: in this process, or in another."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any, Protocol, TypeGuard

from ..isolation.child.imports import Record
from ..isolation.child.modules import Load, Module
from ..isolation.course_functions import course_helpers
from ..isolation.parent.remote import PlannedCall, RemoteFunction
from ..reading.choosing import names_bound
from ..reading.class_functions import MethodFunction
from ..reading.presented_pairs import PresentedPair
from ..reading.statements import Statement
from ..strategies.case import Array
from ..subject.definition import Definition


class LoadedModule(Protocol):
    """A module of the submission, in this process or in another."""

    @property
    def live(self) -> Any:
        """What an import of it gives."""

    @property
    def namespace(self) -> dict[str, Any]:
        """Its globals, or what stands for them here."""

    def run(self, code: CodeType, guarded: set[tuple[str, int]], longest: float) -> str:
        """Executes one statement; the reason in words, where that fails, or takes longer than so
        many seconds.
        """

    def loading(self) -> AbstractContextManager[None]:
        """Around the statements of the module."""


class Home(Protocol):
    """Where the modules of a submission live."""

    remote: bool
    coerced: Callable[[str], None]
    took: Callable[[float], None]

    @property
    def record(self) -> Record:
        """What its imports came to."""

    def module(self, name: str, file: Path, root: Path, load: Load) -> LoadedModule:
        """An empty module, at home there."""


class RemoteHome(Home, Protocol):
    """Another process as the home; all but `ended` may raise that it has come to its end.

    ``ended`` says, by the contract's name, with which calls a process ended; ``blamed`` whether
    a function was asked for that others may have made wrong.
    """

    ended: dict[str, str]

    @property
    def blamed(self) -> bool:
        """Whether it was told that a function that is called is not right."""

    def ahead(
        self, function: RemoteFunction, calls: Sequence[PlannedCall], looked: tuple[int, ...]
    ) -> Iterator[dict[str, object]]:
        """Makes many calls at once: the `RemoteAnswer` to each, and what its cache holds."""

    def opened(self, cache: object) -> object:
        """What a cache there holds; any other cache as it is."""

    def arrays_of(self, cache: object) -> Sequence[Array]:
        """All arrays of a cache there; none where they are too large."""

    def restart(self) -> None:
        """Has the submission loaded anew before the next call."""

    def acquit(self, name: str, function: RemoteFunction) -> None:
        """Forgets why a function is not to be called any more."""


def is_remote(home: Home) -> TypeGuard[RemoteHome]:
    """Whether a home is another process."""
    return home.remote


class Here:
    """This process as the home of a submission."""

    remote = False

    def __init__(self) -> None:
        self.record = Record()
        self.coerced: Callable[[str], None] = lambda kind: None
        self.took: Callable[[float], None] = lambda seconds: None

    def module(self, name: str, file: Path, root: Path, load: Load) -> Module:
        """An empty module."""
        return Module(name, file, root, self.record, load, course_helpers)


@dataclass
class Document:
    """What a file defines.

    ``namespace`` holds the live module globals. ``demo_names`` are the names that only statements
    assign which were not executed, ``broken`` the functions that could not be read, with the
    reason, ``star_imports`` the modules whose ``import *`` gave nothing, ``absent`` those that are
    not here, and ``lines`` the number of lines by notebook cell (of the file, under None).
    ``methods`` are those of its classes, as functions (`methods_as_functions`), and ``presented``
    the code of these; ``training`` are its training functions, as functions of their weights.
    ``statements`` are all that were read, executed or not, ``adapter`` those of
    an adapter, and
    ``module`` is where they live; nothing for functions of a kernel, which live in ``namespace``.
    """

    path: Path
    namespace: dict[str, Any]
    definitions: dict[str, Definition]
    notes: tuple[str, ...]
    demo_names: dict[str, str]
    broken: dict[str, str] = field(default_factory=dict)
    star_imports: tuple[str, ...] = ()
    lines: dict[int | None, int] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    absent: tuple[str, ...] = ()
    module: LoadedModule | None = None
    adapter: tuple[Statement, ...] = ()
    adapter_path: str = ""
    methods: dict[str, Definition] = field(default_factory=dict)
    presented: dict[str, MethodFunction] = field(default_factory=dict)
    training: tuple[PresentedPair, ...] = ()

    def assigned(self, name: str) -> Definition | None:
        """What the module assigns to a name last, as it is defined; None if it assigns nothing."""
        for item in reversed(self.statements if name in self.namespace else ()):
            if isinstance(item.node, ast.Assign) and names_bound(item.node) == {name}:
                made, above = self.namespace[name], item.block.first_line
                lines = item.block.lines[item.node.lineno - above :][: _height(item.node)]
                text = "\n".join(lines)
                return Definition(name, made, item.node.lineno, item.block.cell, None, text)
        return None


def _height(node: ast.stmt) -> int:
    """How many lines a statement has."""
    return (node.end_lineno or node.lineno) - node.lineno + 1
