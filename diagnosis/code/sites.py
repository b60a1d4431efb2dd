"""The places in a submission's code where something can be changed, and changing it.

Trees are never altered: a change makes a new one that shares all but the path to what is changed.
"""

from __future__ import annotations

import ast
import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any, TypeVar

Node = TypeVar("Node", bound=ast.AST)

SIGNS = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
"""Nodes of which there is one of each kind for all trees."""

CONTAINERS = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.FunctionDef)


@dataclass(frozen=True, eq=False)
class Site:
    """One statement of one function, and the expression in it that gives its value.

    Of a loop or an ``if`` the header counts: its iterable or its condition.
    """

    function: str
    statement: ast.stmt
    value: ast.expr
    depth: int = 0

    @property
    def first_line(self) -> int:
        """The first line of the statement; 0, if it does not stand in the text."""
        return getattr(self.statement, "lineno", 0)

    @property
    def last_line(self) -> int:
        """The last line of the statement, of a loop that of its header."""
        part = self.value if isinstance(self.statement, CONTAINERS) else self.statement
        return getattr(part, "end_lineno", None) or self.first_line

    @property
    def is_part(self) -> bool:
        """Whether the value is a part of an array, which may be a view of it."""
        named = isinstance(self.value, ast.Subscript) and isinstance(self.value.slice, ast.Constant)
        return isinstance(self.value, ast.Subscript) and not named


def sites_of(function: str, body: Sequence[ast.stmt], depth: int = 0) -> Iterator[Site]:
    """Every statement with a value, in the order in which they stand."""
    for statement in body:
        value = _value(statement)
        quoted = isinstance(statement, ast.Expr) and isinstance(value, ast.Constant)
        if value is not None and not quoted:
            yield Site(function, statement, value, depth)
        for inner in bodies_of(statement):
            yield from sites_of(function, inner, depth + 1)


def _value(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.For):
        return statement.iter
    if isinstance(statement, ast.While | ast.If):
        return statement.test
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr):
        return statement.value
    return None


def bodies_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements inside one."""
    if isinstance(statement, CONTAINERS):
        for name in ("body", "orelse", "finalbody"):
            yield getattr(statement, name, [])
        for handler in getattr(statement, "handlers", ()):
            yield handler.body


def holds(whole: ast.AST, part: ast.AST) -> bool:
    """Whether a node is another, or stands somewhere in it."""
    return any(node is part for node in ast.walk(whole))


def arguments_of(tree: ast.FunctionDef) -> list[str]:
    """The names of a function's arguments."""
    given = tree.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def names_around(tree: ast.FunctionDef, statement: ast.stmt) -> ast.expr:
    """What gives the names that a statement sees, with their values, when it is run in its place.

    In a function inside another, ``locals()`` has of the outer names those that the inner one
    mentions: here it mentions all.
    """
    here = ast.Call(ast.Name("locals", ast.Load()), [], [])
    inside = [
        inner
        for inner in ast.walk(tree)
        if isinstance(inner, ast.FunctionDef) and inner is not tree and holds(inner, statement)
    ]
    if not inside:
        return here
    outer = sorted(_bound(tree).union(*map(_bound, inside[:-1])))
    mentioned = ast.Tuple([ast.Name(own, ast.Load()) for own in outer], ast.Load())
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.BoolOp(ast.And(), [ast.Lambda(nothing, mentioned), here])


def _bound(tree: ast.FunctionDef) -> set[str]:
    """The names that a function gives values, without those of the functions inside it."""
    found = {*arguments_of(tree)}
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp):
            waiting += ast.iter_child_nodes(node)
    return found


def inner_bodies(tree: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    """What stands in the functions that a function makes."""
    for body in bodies(tree):
        yield from (one.body for one in body if isinstance(one, ast.FunctionDef))


def bodies(tree: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a function, its own body first."""
    yield tree.body
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and statement is not tree:
            yield from (body for body in bodies_of(statement) if body)


def with_body(tree: ast.FunctionDef, body: list[ast.stmt]) -> ast.FunctionDef:
    """A function with another body."""
    made = ast.FunctionDef(**{**dict(ast.iter_fields(tree)), "body": body})
    return ast.copy_location(made, tree)


def swapped(tree: Node, changes: Mapping[int, Any]) -> Node:
    """The tree with nodes, known by their ``id``, replaced: by one, or in a list by several."""
    found = changes.get(id(tree))
    if found is not None and not isinstance(found, list):
        other: Node = found
        return other
    fields: dict[str, Any] = {}
    for name, part in vars(tree).items():  # its fields, and its place
        if isinstance(part, list):
            new: Any = _swapped_list(part, changes)
        elif isinstance(part, ast.AST) and not isinstance(part, SIGNS):
            new = swapped(part, changes)
        else:
            continue
        if new is not part:
            fields[name] = new
    if not fields:
        return tree
    made = type(tree)(**{**dict(ast.iter_fields(tree)), **fields})
    return ast.copy_location(made, tree)


def _swapped_list(parts: list[Any], changes: Mapping[int, Any]) -> list[Any]:
    made: list[Any] = []
    for part in parts:
        found = changes.get(id(part))
        if isinstance(found, list):
            rest = {key: new for key, new in changes.items() if key != id(part)}
            made += [swapped(one, rest) if one is part else one for one in found]
        elif isinstance(part, ast.AST):
            made.append(swapped(part, changes))
        else:
            made.append(part)
    same = len(made) == len(parts) and all(a is b for a, b in zip(made, parts, strict=True))
    return parts if same else made


def located(tree: Node) -> Node:
    """The same tree, each node of it with some place in the text, as the compiler wants it."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if "lineno" in node._attributes and getattr(node, "end_lineno", None) is None:
            node.lineno = node.end_lineno = 1  # type: ignore[attr-defined]
            node.col_offset = node.end_col_offset = 0  # type: ignore[attr-defined]
        for field in node._fields:
            part = getattr(node, field, None)
            if isinstance(part, ast.AST):
                waiting.append(part)
            elif type(part) is list:
                waiting += [one for one in part if isinstance(one, ast.AST)]
    return tree


SEEN, REACHED = "__cellcheck_seen__", "__cellcheck_reached__"
"""What a watched function calls: with the number of a site and its value, and with the number and
the names that the site sees; the one gives back the value, the other the number.
"""


def watched(tree: ast.FunctionDef, sites: Mapping[int, Site], names: bool) -> ast.FunctionDef:
    """A function that announces each value of its sites, known by numbers, as it is computed, and
    before it what ``names`` the site sees, if that is wanted: what is added to a name reads that
    first.
    """
    made: dict[int, ast.expr | list[ast.stmt]] = {}
    for number, site in sites.items():
        place: ast.expr = ast.Constant(number)
        if names:
            here = names_around(tree, site.statement)
            reached = ast.Call(ast.Name(REACHED, ast.Load()), [place, here], [])
            if isinstance(site.statement, ast.AugAssign):
                before = ast.copy_location(ast.Expr(reached), site.statement)
                made[id(site.statement)] = [before, site.statement]
            else:
                place = reached
        value = swapped(site.value, made)  # a site may stand in another
        event = ast.Call(ast.Name(SEEN, ast.Load()), [place, value], [])
        made[id(site.value)] = ast.copy_location(event, site.value)
    return swapped(tree, made)


def first_line(node: ast.AST) -> str:
    """The text of a node, of a compound statement its head."""
    text = ast.unparse(located(copy.deepcopy(node)))
    headed = ast.For | ast.While | ast.If | ast.FunctionDef
    return text.split("\n")[0] if isinstance(node, headed) else text


def compiled(tree: ast.FunctionDef) -> CodeType:
    """The code that defines a function; raises as the compiler does."""
    return compile(located(ast.Module([tree], [])), "<changed>", "exec", dont_inherit=True)


def executed(name: str, code: CodeType, namespace: dict[str, Any]) -> Callable[..., object]:
    """The function, or ``Class.method``, which code defines, with a namespace for its globals."""
    scope: dict[str, Any] = {}
    exec(code, namespace, scope)
    function: Callable[..., object] = scope[name.rpartition(".")[2]]
    return function


@contextlib.contextmanager
def with_methods(owner: object, functions: Mapping[str, Callable[..., object]]) -> Iterator[None]:
    """Puts functions in the place of methods of a class, its own or inherited."""
    before = {name: vars(owner)[name] for name in functions if name in vars(owner)}
    for name, function in functions.items():
        setattr(owner, name, function)
    try:
        yield
    finally:
        for name in functions:
            if name in before:
                setattr(owner, name, before[name])
            else:
                delattr(owner, name)


def targets_of(statement: ast.stmt) -> list[ast.expr]:
    """What a statement stores into."""
    one = getattr(statement, "target", None)
    found: list[ast.expr] = getattr(statement, "targets", [one] if one is not None else [])
    return found


def changed_code(tree: ast.Module | ast.Expression, changes: Mapping[int, Any]) -> CodeType:
    """The code of a tree with nodes replaced; raises as the compiler does."""
    for new in changes.values():
        for node in new if isinstance(new, list) else [new]:
            located(node)
    mode = "exec" if isinstance(tree, ast.Module) else "eval"
    return compile(swapped(tree, changes), "<changed>", mode, dont_inherit=True)
