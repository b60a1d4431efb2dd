"""Pairs that a file declares, or an adapter for it: a forward and a backward function, and shapes.

They are read from the text alone. What a submission imports as ``cellcheck`` does nothing, so that
nothing it does there tells anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from ..pairs.cases import Draw, too_large
from ..pairs.function_text import Code
from ..pairs.laws import Reference
from ..pairs.making import Making
from ..pairs.shape_strings import Input, Shapes, Sizes, fits, read_shapes, symbols
from .pair_texts import PairedFunctions, TextPlace
from .partners import is_backward, partner
from .statements import Statement
from .trees import parts_of
from .unjudged import NotJudged

OPTIONS = {
    "forward", "constants", "examples", "seed", "cases", "sizes", "dtype", "results", "build",
    "gradients",
}  # fmt: skip
"""What a declaration may say besides the shapes."""

CALLS = dict.fromkeys(("check_pair", "pair_test"), ("forward", "backward", "shapes"))
"""What an adapter may call, and what that is given by place."""

TYPES = {"float64": "float64", "float": "float64", "double": "float64", "float32": "float32"}

OPEN = "?"
"""What stands in an adapter for a shape that is to be filled in."""

LONGEST_SHAPE, MOST_INPUTS = 200, 100
MOST_CASES, SIZE = 1_000, 9
"""How many cases can be asked for, and at what sizes at most the shapes have to fit each other."""


class _Undeclared(ValueError):
    """A declaration that cannot be read; the text says why."""


@dataclass(frozen=True)
class DeclaredPair:
    """A forward and a backward function that are to be judged, and how.

    ``name`` is what the file calls the backward function, or the forward one where it gives the
    gradients. ``places`` are those of the forward and the backward function, as far as they are
    known. ``making`` is what the pair is made of; the rest is as in `cellcheck.check_pair`, but
    that a pair may be known from recorded calls alone, and that what only gives a value has a
    ``reference``. It ``needs`` other functions of the file. One that ``covers`` methods is a whole
    class, which may be read otherwise than it is meant: it only fails where a gradient is right.
    """

    name: str
    places: tuple[TextPlace | None, TextPlace | None]
    making: Making
    inputs: Mapping[str, Input]
    examples: str | None = None
    seed: int | None = None
    cases: int | None = None
    sizes: Sizes | None = None
    dtype: str = "float64"
    draw: Mapping[str, Draw] = field(default_factory=dict)
    is_recorded: bool = False
    reference: Reference | None = None
    needs: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, str]:
        """What the forward and the backward function are called."""
        return self.making.forward_text.name, self.making.backward_text.name

    def place(self, name: str) -> TextPlace | None:
        """Where one of the two functions is."""
        return self.places[0 if name == self.names[0] else 1]


def declared(statements: Iterable[Statement], path: str) -> list[DeclaredPair | NotJudged]:
    """The pairs that decorators of a file declare: ``@cellcheck.pair(x="N D")``."""
    statements = list(statements)
    names, functions = _names(statements), PairedFunctions(statements, path)
    return [
        _read(functions, one, name, place)
        for name, place in functions.own.items()
        for one in place.decorators
        if isinstance(one, ast.Call) and names.get(ast.unparse(one.func)) == "pair"
    ]


def adapted(
    adapter: Iterable[Statement], statements: Iterable[Statement], path: str, adapter_path: str
) -> list[DeclaredPair | NotJudged]:
    """The pairs that an adapter declares for a file, in whose names its code is read:
    ``cellcheck.check_pair(forward, backward, {"x": "N D"})``.
    """
    adapter = list(adapter)
    names = {**_AT_HAND, **_names(adapter)}
    functions = PairedFunctions(statements, path).and_of(PairedFunctions(adapter, adapter_path))
    calls = [call for statement in adapter if (call := _declaring(statement, names))]
    found = [_called(functions, one, CALLS[names[ast.unparse(one.func)]]) for one in calls]
    return [
        *found,
        *(
            _read(functions, one, name, place)
            for name, place in functions.own.items()
            for one in place.decorators
            if isinstance(one, ast.Call) and names.get(ast.unparse(one.func)) == "pair"
        ),
    ]


_AT_HAND = {f"{before}{name}": name for before in ("", "cellcheck.") for name in (*CALLS, "pair")}


def setup_of(adapter: Iterable[Statement]) -> list[Statement]:
    """What of an adapter is executed: all but the calls that declare, which are read."""
    adapter = list(adapter)
    names = {**_AT_HAND, **_names(adapter)}
    return [one for one in adapter if _declaring(one, names) is None]


def _declaring(statement: Statement, names: Mapping[str, str]) -> ast.Call | None:
    """The call that a statement is, or prints, or gives a name to, if it declares a pair."""
    node = statement.node
    value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "print" and value.args:
        value = value.args[0]
    if not isinstance(value, ast.Call):
        return None
    return value if names.get(ast.unparse(value.func)) in CALLS else None


def _names(statements: Iterable[Statement]) -> dict[str, str]:
    """By what names a file knows what it imports of cellcheck."""
    names: dict[str, str] = {}
    for node in (part for one in statements for part in parts_of(one.node)):
        if isinstance(node, ast.Import):
            modules = [a.asname or a.name for a in node.names if a.name == "cellcheck"]
            names |= {f"{module}.{name}": name for module in modules for name in (*CALLS, "pair")}
        elif isinstance(node, ast.ImportFrom) and node.module == "cellcheck":
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    return names


def _read(
    functions: PairedFunctions, call: ast.Call, name: str, place: TextPlace
) -> DeclaredPair | NotJudged:
    """What a decorator says of the function that it decorates."""
    try:
        given = {k.arg: k.value for k in call.keywords if k.arg}
        options = {n: value for n, value in given.items() if n in OPTIONS}
        shapes = {n: _shape(functions, value, n) for n, value in given.items() if n not in OPTIONS}
        for more in (*call.args, *(k.value for k in call.keywords if k.arg is None)):
            shapes |= _shapes(functions, more)
        backward: ast.expr | None = _parsed(name)
        forward = _forward(functions, options.pop("forward", None), name)
        if forward is None:
            forward, backward = _parsed(name), None
        return _pair(functions, forward, backward, shapes, options)
    except (ValueError, RecursionError) as reason:
        return NotJudged(name, call.lineno, place.cell, _said(call.lineno, reason))


def _called(
    functions: PairedFunctions, call: ast.Call, places: tuple[str, ...]
) -> DeclaredPair | NotJudged:
    """What a call of an adapter says."""
    given = dict(zip(places, call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg}
    backward, forward = given.pop("backward", None), given.pop("forward", None)
    if isinstance(backward, ast.Constant) and backward.value is None:
        backward = None
    named = backward or forward
    name = ast.unparse(named)[:100] if named else "check_pair"
    place = functions.found.get(name)
    try:
        if forward is None:
            raise _Undeclared("no forward function is given")
        shapes = _shapes(functions, given.pop("shapes", ast.Dict([], [])))
        return _pair(functions, forward, backward, shapes, given)
    except (ValueError, RecursionError) as reason:
        line = place.line if place else 1
        cell = place.cell if place else None
        return NotJudged(name, line, cell, _said(call.lineno, reason, "of the adapter "))


def _said(line: int, reason: Exception, where: str = "") -> str:
    text = " ".join(str(reason).split())[:500].rstrip(".")
    return f"its declaration in line {line} {where}cannot be read: {text}"


def _forward(functions: PairedFunctions, given: ast.expr | None, name: str) -> ast.expr | None:
    """The forward function of a decorated one; nothing where it gives the gradients itself."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        owner = name.rpartition(".")[0]
        inner = f"{owner}.{given.value}"
        return _parsed(inner if owner and inner in functions.found else given.value)
    if isinstance(given, ast.Name) and f"{name.rpartition('.')[0]}.{given.id}" in functions.found:
        return _parsed(f"{name.rpartition('.')[0]}.{given.id}")  # named in the body of the class
    if given is not None:
        return given
    found = partner(name, functions.found)
    if found:
        return _parsed(found)
    if is_backward(name):
        raise _Undeclared(
            "no forward function with such a name is found: name it, as in forward=scaled"
        )
    return None


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, MemoryError):
        raise _Undeclared(f'"{text[:80]}" is no name of a function') from None


def _shapes(functions: PairedFunctions, node: ast.expr) -> dict[str, Any]:
    try:
        shapes = functions.literal(node)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        shapes = None
    if not isinstance(shapes, dict):
        raise _Undeclared('the shapes should be written out, as in {"x": "N D", "w": "D M"}')
    return shapes


def _shape(functions: PairedFunctions, node: ast.expr, name: str) -> Any:
    try:
        return functions.literal(node)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        raise _Undeclared(f'the shape of {name} should be a text, as in {name}="N D"') from None


def _pair(
    functions: PairedFunctions,
    forward: ast.expr,
    backward: ast.expr | None,
    shapes: Shapes,
    options: Mapping[str, ast.expr],
) -> DeclaredPair:
    unknown = sorted(options.keys() - OPTIONS)
    if unknown:
        known = ", ".join(sorted(OPTIONS - {"forward"}))
        raise _Undeclared(f"it says {unknown[0]}, and a declaration may say {known}")
    _require_short(shapes)
    if any(
        isinstance(p, ast.Constant) and p.value is ...
        for v in options.values()
        for p in ast.walk(v)
    ):
        raise _Undeclared('a value is still open: write it in the place of "..."')
    inputs = read_shapes(shapes)
    written = {
        n: _literal(functions, value, n)
        for n, value in options.items()
        if n in ("examples", "seed", "cases", "sizes", "results")
    }
    sizes = written.get("sizes")
    _require_small(inputs, _sizes(sizes))
    examples = written.get("examples")
    if examples is not None and examples not in symbols(inputs):
        raise _Undeclared(f'examples="{examples}" names no dimension of the shapes')
    for name, least, most in (("seed", 0, 2**32), ("cases", 1, MOST_CASES), ("results", 1, 100)):
        value = written.get(name)
        if value is not None and (type(value) is not int or not least <= value <= most):
            raise _Undeclared(f"{name} should be a whole number from {least} to {most}")
    both = forward, backward or forward
    texts = tuple(map(functions.code, both))
    names = tuple(ast.unparse(one)[:100] for one in both)
    return DeclaredPair(
        names[1] if names[1] in functions.found or names[0] not in functions.found else names[0],
        (functions.found.get(names[0]), functions.found.get(names[1])),
        _making(forward, backward, options, inputs, (texts[0], texts[1]), written.get("results")),
        inputs,
        examples,
        written.get("seed"),
        written.get("cases"),
        _sizes(sizes),
        _dtype(options.get("dtype")),
    )


def _making(
    forward: ast.expr,
    backward: ast.expr | None,
    options: Mapping[str, ast.expr],
    inputs: Mapping[str, Input],
    texts: tuple[Code, Code],
    results: int | None,
) -> Making:
    owner = backward.value if isinstance(backward, ast.Attribute) else None
    constants, build, gradients = (
        _optional(options.get(name)) for name in ("constants", "build", "gradients")
    )
    return Making(
        _code(forward), _optional(backward), _optional(owner), constants, build, gradients,
        results, tuple(inputs.values()), *texts,
    )  # fmt: skip


def _optional(node: ast.expr | None) -> CodeType | None:
    return None if node is None else _code(node)


def _code(node: ast.expr) -> CodeType:
    try:
        whole = ast.fix_missing_locations(ast.Expression(node))
        code: CodeType = compile(whole, "<declaration>", "eval", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError):
        raise _Undeclared(f'"{ast.unparse(node)[:80]}" is no expression') from None
    return code


def _literal(functions: PairedFunctions, node: ast.expr, name: str) -> Any:
    try:
        return functions.literal(node)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        raise _Undeclared(f"{name} should be written out") from None


def _sizes(sizes: object) -> dict[str, int] | None:
    if sizes is None:
        return None
    if not isinstance(sizes, dict) or not all(
        isinstance(name, str) and type(size) is int and size > 0 for name, size in sizes.items()
    ):
        raise _Undeclared('sizes should be whole numbers by the names of dimensions: {"N": 1}')
    return sizes


def _dtype(node: ast.expr | None) -> str:
    if node is None:
        return "float64"
    written = node.value if isinstance(node, ast.Constant) else ast.unparse(node)
    name = str(written).rpartition(".")[2]
    if name not in TYPES:
        raise _Undeclared("dtype should be np.float64 or np.float32")
    return TYPES[name]


def _require_short(shapes: object) -> None:
    """No text of the shapes is longer than a shape is, and there are not too many."""
    waiting, seen = [shapes], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += [*one]
        elif one == OPEN:
            raise _Undeclared(f'a shape is still open: write it in the place of "{OPEN}"')
        elif len(str(one)) > LONGEST_SHAPE:
            raise _Undeclared(f"a shape is longer than {LONGEST_SHAPE} characters")
        if seen > 3 * MOST_INPUTS:
            raise _Undeclared(f"there are more than {MOST_INPUTS} shapes")


def _require_small(inputs: Mapping[str, Input], fixed: Sizes | None) -> None:
    """No array is too large to be drawn where the dimensions that are not fixed are small."""
    for size in range(1, SIZE + 1):
        sizes = {**dict.fromkeys(symbols(inputs), size), **(fixed or {})}
        if fits(inputs, sizes):
            large = too_large(inputs, sizes)
            if large:
                name, entries = large
                raise _Undeclared(f"{name} would have {entries} entries, which are too many")
            return
