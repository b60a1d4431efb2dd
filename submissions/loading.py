"""From a file to live functions: execute what defines them, and nothing else."""

from __future__ import annotations
import __future__

import ast
import linecache
import os
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import CodeType
from typing import Any

from ..isolation.child.course_helpers import HELPERS
from ..isolation.child.imports import StandIn, guarded_imports
from ..reading.cell_arguments import functions_of_cells
from ..reading.character_models import character_model
from ..reading.choosing import choose, inner_definitions, names_bound, names_read
from ..reading.class_functions import MethodFunction, methods_as_functions
from ..reading.declared import setup_of
from ..reading.files import Block, Unreadable, blocks_of
from ..reading.pair_texts import PairedFunctions
from ..reading.presented_pairs import PresentedPair
from ..reading.statements import Reading, Statement, statements_of
from ..reading.training import training_functions
from ..reading.trees import parts_of
from ..reading.whole_models import whole_models
from ..subject.definition import Definition
from .document import Document, Here, Home, LoadedModule
from .notes import notes_of

__all__ = ["Document", "Unreadable", "read"]

IMPORTING, LOADING = 40.0, 4.0
"""Seconds that an import may compute, which may be of a large package, and any other statement."""

_DEEPEST_SIBLING = 5
_MOST_STATEMENTS = 10_000
_MODULE_NAME = "submission"


def read(path: str | Path, home: Home | None = None, adapter: str = "") -> Document:
    """Reads and executes the definitions of a ``.py``, ``.ipynb`` or ``.md`` file.

    ``home`` is the process in which that is done, this one where none is given; ``adapter`` the
    path of a file whose definitions are executed after it, among its names. Raises `Unreadable`,
    with the reason in a sentence, where the file has no Python that can be read.
    """
    path = Path(path)
    home = home or Here()
    root = Path(os.path.abspath(path)).parent
    loader = _Loader(path, root, home, {})
    reading = loader.parse()
    more = _adapter(adapter) if adapter else []
    loader.load(reading, setup_of(more), adapter)
    absent = (*home.record.stand_ins, *home.record.star_imports)
    return Document(
        path=path,
        namespace=loader.namespace,
        definitions=loader.definitions,
        notes=notes_of(reading, home.record, loader.notes),
        demo_names=loader.demo_names,
        broken=reading.broken,
        star_imports=tuple(home.record.star_imports),
        lines=loader.lines,
        statements=tuple(reading.statements),
        absent=tuple(name for name in absent if name != "cellcheck"),
        module=loader.module,
        adapter=tuple(more),
        adapter_path=adapter,
        methods=loader.methods,
        presented=loader.presented,
        training=tuple(loader.training),
    )


def _adapter(path: str) -> list[Statement]:
    """The statements of an adapter."""
    reading = statements_of(blocks_of(Path(path)))
    if reading.failures:
        raise Unreadable(f"The adapter {path} is not Python: {reading.failures[0]}.")
    return reading.statements


class _Loader:
    """Loads one file; modules beside it get loaders of their own that share the record."""

    def __init__(
        self, path: Path, root: Path, home: Home, loaded: dict[Path, LoadedModule], depth: int = 0
    ) -> None:
        self.path = path
        self.root = root
        self.home = home
        self.loaded = loaded
        self.depth = depth
        self.definitions: dict[str, Definition] = {}
        self.methods: dict[str, Definition] = {}
        self.presented: dict[str, MethodFunction] = {}
        self.training: list[PresentedPair] = []
        self.demo_names: dict[str, str] = {}
        self.notes: list[str] = []
        self.lines: dict[int | None, int] = {}
        file = Path(os.path.abspath(path))
        name = f"{_MODULE_NAME}.{path.stem}" if depth else _MODULE_NAME
        self.module = home.module(name, file, root, self._load_sibling)
        self.namespace = self.module.namespace
        loaded[file] = self.module

    def parse(self) -> Reading:
        """The file's statements; their text is made known to tracebacks and ``inspect``."""
        blocks = blocks_of(self.path)
        for block in blocks:
            self.lines[block.cell] = block.first_line + block.text.count("\n")
        reading = statements_of(blocks)
        if len(reading.statements) > _MOST_STATEMENTS:
            most = f"at most {_MOST_STATEMENTS} statements at the top level are read"
            raise Unreadable(f"{self.path} is too long: {most}.")
        nothing = all(isinstance(item.node, ast.Expr) for item in reading.statements)
        if reading.failures and nothing and not reading.broken:
            raise Unreadable(f"{self.path} is not Python: {reading.failures[0]}.")
        for filename, text in self._texts(blocks).items():
            lines = [f"{line}\n" for line in text.split("\n")]
            linecache.cache[filename] = (len(text), None, lines, filename)
        return reading

    def _texts(self, blocks: list[Block]) -> dict[str, str]:
        """The text behind each file name that code is compiled with."""
        texts: dict[str, str] = {}
        for block in blocks:
            before = texts.get(name := self._filename(block), "")
            gap = block.first_line - 1 - before.count("\n")
            texts[name] = before + "\n" * gap + block.text
        return texts

    def _filename(self, block: Block) -> str:
        return self._named(block.cell)

    def _named(self, cell: int | None) -> str:
        return str(self.path) if cell is None else f"<cell {cell} of {self.path}>"

    def load(self, reading: Reading, more: Sequence[Statement] = (), adapter: str = "") -> None:
        """Everything that is to be done with what was read; ``more`` stands in an adapter."""
        with self.module.loading():
            self._execute(reading)
            for item in more:
                reason = self._run(item, adapter, _future_flags([*more]))
                if reason:
                    self.notes.append(f"{item.where} of {adapter} left out: {reason}")
            if not self.depth:
                self._present(reading)
        self._supply_missing(reading)

    def _execute(self, reading: Reading) -> None:
        """Run the chosen statements in order, each on its own."""
        choice = choose(reading.statements)
        flags = _future_flags(reading.statements)
        for item in choice.statements:
            reason = self._run(item, self._filename(item.block), flags)
            functions = list(inner_definitions([item.node]))
            if reason:
                for function in functions:
                    reading.broken[function.name] = f"{item.where}: {reason}"
                if not functions:
                    self.notes.append(f"{item.where} left out: {reason}")
                    choice.demo_names.update(dict.fromkeys(names_bound(item.node), item.where))
            self._define(item, functions)
        for name in reading.broken:
            self.definitions.pop(name, None)
        self.demo_names = {
            name: where
            for name, where in choice.demo_names.items()
            if name not in self.namespace and name not in reading.broken
        }

    def _present(self, reading: Reading) -> None:
        """Defines the functions that methods, functions of a cell and training functions are
        presented as, those of which there is the class, or the function.
        """
        functions = PairedFunctions(reading.statements, str(self.path))
        for one in chain(methods_as_functions(functions), functions_of_cells(functions)):
            # it stands below the file, so that what a method raises has the method's line
            below = "\n" * self.lines.get(one.place.cell, 0) + one.text
            where = self._named(one.place.cell)
            if {*one.needs} <= self.namespace.keys() and self._defines(one.function, below, where):
                made, found = self.namespace[one.function], one.place.definition
                text = "\n".join(found.lines[found.node.lineno - found.start :])
                self.methods[one.name] = Definition(
                    one.name, made, found.node.lineno, one.place.cell, found.node, text
                )
                self.presented[one.name] = one
        training = training_functions(functions, reading.statements)
        for other in chain(training, character_model(functions), whole_models(functions)):
            name, text, where = other.function, other.text, f"<{other.function}>"
            if {*other.needs} <= self.namespace.keys() and self._defines(name, text, where):
                lines = [f"{line}\n" for line in text.split("\n")]
                linecache.cache[where] = (len(text), None, lines, where)
                self.training.append(other)

    def _defines(self, name: str, text: str, filename: str) -> bool:
        """Whether code of ours defines a name that the file does not have."""
        if name in self.namespace:
            return False
        code = compile(text, filename, "exec", dont_inherit=True)
        return self.module.run(code, set(), LOADING) == ""

    def _run(self, item: Statement, filename: str, flags: int) -> str:
        """Execute one statement; the reason in words, where that fails."""
        try:
            code: CodeType = compile(
                ast.Module([item.node], []), filename, "exec", flags, dont_inherit=True
            )
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return f"not Python ({getattr(error, 'msg', None) or error})"
        guarded = {(filename, line) for line in guarded_imports(item.node)}
        imports = isinstance(item.node, ast.Import | ast.ImportFrom)
        return self.module.run(code, guarded, IMPORTING if imports else LOADING)

    def _define(self, item: Statement, functions: list[ast.FunctionDef]) -> None:
        """Note the functions that a statement has just given names to."""
        for made in functions:
            self._add(made.name, made, made.lineno, made.end_lineno, item.block)
        if not isinstance(item.node, ast.Assign | ast.AnnAssign):
            return
        value = item.node.value
        for name in names_bound(item.node):
            origin = value.id if isinstance(value, ast.Name) else name
            known = self.definitions.get(origin)
            function = self.namespace.get(name)
            if known and value and origin in names_read(value) and callable(function):
                # another name for it, or a decorator written out: it stands where it stood
                self.definitions[name] = replace(known, name=name, function=function)
            else:
                node = value if isinstance(value, ast.Lambda) else None
                self._add(name, node, item.node.lineno, item.node.end_lineno, item.block)

    def _add(
        self,
        name: str,
        node: ast.FunctionDef | ast.Lambda | None,
        line: int,
        end: int | None,
        block: Block,
    ) -> None:
        function = self.namespace.get(name)
        if not callable(function) or isinstance(function, type | StandIn):
            self.definitions.pop(name, None)
            return
        code = getattr(function, "__code__", None)
        previous = self.definitions.get(name)
        if previous and previous.function is function and code and code.co_firstlineno < line:
            return  # the branch of an `if` that was not taken
        first, last = line - block.first_line, (end or line) - block.first_line
        lines = block.lines[first : last + 1]
        self.definitions[name] = Definition(
            name, function, line, block.cell, node, "\n".join(lines)
        )

    def _supply_missing(self, reading: Reading) -> None:
        """Give ``np``, ``sigmoid`` and ``softmax`` to code that uses them and gets them nowhere."""
        nodes = [definition.node for definition in self.definitions.values() if definition.node]
        used = {name for node in nodes for name in _looked_up(node)}
        missing = used - self.namespace.keys() - reading.broken.keys()
        if not any(_imports_numpy(item.node) for item in reading.statements):
            for name in sorted(missing & {"np", "numpy"}):
                self.namespace[name] = import_module("numpy")
                self.notes.append(f"numpy is not imported here; {name} was supplied")
        for name in sorted(missing & HELPERS.keys() - self.demo_names.keys()):
            self.namespace[name] = HELPERS[name]
            self.notes.append(f"{name} is not defined here; the course's was supplied")

    def _load_sibling(self, file: Path) -> Any:
        """Definitions of a module beside the submission; None where none can be read."""
        if file in self.loaded:
            return self.loaded[file].live
        try:
            if self.depth >= _DEEPEST_SIBLING or not file.is_file():
                return None
        except OSError:  # a name that no file can have
            return None
        loader = _Loader(file, self.root, self.home, self.loaded, self.depth + 1)
        try:
            reading = loader.parse()
        except Unreadable:
            del self.loaded[file]
            return None
        loader.load(reading)
        return loader.module.live


def _future_flags(statements: list[Statement]) -> int:
    flags = 0
    for item in statements:
        if isinstance(item.node, ast.ImportFrom) and item.node.module == "__future__":
            for alias in item.node.names:
                flags |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
    return flags


def _looked_up(node: ast.AST) -> frozenset[str]:
    """The names that a function or class reads and never gives a value to itself."""
    own = {part.arg for part in parts_of(node) if isinstance(part, ast.arg)}
    for part in parts_of(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            own.add(part.id)
        elif isinstance(part, ast.alias):
            own |= names_bound(part)
    return names_read(node) - own


def _imports_numpy(node: ast.AST) -> bool:
    return any(
        (isinstance(part, ast.Import) and any(a.name.split(".")[0] == "numpy" for a in part.names))
        or (isinstance(part, ast.ImportFrom) and (part.module or "").split(".")[0] == "numpy")
        for part in parts_of(node)
    )
