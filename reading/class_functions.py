"""Classes as functions: a method as a function of its arguments and of the object's weights.

Such a function builds the object for given weights, calls the method, and returns what it gives
with the object, in which the method that goes back finds what it needs: the object is the cache.
It is code of a few lines among the file's own names, which a person can read and run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import indent

from .class_weights import held, shape_made
from .pair_texts import PairedFunctions, TextPlace
from .statements import Statement
from .trees import parts_of

FORWARD = ("forward", "step", "__call__", "call", "feedforward", "feed_forward")
BACKWARD = ("backward", "backprop", "bptt", "step_backward")
STARTS = ("h", "h_prev", "prev_h", "h0", "a", "a_prev", "hidden", "state")
"""What a class that goes over a sequence calls the state that it starts from."""

_GRADIENT = re.compile(r"(?:self\.)?(?:d|grad_?)(\w+)")


@dataclass(frozen=True)
class MethodFunction:
    """A method as a function: ``name`` is ``Class.method``, and ``text`` defines ``function``."""

    name: str
    function: str
    text: str
    place: TextPlace

    @property
    def owner(self) -> str:
        """The class."""
        return self.name.partition(".")[0]


def methods_as_functions(statements: Iterable[Statement], path: str) -> Iterator[MethodFunction]:
    """Those methods of a file's classes that can be presented so, forward ones first."""
    statements = [*statements]
    functions = PairedFunctions(statements, path)
    owners = dict.fromkeys(name.partition(".")[0] for name in functions.found if "." in name)
    for owner in owners:
        of_owner = _Class.read(owner, functions)
        if of_owner is not None:
            yield from of_owner.functions()


@dataclass(frozen=True)
class _Class:
    """What a class's text tells of how its objects are built and used."""

    owner: str
    methods: dict[str, TextPlace]
    weights: tuple[str, ...]
    building: tuple[str, ...]

    @classmethod
    def read(cls, owner: str, functions: PairedFunctions) -> _Class | None:
        """None where it has no constructor, no forward method, or where its weights are not seen."""
        methods = {
            name.rpartition(".")[2]: place
            for name, place in functions.found.items()
            if name.startswith(f"{owner}.")
        }
        if "__init__" not in methods or not any(name in methods for name in FORWARD):
            return None
        built = _building(owner, methods)
        return None if built is None else cls(owner, methods, *built)

    def functions(self) -> Iterator[MethodFunction]:
        """The forward method, and the backward method if there is one."""
        forward = next(name for name in FORWARD if name in self.methods)
        yield self._function(forward, self._forward(forward))
        backward = next((name for name in BACKWARD if name in self.methods), None)
        going_back = backward and self._backward(backward)
        if backward and going_back:
            yield self._function(backward, going_back)

    def _function(self, method: str, lines: list[str]) -> MethodFunction:
        name = f"{self.owner}.{method}"
        return MethodFunction(name, _identifier(name), "\n".join(lines), self.methods[method])

    def _forward(self, method: str) -> list[str]:
        given = arguments(self.methods[method].definition.node)
        start = self._start() if len(given) == 1 else ""
        called = [f"{start}0"] if start else []
        body = [*self.building, *(f"net.{start} = {one}" for one in called)]
        body.append(f"returned = net.{method}({', '.join(given)})")
        body.append("return (*returned, net) if isinstance(returned, tuple) else (returned, net)")
        return self._defined(method, [*given, *called, *self.weights], body)

    def _start(self) -> str:
        """What an object calls the state that a sequence starts from, if it keeps one."""
        kept = [name for _, name, _ in held(self.methods["__init__"].definition.node)]
        return next((name for name in STARTS if name in kept), "")

    def _defined(self, method: str, given: list[str], body: list[str]) -> list[str]:
        name = _identifier(f"{self.owner}.{method}")
        head = "import copy\n\n" if "copy." in body[0] else ""
        return [f"{head}def {name}({', '.join(given)}):", *(indent(line, "    ") for line in body)]

    def _backward(self, method: str) -> list[str] | None:
        node = self.methods[method].definition.node
        given = arguments(node)
        gradients = self._gradients(node)
        if gradients is None:
            return None
        start = self._start() if len(given) == 1 else ""
        if start and re.search(rf"self\.d{start}\b", ast.unparse(node)):
            gradients.insert(0, f"net.d{start}")
        first = "*(returned if isinstance(returned, tuple) else (returned,))"
        body = ["net = copy.deepcopy(net)", f"returned = net.{method}({', '.join(given)})"]
        body.append(f"return {', '.join([first, *gradients])}")
        return self._defined(method, [*given, "net"], body)

    def _gradients(self, node: ast.FunctionDef) -> list[str] | None:
        """Where the gradients by the weights are, once the method has run; none of them where it
        returns them.
        """
        texts = {ast.unparse(one) for one in parts_of(node) if isinstance(one, ast.expr)}
        if any(re.fullmatch(r"self\.grads\[(\d|\w)\]", text) for text in texts):
            return ["*net.grads"]
        found = []
        for name in self.weights:
            forms = (f"self.d{name}", f"self.grads['{name}']", f"self.grads['d{name}']")
            where = next((one for one in forms if one in texts), None)
            if where is None:
                return None
            found.append(where.replace("self", "net", 1))
        return found


def arguments(node: ast.FunctionDef) -> list[str]:
    """A method's arguments without the object, those that have no default."""
    given = [one.arg for one in node.args.args][1:]
    return given[: len(given) - len(node.args.defaults)] if node.args.defaults else given


def _identifier(name: str) -> str:
    return name.replace(".", "_")


def _building(
    owner: str, methods: dict[str, TextPlace]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The weights, and the lines that build an object ``net`` with them."""
    first = methods["__init__"].definition.node
    taken = arguments(first)
    others = [p.definition.node for name, p in methods.items() if name != "__init__"]
    read = "\n".join(map(ast.unparse, others))
    kept = [*held(first)]
    passed = [name for _, name, value in kept if isinstance(value, ast.Name) and value.id in taken]
    if passed and {*taken} <= {*passed}:
        given = [*taken, *(f"{one.arg}=True" for one in first.args.args if one.arg == "stateful")]
        return tuple(taken), (f"net = {owner}({', '.join(given)})",)
    shaped = {
        name: shape
        for holder, name, value in kept
        if not holder and (shape := shape_made(value)) and re.search(rf"self\.{name}\b", read)
    }
    sizes = solved(taken, shaped)
    if not shaped or sizes is None:
        return None
    lines = [f"net = {owner}({', '.join(sizes)})"]
    lines += [f"net.{name} = np.reshape({name}, np.shape(net.{name}))" for name in shaped]
    return tuple(shaped), tuple(lines)


def solved(sizes: list[str], shaped: dict[str, str]) -> list[str] | None:
    """Each size as an expression of the weights' shapes; None where one is not told by them."""
    axes = [
        (axis, f"{name}.shape[{place}]")
        for name, shape in shaped.items()
        for place, axis in enumerate(shape.split())
    ]
    known = {axis: text for axis, text in reversed(axes) if axis in sizes}
    for axis, text in axes:
        parts = axis.split("+")
        unknown = [part for part in parts if part not in known]
        if len(parts) == 2 and len(unknown) == 1 and unknown[0] in sizes:
            other = parts[1 - parts.index(unknown[0])]
            known[unknown[0]] = f"{text} - {known[other]}"
    return [known[size] for size in sizes] if {*sizes} <= known.keys() else None
