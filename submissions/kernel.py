"""A submission that is alive already: the functions of a notebook's kernel, or of any module.

They are judged as they are, in a copy of their globals, so that nothing of the person's changes.
From the copy is left out what only a demonstration assigned: a function that reads it is told of,
as in a file. The text of a function is asked from ``linecache``; one without any is judged all the
same.
"""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import TypeAlias, TypeGuard

from ..reading.choosing import Choice, choose, names_bound
from ..reading.files import Block, parsed
from ..reading.statements import statements_of
from ..subject.definition import Definition
from .document import Document
from .opening import submitted
from .submission import Submission

Submitted: TypeAlias = Callable[..., object]

Globals: TypeAlias = Mapping[str, object]
"""The names of a module or kernel, by which its functions look up what they use."""

CellOf = Callable[[str], int | None]
"""The number of the cell that code with a file name comes from, if it comes from one."""


def open_live(
    globals: Globals,
    functions: Iterable[Submitted] | None = None,
    *,
    title: str,
    cells: Iterable[Block] = (),
    cell_of: CellOf = lambda filename: None,
    names: Mapping[str, str] | None = None,
) -> Submission:
    """The functions that ``globals`` define, or those that are given. Raises `Unreadable`.

    ``cells`` are the texts that were executed, in order; without them it is those of the files that
    the functions come from. ``title`` stands in the place of a file's path.
    """
    if functions is None:
        taken = {name: value for name, value in globals.items() if _is_of(value, globals)}
    else:
        taken = {_name(function): function for function in functions}
    texts = _Texts(cell_of)
    blocks = [*cells] or texts.blocks(_code(value) for value in taken.values())
    demo_names = _demonstrated(blocks, globals)
    copies = _Copies()
    namespace = copies.of(globals, demo_names)
    definitions = {
        name: texts.definition(name, copies.function(value), _code(value))
        for name, value in taken.items()
    }
    for name, definition in definitions.items():
        namespace.setdefault(name, definition.function)  # one of another module
    document = Document(
        Path(title),
        namespace,
        definitions,
        (),
        demo_names,
        statements=tuple(statements_of(blocks).statements),
    )
    return submitted(document, names=names)


def _is_of(value: object, globals: Globals) -> TypeGuard[Submitted]:
    """Whether a value is a function that was defined in these globals, decorated or not."""
    if not callable(value) or isinstance(value, type | ModuleType | MethodType):
        return False
    plain = _plain(value)
    return isinstance(plain, FunctionType) and plain.__globals__ is globals


def _plain(function: Submitted) -> Submitted:
    """The function inside its decorators, where they tell."""
    try:
        plain: Submitted = inspect.unwrap(function)
        return plain
    except (ValueError, AttributeError):
        return function


def _name(function: Submitted) -> str:
    return str(getattr(function, "__name__", "") or type(function).__name__)


def _code(function: Submitted) -> CodeType | None:
    code = getattr(_plain(function), "__code__", None)
    return code if isinstance(code, CodeType) else None


def _demonstrated(blocks: list[Block], globals: Globals) -> dict[str, str]:
    """The variables that only a demonstration assigned, and where."""
    choice: Choice = choose(statements_of(blocks).statements)
    kept = {name for item in choice.statements for name in names_bound(item.node)}
    return {
        name: where
        for name, where in choice.demo_names.items()
        if name not in kept
        and not (callable(globals.get(name)) or isinstance(globals.get(name), ModuleType))
    }


class _Copies:
    """Copies of globals, and in each its own functions, which look their names up there."""

    def __init__(self) -> None:
        self._made: dict[int, dict[str, object]] = {}

    def of(self, globals: Globals, but: Iterable[str] = ()) -> dict[str, object]:
        """The copy of some globals, the same at each call."""
        if id(globals) not in self._made:
            left_out = set(but)
            copy = {name: value for name, value in globals.items() if name not in left_out}
            self._made[id(globals)] = copy
            for name, value in copy.items():
                if isinstance(value, FunctionType) and value.__globals__ is globals:
                    copy[name] = _moved(value, copy)
        return self._made[id(globals)]

    def function(self, function: Submitted) -> Submitted:
        """A function as it is in the copy of its globals; what is no plain one as it is."""
        if not isinstance(function, FunctionType):
            return function
        copy = self.of(function.__globals__)
        known = copy.get(function.__name__)
        if isinstance(known, FunctionType) and known.__code__ is function.__code__:
            return known
        return _moved(function, copy)


def _moved(function: FunctionType, globals: dict[str, object]) -> FunctionType:
    """The same function with other globals."""
    moved = FunctionType(
        function.__code__,
        globals,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    moved.__kwdefaults__ = function.__kwdefaults__
    moved.__dict__.update(function.__dict__)
    return moved


@dataclass
class _Texts:
    """The texts that functions were compiled from, as far as Python keeps them."""

    cell_of: CellOf
    _trees: dict[str, ast.Module] = field(default_factory=dict)

    def blocks(self, codes: Iterable[CodeType | None]) -> list[Block]:
        """The text of each file that some code comes from."""
        files = dict.fromkeys(code.co_filename for code in codes if code is not None)
        lines = {file: linecache.getlines(file) for file in files}
        return [Block("".join(text), cell=self.cell_of(f)) for f, text in lines.items() if text]

    def definition(self, name: str, function: Submitted, code: CodeType | None) -> Definition:
        """A function with its place and its text, if it has one."""
        node = self._node(code) if code is not None else None
        if code is None or node is None:
            return Definition(name, function, 0, None, None, "")
        lines = linecache.getlines(code.co_filename)[node.lineno - 1 : node.end_lineno]
        source = "".join(lines).rstrip("\n")
        cell = self.cell_of(code.co_filename)
        return Definition(name, function, node.lineno, cell, node, source)

    def _node(self, code: CodeType) -> ast.FunctionDef | ast.Lambda | None:
        """The one definition in the text that begins where the code does, of its name."""
        found = [
            node
            for node in ast.walk(self._tree(code.co_filename))
            if isinstance(node, ast.FunctionDef | ast.Lambda)
            if _first_line(node) == code.co_firstlineno
            if getattr(node, "name", "<lambda>") == code.co_name
        ]
        return found[0] if len(found) == 1 else None

    def _tree(self, filename: str) -> ast.Module:
        if filename not in self._trees:
            linecache.checkcache(filename)
            tree = parsed("".join(linecache.getlines(filename)))
            self._trees[filename] = tree or ast.Module([], [])
        return self._trees[filename]


def _first_line(node: ast.FunctionDef | ast.Lambda) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return min(part.lineno for part in (node, *decorators))
