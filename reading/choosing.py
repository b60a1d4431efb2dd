"""Which top-level statements are set-up, to be executed, and which are a demonstration.

Definitions and imports are executed, and the assignments that definitions need. A demonstration
is not: calls, prints, loops, random data, and the plain variables that are assigned among them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from .statements import Statement
from .trees import closure, once, parts_of

_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPOUND = (ast.If, ast.Try, ast.With)
_BINDING = (ast.Assign, ast.AnnAssign, ast.AugAssign)

_DATA_SOURCES = re.compile(
    r"random|randn?|randint|default_rng|RandomState|open|input|loadtxt|genfromtxt|(load|read_)\w*"
)
_JUDGED = re.compile(r"forward|backward|adam|sigmoid|softmax|train|optimi|predict|model|test")
_HARMLESS = re.compile(
    r"seed|seterr|set_printoptions|filterwarnings|simplefilter|use|rc|set\w*"
    r"|basicConfig|captureWarnings|add(Handler|Filter|LevelName)"
)


class Kind(Enum):
    """What a top-level statement is for."""

    DEFINES = auto()
    """A def, an import, a class, or a compound statement that holds one: always executed."""
    CALLABLE = auto()
    """An assignment that names a function: always executed."""
    DATA = auto()
    """Another assignment: executed if it is set-up and a definition needs it."""
    NEUTRAL = auto()
    """A docstring, a seed, a print option: not executed, and no sign of a demonstration."""
    DEMO = auto()
    """Anything else."""


@dataclass(frozen=True)
class Choice:
    """The statements to execute, and where each name was assigned by those that are not."""

    statements: list[Statement]
    demo_names: dict[str, str]


def choose(statements: list[Statement]) -> Choice:
    """Which statements of one document are executed, and which names only the others assign.

    The chosen statements stay in order. Nothing is executed here.
    """
    functions = {node.name: node for item in statements for node in inner_definitions([item.node])}
    kinds = [_kind(item.node, functions) for item in statements]
    candidates = _setup(statements, kinds)
    roots = [index for index in candidates if kinds[index] in (Kind.DEFINES, Kind.CALLABLE)]
    candidates |= _for_defaults(statements, roots)
    chosen = _needed(statements, candidates, roots)
    demo_names: dict[str, str] = {}
    for index, item in enumerate(statements):
        if index not in candidates:
            for name, line in _bindings(item.node):
                demo_names.setdefault(name, item.block.place(line))
    return Choice([item for i, item in enumerate(statements) if i in chosen], demo_names)


def inner_definitions(body: Iterable[ast.AST]) -> Iterator[ast.FunctionDef]:
    """The functions that a body defines at its own level, also under ``if``, ``try``, ``with``."""
    parts = (part for node in body for part in _outside_functions(node))
    return (part for part in parts if isinstance(part, ast.FunctionDef))


@once
def names_read(node: ast.AST) -> frozenset[str]:
    """Every name that may be looked up in running this code, locals included."""
    names: set[str] = set()
    for part in parts_of(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            names.add(part.id)
        elif isinstance(part, ast.Global):
            names.update(part.names)
    return frozenset(names)


def reached(names: Iterable[str], trees: Mapping[str, ast.AST]) -> set[str]:
    """These names, and all that the code of functions reads by them, directly or not.

    ``trees`` has the code of each function by its name.
    """
    return closure(names, lambda name: names_read(trees[name]) if name in trees else ())


@once
def names_bound(node: ast.AST) -> frozenset[str]:
    """Every name that a statement gives a value, or a part of a value, at its own level."""
    return frozenset(name for name, _ in _bindings(node))


def _bindings(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Each name that is given a value, and the line of it."""
    for part in _outside_functions(node):
        if isinstance(part, _DEFINITION):
            yield part.name, part.lineno
        elif isinstance(part, ast.alias) and part.name != "*":
            yield (part.asname or part.name).partition(".")[0], part.lineno
        elif isinstance(part, ast.ExceptHandler) and part.name:
            yield part.name, part.lineno
        elif isinstance(part, ast.Name | ast.Subscript | ast.Attribute):
            base: ast.expr = part
            while isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name) and not isinstance(part.ctx, ast.Load):
                yield base.id, base.lineno


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, but not what is inside a function, a lambda or a class."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, (*_DEFINITION, ast.Lambda)):
            waiting.extend(reversed(list(ast.iter_child_nodes(part))))


def _kind(node: ast.stmt, functions: dict[str, ast.FunctionDef]) -> Kind:
    if isinstance(node, (*_DEFINITION, ast.Import, ast.ImportFrom)):
        return Kind.DEFINES
    if isinstance(node, _BINDING):
        return _kind_of_value(node.value, names_bound(node), functions)
    if isinstance(node, _COMPOUND):
        return _kind_of_compound(node, functions)
    if isinstance(node, ast.Pass | ast.Global) or type(node).__name__ == "TypeAlias":
        return Kind.NEUTRAL
    if isinstance(node, ast.Expr):
        value = node.value
        called = value.func if isinstance(value, ast.Call) else value
        if called is not value:
            return Kind.NEUTRAL if _HARMLESS.fullmatch(_last_name(called)) else Kind.DEMO
        return Kind.NEUTRAL if isinstance(value, ast.Constant | ast.Name) else Kind.DEMO
    return Kind.DEMO


def _kind_of_compound(node: ast.stmt, functions: dict[str, ast.FunctionDef]) -> Kind:
    if isinstance(node, ast.If) and "__name__" in names_read(node.test):
        return Kind.DEMO
    parts = [part for part in _outside_functions(node) if isinstance(part, ast.stmt)]
    kinds = {_kind(part, functions) for part in parts if not isinstance(part, _COMPOUND)}
    if Kind.DEFINES in kinds:
        return Kind.DEFINES
    if Kind.DATA in kinds and isinstance(node, ast.Try | ast.With):
        kinds -= {Kind.DEMO} if all(map(_only_tells, parts)) else set()
    return Kind.DEMO if Kind.DEMO in kinds else Kind.DATA


def _only_tells(node: ast.stmt) -> bool:
    """Whether a statement is none of a demonstration, or does no more than print something."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return not isinstance(node, ast.For | ast.While)
    return _last_name(node.value.func) in ("print", "warn")


def _kind_of_value(
    value: ast.expr | None, targets: Set[str], functions: dict[str, ast.FunctionDef]
) -> Kind:
    if value is None:
        return Kind.NEUTRAL
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    if all(isinstance(part, ast.Lambda | ast.Name | ast.Attribute) for part in values):
        return Kind.CALLABLE
    makes_function = False
    for part in _outside_functions(value):
        name = _last_name(part)
        if _DATA_SOURCES.fullmatch(name):
            return Kind.DEMO
        if isinstance(part, ast.Call):
            called = _last_name(part.func)
            factory = called in functions and _returns_function(functions[called])
            if called in functions and not factory and _JUDGED.search(called):
                return Kind.DEMO
            makes_function |= part is value and (factory or called in ("partial", "vectorize"))
            # `step = jit(step)`: a decorator written out
            makes_function |= bool(targets & {_last_name(a) for a in part.args} & functions.keys())
    return Kind.CALLABLE if makes_function else Kind.DATA


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _returns_function(function: ast.FunctionDef) -> bool:
    inner = {node.name for node in inner_definitions(function.body)}
    return any(
        isinstance(node, ast.Return)
        and (isinstance(node.value, ast.Lambda) or (node.value and _last_name(node.value) in inner))
        for node in parts_of(function)
    )


def _setup(statements: list[Statement], kinds: list[Kind]) -> set[int]:
    """The indices of all that may be executed: what is no demonstration, nor reads one's names."""
    setup: set[int] = set()
    good: set[str] = set()
    tainted: set[str] = set()
    with_code = {id(item.block) for item in statements if _makes_code(item.node)}
    seen_code = seen_demo = False
    for run in _runs(statements):
        block = statements[run[0]].block
        demo_run = any(kinds[index] is Kind.DEMO for index in run)
        plain = not demo_run and (id(block) in with_code or not seen_demo)
        heads_module = block.cell is None and not seen_code
        seen_code |= _makes_code(statements[run[0]].node)
        seen_demo |= demo_run
        for index in run:
            node, kind = statements[index].node, kinds[index]
            fine = kind in (Kind.DEFINES, Kind.CALLABLE)
            if kind is Kind.DATA:
                fine = plain or (_is_number(node) and (heads_module or _in_capitals(node)))
            if kind in (Kind.CALLABLE, Kind.DATA):
                fine = fine and not (_read_now(node) | _changed(node)) & tainted - good
            if fine:
                setup.add(index)
                good |= names_bound(node)
            else:
                tainted |= names_bound(node)
    return setup


def _for_defaults(statements: list[Statement], roots: list[int]) -> set[int]:
    """The assignments that definitions read while they are made, and all that these read.

    A default argument, a decorator or a base class must be there, whatever stands around it.
    """
    wanted = {name for index in roots for name in _read_to_define(statements[index].node)}
    found: set[int] = set()
    for index in range(len(statements) - 1, -1, -1):
        node = statements[index].node
        if isinstance(node, (*_BINDING, *_COMPOUND)) and names_bound(node) & wanted:
            found.add(index)
            wanted |= names_read(node)
    return found


def _read_to_define(node: ast.AST) -> set[str]:
    """The names that are read in making the functions and classes of a statement."""
    names: set[str] = set()
    for part in _outside_functions(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            given = [*part.args.defaults, *filter(None, part.args.kw_defaults)]
            decorators = [] if isinstance(part, ast.Lambda) else part.decorator_list
        elif isinstance(part, ast.ClassDef):
            given, decorators = (
                [*part.bases, *(k.value for k in part.keywords)],
                part.decorator_list,
            )
        else:
            continue
        names |= {name for one in (*given, *decorators) for name in names_read(one)}
    return names


def _read_now(node: ast.stmt) -> set[str]:
    """The names that a statement reads itself, not in a function that it makes."""
    parts = (part for part in _outside_functions(node) if isinstance(part, ast.Name))
    return {part.id for part in parts if isinstance(part.ctx, ast.Load)}


def _changed(node: ast.stmt) -> set[str]:
    """The names whose value a statement changes without giving a new one."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    in_place = [target for target in targets if not isinstance(target, ast.Name | ast.Tuple)]
    if isinstance(node, ast.AugAssign):
        in_place.append(node.target)
    return {name for target in in_place for name in names_bound(target)}


def _runs(statements: list[Statement]) -> Iterator[list[int]]:
    """Stretches of a block between its definitions; each definition is a run of its own."""

    def key(index: int) -> tuple[int, int]:
        item = statements[index]
        return id(item.block), index if _makes_code(item.node) else -1

    for _, run in groupby(range(len(statements)), key):
        yield list(run)


def _makes_code(node: ast.stmt) -> bool:
    """Whether a statement holds a function or a class, be it under ``if`` or ``try``."""
    parts = _outside_functions(node)
    return any(isinstance(part, (*_DEFINITION, ast.Lambda)) for part in parts)


def _in_capitals(node: ast.stmt) -> bool:
    """Whether the name says that this is a constant."""
    return all(name.isupper() and len(name) > 2 for name in names_bound(node))


def _is_number(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    allowed = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop)
    return value is not None and all(isinstance(part, allowed) for part in parts_of(value))


def _needed(statements: list[Statement], candidates: set[int], roots: list[int]) -> set[int]:
    """The roots, and every candidate that gives a value to a name which they read."""
    binders: dict[str, set[int]] = {}
    for index in candidates:
        for name in names_bound(statements[index].node):
            binders.setdefault(name, set()).add(index)

    def read_by(index: int) -> Iterator[int]:
        for name in names_read(statements[index].node):
            yield from binders.get(name, ())

    return closure(roots, read_by)
