"""What an adapter for a file may say: which functions belong together, and shapes to be tried.

A file tells some shapes itself: where it takes ``N, D = x.shape``, in a docstring, or where a
constructor makes its weights. Of the others there are those that people have mostly, in the order
in which they are tried.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..pairs.plan import COTANGENT
from .class_weights import weights_of
from .pair_texts import PairedFunctions, TextPlace
from .partners import is_backward, partner
from .statements import Statement
from .trees import parts_of

SAME = "="
"""What stands in a shape for that of the first input."""

_DATA = ("N D", "N", "N T D", "N N", "N C H W", "D N", "D", "N 2*D")
_MORE = ("N D", SAME, "M", "M D", "D M", "N M", "D", "N", "N N", "")
_WEIGHTS = ("D M", "M D", SAME, "D", "D D", "M M")
_ADDED = ("M", "1 M", "M 1", "D", SAME)
_SCALES = ("D", "1 D", "D 1", "")
_MASKS = (f"{SAME} bool", f"{SAME} const", "N T T bool")
_LABELS = ("N D", "N D const", "N int<D", "N", "N const", "N int<2")

_NAMED = (
    (re.compile(r"w\w*|weights?|kernel|theta|u|v"), _WEIGHTS),
    (re.compile(r"b\w*|bias"), _ADDED),
    (re.compile(r"gamma|beta|scale|shift|alpha|mean|std"), _SCALES),
    (re.compile(r"\w*mask"), _MASKS),
    (re.compile(r"y|ys|labels?|targets?|y_true|t|idxs?|ind(?:ex|ices)|ids|tokens?"), _LABELS),
)
"""What people call an input, and the shapes that it then mostly has."""

_SETTING = re.compile(
    r"\w*(?:param|config|options?|mode|train|stride|pad|eps|seed|rng|size|axis|rate|keep|heads|groups"
    r"|margin|temperature|tau|momentum|verbose)\w*"
)
"""How people call what is no array: its value is to be filled in."""

_WORD = re.compile(r"[A-Za-z]\w*|[1-9]\d*")


@dataclass(frozen=True)
class Proposal:
    """A forward and a backward function that belong together.

    ``inputs`` has for each the shapes that it may have, the most likely first; ``settings`` are
    what has to be given besides, and ``why`` says by what the two were found.
    """

    forward: str
    backward: str | None
    place: TextPlace
    inputs: Mapping[str, tuple[str, ...]]
    settings: tuple[str, ...] = ()
    why: str = "name"

    def choices(self) -> Iterator[dict[str, str]]:
        """A shape for each input, the most likely ones together first."""
        most = sum(len(shapes) - 1 for shapes in self.inputs.values())
        for total in range(most + 1):
            for shapes in _of_rank(list(self.inputs.values()), total):
                chosen = [shape.replace(SAME, shapes[0]) for shape in shapes]
                yield dict(zip(self.inputs, chosen, strict=True))


def _of_rank(lists: list[tuple[str, ...]], total: int) -> Iterator[tuple[str, ...]]:
    """One of each list, such that their places in the lists have the sum ``total``."""
    if not lists:
        if total == 0:
            yield ()
        return
    for place, shape in enumerate(lists[0][: total + 1]):
        for rest in _of_rank(lists[1:], total - place):
            yield (shape, *rest)


def proposals(
    statements: Iterable[Statement], path: str, judged: Collection[str]
) -> list[Proposal]:
    """Every forward and backward function that belong together, but for those ``judged``."""
    statements = list(statements)
    functions = PairedFunctions(statements, path)
    calls = _by_call(statements)
    found: dict[str, Proposal] = {}
    for name, place in functions.own.items():
        if name in judged:
            continue
        forward = partner(name, functions.found) if is_backward(name) else ""
        why = "class" if "." in name else "name"
        if not forward and calls.get(name, "") in functions.found:
            forward, why = calls[name], "call"
        if forward and forward not in judged:
            found[name] = _proposal(functions, forward, name, place, why)
        elif _gives_gradients(place) or makes_backward(place.definition.node):
            found[name] = _proposal(functions, name, None, place, why)
    return list(found.values())


def _by_call(statements: Iterable[Statement]) -> dict[str, str]:
    """For each function the one that gives what it is called with last."""
    made: dict[str, str] = {}
    found: dict[str, str] = {}
    nodes = (part for one in statements for part in parts_of(one.node))
    kinds = ast.Assign | ast.Expr | ast.Return
    for node in sorted((n for n in nodes if isinstance(n, kinds)), key=lambda n: n.lineno):
        value = node.value
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
            continue
        last = value.args[-1] if value.args else None
        if isinstance(last, ast.Name) and last.id in made and made[last.id] != value.func.id:
            found.setdefault(value.func.id, made[last.id])
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            target = node.targets[0].elts[-1]
            if isinstance(target, ast.Name):
                made[target.id] = value.func.id
    return {backward: forward for backward, forward in found.items() if is_backward(backward)}


def _gives_gradients(place: TextPlace) -> bool:
    """Whether a function's last statement gives a value, and then what is called a gradient; where
    it returns elsewhere as well, nothing but gradients.
    """
    node = place.definition.node
    last = node.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Tuple):
        return False
    first, *called = (is_gradient(ast.unparse(one)) for one in last.value.elts)
    several = sum(isinstance(part, ast.Return) for part in ast.walk(node)) > 1
    named = all(called) if several else any(called)
    return bool(called) and named and not first and not isinstance(last.value.elts[0], ast.Constant)


_RETURNED = re.compile(r"back|pull_?back|vjp|grads?|adjoint")
"""What people besides call a backward pass that they return."""


def makes_backward(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function gives results and, last, their backward pass, which it makes: by name, or
    by what that takes.
    """
    last = node.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Tuple):
        return False
    made: ast.expr | ast.FunctionDef = last.value.elts[-1]
    if isinstance(made, ast.Name):
        inner = {one.name: one for one in parts_of(node) if isinstance(one, ast.FunctionDef)}
        made = inner.get(made.id, made)
    if isinstance(made, ast.FunctionDef) and (
        is_backward(made.name) or _RETURNED.fullmatch(made.name)
    ):
        return True
    if not isinstance(made, ast.FunctionDef | ast.Lambda):
        return False
    takes = [one.arg for one in made.args.args]
    return bool(takes) and all(COTANGENT.fullmatch(name) for name in takes)


def is_gradient(text: str) -> bool:
    """Whether code begins with a name that is a gradient's."""
    found = re.match(r"\w+", text)
    name = found[0] if found else ""
    return COTANGENT.fullmatch(name) is not None or name.startswith("grad")


def _proposal(
    functions: PairedFunctions, forward: str, backward: str | None, place: TextPlace, why: str
) -> Proposal:
    node = functions.found[forward].definition.node
    given = _needed(node, skip=1 if "." in forward else 0)
    others = [functions.found[backward].definition.node] if backward else []
    told = {name: _told(name, [node, *others]) for name in given}
    settings = tuple(name for name in given if not told[name] and _SETTING.fullmatch(name.lower()))
    owner = forward.rpartition(".")[0]
    weights = weights_of(functions, owner) if owner else {}
    words = [word for shape in weights.values() for word in shape.split()]
    made = [word for word in dict.fromkeys(words) if word.isidentifier()]
    inputs: dict[str, tuple[str, ...]] = {}
    for name in (n for n in given if n not in settings):
        axes = [word for other in given for word in told[other].split() if other != name]
        known = [word for word in dict.fromkeys((*made, *axes)) if word.isidentifier()]
        inputs[name] = _known(name, told[name], known) or _likely(name, known, made, not inputs)
    for name, shape in weights.items():
        inputs[name] = (shape,) if shape else _likely(name, made, [], first=False)
    return Proposal(forward, backward, place, inputs, settings, why)


def _known(name: str, told: str, dimensions: list[str]) -> tuple[str, ...]:
    """The shape that is told; labels of such a shape may be whole numbers."""
    unknown = re.search(rf"\b{name}_\d+\b", told)
    if unknown:
        return (*(told.replace(unknown[0], one) for one in dimensions), told)
    if told and _is(_LABELS, name):
        below = [f"{told} int<{one}" for one in reversed(dimensions)]
        return (told, f"{told} const", *below, f"{told} int<2")
    return (told,) if told else ()


def _likely(name: str, dimensions: list[str], made: list[str], first: bool) -> tuple[str, ...]:
    """The shapes that an input may have, in ``dimensions`` that are known, if there are any."""
    forms = ("N {}", "{} N", "{} 1", "{}", "N T {}")
    own = [form.format(one) for one in made for form in forms]
    if first:
        whole = [f"{axes} int<{one}" for one in (*made, "D") for axes in ("N", "N T")]
        return (*own, *_DATA, *(whole if _is(_LABELS, name) else ()))
    if _is(_LABELS, name):
        return (*(f"N int<{one}" for one in reversed(dimensions)), *_LABELS)
    if _is(_ADDED, name):
        return (*_ADDED, *dimensions)
    named = next((shapes for pattern, shapes in _NAMED if pattern.fullmatch(name.lower())), ())
    return named or (*own, *_MORE)


def _is(shapes: tuple[str, ...], name: str) -> bool:
    found = next((those for pattern, those in _NAMED if pattern.fullmatch(name.lower())), ())
    return found is shapes


def _needed(node: ast.FunctionDef, skip: int) -> list[str]:
    """The arguments without a default, and labels that are ``None``, without which there is no
    loss.
    """
    places = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    first = len(places) - len(node.args.defaults)
    later = zip(places[first:], node.args.defaults, strict=True)
    none = (name for name, one in later if isinstance(one, ast.Constant) and one.value is None)
    return [*places[skip:first], *(name for name in none if _is(_LABELS, name))]


def _told(name: str, nodes: Iterable[ast.FunctionDef]) -> str:
    """The shape that code or words tell of an argument; empty where none do."""
    found = [
        shape
        for node in nodes
        for shape in (*_unpacked(name, node), *_annotated(name, node), *_documented(name, node))
        if shape
    ]
    whole = [shape for shape in found if f"{name}_" not in shape]
    return next(iter(whole or found), "")


def _unpacked(name: str, node: ast.FunctionDef) -> Iterator[str]:
    """``N, D = x.shape``."""
    for part in parts_of(node):
        if not isinstance(part, ast.Assign) or ast.unparse(part.value) not in (
            f"{name}.shape",
            f"np.shape({name})",
        ):
            continue
        target = part.targets[0]
        if isinstance(target, ast.Tuple) and all(isinstance(e, ast.Name) for e in target.elts):
            names = [ast.unparse(element) for element in target.elts]
            yield " ".join(one if one.strip("_") else f"{name}_{k}" for k, one in enumerate(names))


def _annotated(name: str, node: ast.FunctionDef) -> Iterator[str]:
    for one in node.args.args:
        if one.arg == name and one.annotation is not None:
            for part in ast.walk(one.annotation):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield _words(part.value.split())


def _documented(name: str, node: ast.FunctionDef) -> Iterator[str]:
    """``x: the input, of shape (N, D)``."""
    text = ast.get_docstring(node) or ""
    for match in re.finditer(rf"(?m)(?:^\W*|[,;)] ){re.escape(name)}\b[^\n]*?\(([^()\n]*)\)", text):
        parts = [part.strip() for part in match[1].split(",")]
        yield _words([part for part in parts if part])


def _words(words: list[str]) -> str:
    """The shape of these words, if they are such."""
    return " ".join(words) if words and all(map(_WORD.fullmatch, words)) else ""
