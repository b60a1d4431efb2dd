"""What looks like recurrent code or a backward pass, and is not judged: green must mean judged.

A function looks like one by its name, a method by its own name and its class's, and both only if
they compute something. What a judged function calls is judged with it.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..cells import families as all_families
from ..cells.spec import Family, RecurrentFamily, Role
from .adapting import Proposal, makes_backward, proposals
from .choosing import names_read, reached
from .statements import Statement
from .trees import parts_of

_BACKWARD = re.compile(r"backward|bwd|back_?prop|bprop|bptt")
_STEP = re.compile(r"step|cell|unit")
_TRAINS = r"loss_?fun|(?:^|_)(?:train|fit)(?:_|$)"
_EITHER = rf"{_BACKWARD.pattern}|forward|fwd|{_TRAINS}|(?:^|_)(?:step|cell)(?:_|$)"
_CELLS = "|".join(n for n, one in all_families().items() if isinstance(one, RecurrentFamily))
_FUNCTION = re.compile(rf"{_EITHER}|{_CELLS}")
_METHOD = re.compile(rf"{_EITHER}|^__call__$")
_CLASS = re.compile(rf"{_CELLS}|cell|recurrent")
_COMPUTES = re.compile(
    r"dot|matmul|einsum|tensordot|outer|mm|bmm|tanh|sigmoid|softmax|relu|exp|log|sum"
    rf"|.*(?:{_FUNCTION.pattern}).*"
)
_OTHERS = re.compile(r"(?:test|check|plot|print|load|save|init)(?:_|$)")

NO_KNOWN_CELL = "its class does not compute what one of the known cells does, or is built otherwise"
"""Why a method is not judged."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class NotJudged:
    """A function or method that looks like one to be judged, and was not.

    ``name`` is ``Class.method`` for a method; ``line`` counts from 1 in the file, or in the
    notebook's ``cell`` (from 0); ``reason`` is one sentence. ``advice`` is code, or an entry of
    ``pyproject.toml``, with which it can be judged; empty where there is none.
    """

    name: str
    line: int
    cell: int | None
    reason: str
    advice: str = ""


@dataclass(frozen=True)
class _Definition:
    """A function at the top level, or a method with the class that it is of."""

    node: Function
    cell: int | None
    owner: str = ""

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.node.name}" if self.owner else self.node.name

    @property
    def is_backward(self) -> bool:
        return bool(_BACKWARD.search(self.node.name.lower()))

    @property
    def arguments(self) -> list[str]:
        given = self.node.args
        names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        return names[1:] if self.owner else names

    def looks_like_one(self, owners: Collection[str]) -> bool:
        """Whether its name says so, and its body computes something."""
        name = self.node.name.lower()
        if _OTHERS.match(name) or not self.arguments:
            return False
        named = _METHOD if self.owner else _FUNCTION
        if not named.search(name) or (self.owner and self.owner not in owners):
            return False
        return any(map(_is_computation, parts_of(self.node)))


def not_judged(
    statements: Iterable[Statement],
    judged: Iterable[str],
    families: Iterable[Family],
    absent: Collection[str],
    path: str = "",
) -> tuple[NotJudged, ...]:
    """All that looks like a subject and is none, in the order of the file.

    ``judged`` are the functions that were judged, by their own names, and ``absent`` the modules
    that could not be imported; ``path`` is that of the file, if it is one.
    """
    statements, families = list(statements), list(families)
    definitions = {one.name: one for one in _definitions(statements)}  # the last of a name counts
    owners = _cells({name: one.node for name, one in definitions.items() if one.owner})
    lacking = _names_of(absent, statements)
    judged = [*judged]
    covered = reached(judged, {name: one.node for name, one in definitions.items()})
    pairs = {one.backward or one.forward: one for one in proposals(statements, path, judged)}
    found = []
    for name, one in definitions.items():
        if name not in covered and (one.looks_like_one(owners) or makes_backward(one.node)):
            missing = sorted(lacking[read] for read in names_read(one.node) & lacking.keys())
            advice = "" if missing else _advice(one, pairs.get(name), families, path)
            line, reason = one.node.lineno, _reason(one, missing, families)
            found.append(NotJudged(name, line, one.cell, reason, advice))
    return tuple(found)


def _definitions(statements: Iterable[Statement]) -> Iterator[_Definition]:
    for statement in statements:
        cell = statement.block.cell
        nodes = [statement.node, *_inside(statement.node)]
        for node in nodes:
            if isinstance(node, Function):
                yield _Definition(node, cell)
            elif isinstance(node, ast.ClassDef):
                yield from (
                    _Definition(n, cell, node.name) for n in node.body if isinstance(n, Function)
                )


def _inside(node: ast.stmt) -> Iterator[ast.stmt]:
    """What stands under an ``if``, ``try`` or ``with`` of the top level."""
    if isinstance(node, ast.If | ast.Try | ast.With):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.stmt):
                yield part
                yield from _inside(part)


def _cells(methods: Mapping[str, Function]) -> set[str]:
    """The classes that look like cells or layers: by name, or with a backward pass of their own."""
    owners = {name.partition(".")[0] for name in methods}
    backward = {
        name.partition(".")[0]
        for name, node in methods.items()
        if _BACKWARD.search(node.name.lower())
    }
    return {owner for owner in owners if _CLASS.search(owner.lower())} | backward


def _is_computation(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return bool(_COMPUTES.fullmatch(name.lower()))


def _names_of(modules: Collection[str], statements: Iterable[Statement]) -> dict[str, str]:
    """The names by which a file knows what it imports of some modules, each with the module."""
    names = {}
    for node in (part for one in statements for part in parts_of(one.node)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            whole = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                module = whole or alias.name
                if module in modules or module.partition(".")[0] in modules:
                    names[(alias.asname or alias.name).partition(".")[0]] = module.partition(".")[0]
    return names


def _reason(one: _Definition, missing: list[str], families: Iterable[Family]) -> str:
    """One sentence that says why a function is not judged."""
    if missing:
        return f"it uses `{missing[0]}`, which is not here"
    if isinstance(one.node, ast.AsyncFunctionDef):
        return "async def makes it a coroutine"
    if makes_backward(one.node):
        return "the shapes are not known with which it, and the backward pass that it returns, work"
    if one.owner:
        return NO_KNOWN_CELL
    contract = one.name.replace("_step_", "_cell_")
    for spec in (f.functions[contract] for f in families if contract in f.functions):
        return f"it does not take what the contract's {contract}({', '.join(spec.takes)}) takes"
    return "neither its name nor its arguments tell which function of a cell it is"


def _advice(one: _Definition, pair: Proposal | None, families: Iterable[Family], path: str) -> str:
    """How it can be judged all the same, filled in with its names; empty where it cannot be."""
    if pair is not None:
        return _adapted(path) if path else _pair_check(pair)
    contract = "" if one.owner or one.is_backward else _contract(one, families)
    entry = f'# in pyproject.toml\n[tool.cellcheck.names]\n"{one.name}" = "{contract}"'
    return entry if contract else ""


def _adapted(path: str) -> str:
    """The commands that judge the pairs of a file."""
    file = shlex.quote(path)
    return (
        f"cellcheck adapt {file} --output adapter.py\ncellcheck check {file} --adapter adapter.py"
    )


def _pair_check(pair: Proposal) -> str:
    """A call that judges a pair which is in no file."""
    shapes = ", ".join(f'"{name}": "{likely[0]}"' for name, likely in pair.inputs.items())
    return (
        "import cellcheck\n\n"
        f"print(cellcheck.check_pair({pair.forward}, {pair.backward}, {{{shapes}}}))"
        "  # with the shapes that yours have"
    )


def _contract(one: _Definition, families: Iterable[Family]) -> str:
    """The contract that a name speaks of: the cell's, and a step's or a sequence's. Where it names
    no cell, the only one that has a layout with its arguments.
    """
    name = one.node.name.lower()
    role = Role.STEP if _STEP.search(name) else Role.SEQUENCE
    cells = [family for family in families if isinstance(family, RecurrentFamily)]
    specs = [(f, spec) for f in cells for spec in f.functions.values() if spec.role is role]
    for family, spec in specs:
        if family.name in name:
            return spec.name if len(one.arguments) >= len(spec.takes) else ""
    found = {
        spec.name
        for family, spec in specs
        for layout in family.cell.layouts
        if one.arguments[len(spec.takes) - 1 :] == [*layout.arrays]
    }
    return found.pop() if len(found) == 1 else ""
