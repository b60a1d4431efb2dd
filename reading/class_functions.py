"""Classes as functions: a method as a function of its arguments and of the object's weights.

Such a function builds the object for given weights, calls the method, and returns what it gives
with the object, in which the method that goes back finds what it needs: the object is the cache.
It is code of a few lines among the file's own names, which a person can read and run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import indent

from .class_weights import held, pairs, shape_made
from .pair_texts import PairedFunctions, TextPlace
from .recognition import returned_names
from .trees import parts_of

FORWARD = ("forward", "step", "__call__", "call", "feedforward", "feed_forward")
BACKWARD = ("backward", "backprop", "bptt", "step_backward")
_SIZE = re.compile(r"[A-Za-z_]\w*(\+[A-Za-z_]\w*)*")

PARAMETERS = "parameters"
"""What the argument is called that has all weights by their names."""

STARTS = ("h", "h_prev", "prev_h", "h0", "a", "a_prev", "hidden", "state")
"""What a class that goes over a sequence calls the state that it starts from."""


@dataclass(frozen=True)
class MethodFunction:
    """A method as a function: ``name`` is ``Class.method``, and ``text`` defines ``function``."""

    name: str
    function: str
    text: str
    place: TextPlace
    weights: tuple[str, ...] = ()
    """What the class calls its weights."""
    keys: tuple[str, ...] = ()
    """The same, where the function takes a dict of them."""
    needs: tuple[str, ...] = ()
    """What the text reads of the file: the class, or the function."""
    kind: str = ""
    """What tells by its name which cell it is: the class, or the function."""


def methods_as_functions(functions: PairedFunctions) -> Iterator[MethodFunction]:
    """Those methods of a file's classes that can be presented so, forward ones first."""
    for one in classes_of(functions):
        yield from one.functions()


def classes_of(functions: PairedFunctions) -> Iterator[BuiltClass]:
    """Those classes of a file of which it is seen how their objects are built."""
    for owner in functions.owners:
        one = _presented(owner, functions.methods_of(owner))
        if one is not None:
            yield one


class BuiltClass:
    """What a class's text tells of how its objects are built and used; ``methods`` are its own and
    those that it inherits. Its weights are in ``weights``; ``turned`` is what turns an array of the
    contract's into its own, and back.
    """

    turned = ""

    def __init__(self, owner: str, methods: Mapping[str, TextPlace], weights: list[str]) -> None:
        self.owner, self.methods, self.weights = owner, methods, weights
        self.forward = next(name for name in FORWARD if name in methods)
        self.backward = next((name for name in BACKWARD if name in methods), "")

    def functions(self) -> Iterator[MethodFunction]:
        """The forward method, and the backward method if there is one."""
        yield self._function(self.forward, *self.going_forward())
        going_back = self.going_back() if self.backward else None
        if going_back is not None:
            yield self._function(self.backward, *going_back)

    @property
    def taken(self) -> list[str]:
        """The last arguments of a function that builds an object: what has its weights."""
        raise NotImplementedError

    def built(self) -> list[str]:
        """The lines that build an object, ``net``, with these weights."""
        raise NotImplementedError

    def going_forward(self) -> tuple[list[str], list[str]]:
        """The arguments, and the lines, of the function for the forward method."""
        raise NotImplementedError

    def going_back(self) -> tuple[list[str], list[str]] | None:
        """The same for the backward method; None where it is not seen where its gradients are."""
        raise NotImplementedError

    def node(self, method: str) -> ast.FunctionDef:
        """The definition of a method."""
        return self.methods[method].definition.node

    def _function(self, method: str, given: list[str], body: list[str]) -> MethodFunction:
        name = f"{self.owner}.{method}"
        function = name.replace(".", "_")
        lines = [f"def {function}({', '.join(given)}):", *(indent(line, "    ") for line in body)]
        if any("copy." in line for line in body):
            lines[:0] = ["import copy", ""]
        keys = tuple(self.weights) if given[-1] == PARAMETERS else ()
        text, weights = "\n".join(lines), tuple(self.weights)
        place, owner = self.methods[method], self.owner
        return MethodFunction(name, function, text, place, weights, keys, (owner,), owner)

    def gradients(self) -> list[str] | None:
        """Where the gradient by each weight is, once the backward method has run."""
        expressions = (e for e in parts_of(self.node(self.backward)) if isinstance(e, ast.expr))
        texts = {ast.unparse(one) for one in expressions}
        if any(re.fullmatch(r"self\.grads\[\w+\]", text) for text in texts):
            return [f"net.grads[{place}]" for place in range(len(self.weights))]
        found = []
        for name in self.weights:
            forms = (f"self.d{name}", f"self.grads['{name}']", f"self.grads['d{name}']")
            where = next((one for one in forms if one in texts), None)
            if where is None:
                return None
            found.append(where.replace("self", "net", 1))
        return found


class _OfArrays(BuiltClass):
    """A class whose constructor is given its weights: a function that takes them as arguments."""

    @property
    def taken(self) -> list[str]:
        return self.weights

    def built(self) -> list[str]:
        first = self.node("__init__").args.args
        stateful = [f"{one.arg}=True" for one in first if one.arg == "stateful"]
        return [f"net = {self.owner}({', '.join([*self.weights, *stateful])})"]

    def going_forward(self) -> tuple[list[str], list[str]]:
        given = arguments(self.node(self.forward))
        start = [f"{one}0" for one in self._start(given)]
        body = self.built()
        body += [f"net.{one.removesuffix('0')} = {one}" for one in start]
        body.append(f"returned = net.{self.forward}({', '.join(given)})")
        body.append("return (*returned, net) if isinstance(returned, tuple) else (returned, net)")
        return [*given, *start, *self.taken], body

    def going_back(self) -> tuple[list[str], list[str]] | None:
        node, gradients = self.node(self.backward), self.gradients()
        if gradients is None:
            return None
        given, text = arguments(node), ast.unparse(node)
        start = [f"net.d{one}" for one in self._start(given) if re.search(rf"self\.d{one}\b", text)]
        first = "*(returned if isinstance(returned, tuple) else (returned,))"
        body = ["net = copy.deepcopy(net)", f"returned = net.{self.backward}({', '.join(given)})"]
        body.append(f"return {', '.join([first, *start, *gradients])}")
        return [*given, "net"], body

    def _start(self, given: list[str]) -> list[str]:
        """What an object calls the state that a sequence starts from, if it keeps one."""
        kept = [name for _, name, _ in held(self.node("__init__"))]
        return [name for name in STARTS if name in kept][:1] if len(given) == 1 else []


class _OfSizes(BuiltClass):
    """A class whose constructor makes its weights, of given sizes: a function that takes a dict of
    them. What has an example a row there stands here in columns.
    """

    def __init__(
        self,
        owner: str,
        methods: Mapping[str, TextPlace],
        shapes: Mapping[str, str],
        sizes: list[str],
    ) -> None:
        super().__init__(owner, methods, list(shapes))
        self.sizes = sizes
        self.turned = ".T" if is_in_rows(self.node(self.forward), shapes) else ""

    @property
    def taken(self) -> list[str]:
        return [PARAMETERS]

    def built(self) -> list[str]:
        body = [f'{name} = {PARAMETERS}["{name}"]{self.turned}' for name in self.weights]
        body.append(f"net = {self.owner}({', '.join(self.sizes)})")
        return [*body, *(f"net.{name} = {name}" for name in self.weights)]

    def going_forward(self) -> tuple[list[str], list[str]]:
        given = arguments(self.node(self.forward))
        body = self.built()
        turned = [f"{name}{self.turned}" for name in given]
        body.append(f"returned = net.{self.forward}({', '.join(turned)})")
        body.append("returned = returned if isinstance(returned, tuple) else (returned,)")
        each = "*(one.T for one in returned)" if self.turned else "*returned"
        body.append(f"return {each}, net")
        return [*given, *self.taken], body

    def going_back(self) -> tuple[list[str], list[str]] | None:
        node, gradients = self.node(self.backward), self.gradients()
        names, given = returned_names(node), arguments(node)
        if gradients is None or not names:
            return None
        if not all(names):  # what has no name is the gradient by what stands in its place
            names = tuple(f"d{name}" for name in arguments(self.node(self.forward)))
        turned = [f"{name}{self.turned}" for name in given]
        body = ["net = copy.deepcopy(net)"]
        body.append(f"{', '.join(names)} = net.{self.backward}({', '.join(turned)})")
        found = {f"d{name}": one for name, one in zip(self.weights, gradients, strict=True)}
        entries = {**{name: name for name in names}, **found}
        written = (f'"{key}": {value}{self.turned}' for key, value in entries.items())
        body.append(f"return {{{', '.join(written)}}}")
        return [*given, "net"], body


def arguments(node: ast.FunctionDef) -> list[str]:
    """A method's arguments without the object, those that have no default."""
    given = [one.arg for one in node.args.args][1:]
    return given[: len(given) - len(node.args.defaults)] if node.args.defaults else given


def _presented(owner: str, methods: Mapping[str, TextPlace]) -> BuiltClass | None:
    """The class, if it is seen how its objects are built with given weights."""
    if "__init__" not in methods or not any(name in methods for name in FORWARD):
        return None
    first = methods["__init__"].definition.node
    taken, kept = arguments(first), [*held(first)]
    others = "\n".join(
        ast.unparse(p.definition.node) for n, p in methods.items() if n != "__init__"
    )
    made = {
        name: shape for holder, name, value in kept if not holder and (shape := shape_made(value))
    }
    shapes = {
        name: shape
        for name, shape in made.items()
        if not re.search(rf"self\.{name} = ", others)
        and not any(one != name and name.endswith(one) and made[one] == shape for one in made)
    }  # and not what is kept for each of them, as its gradient
    if shapes:
        sizes = solved(taken, {name: resolved(one, first) for name, one in shapes.items()})
        return None if sizes is None else _OfSizes(owner, methods, shapes, sizes)
    passed = {name for _, name, value in kept if isinstance(value, ast.Name) and value.id in taken}
    return _OfArrays(owner, methods, taken) if passed and {*taken} <= passed else None


def resolved(shape: str, first: ast.FunctionDef) -> str:
    """A shape in the names that the constructor takes, where it gives them others."""
    called: dict[str, str] = {}
    for part in parts_of(first):
        if isinstance(part, ast.Assign):
            for target, value in (pair for one in part.targets for pair in pairs(one, part.value)):
                name, other = (re.sub(r"self\.| ", "", ast.unparse(one)) for one in (target, value))
                if name != other and name.isidentifier() and _SIZE.fullmatch(other):
                    called[name] = _renamed(other, called)
    return _renamed(shape, called)


def _renamed(text: str, called: Mapping[str, str]) -> str:
    return re.sub(r"[A-Za-z_]\w*", lambda word: called.get(word[0], word[0]), text)


def is_in_rows(forward: ast.FunctionDef, weights: Iterable[str]) -> bool:
    """Whether a method multiplies its weights from the left, with an example a row."""
    products = []
    for part in parts_of(forward):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult):
            products.append((part.left, part.right))
        elif isinstance(part, ast.Call) and len(part.args) == 2:
            products.append((part.args[0], part.args[1]))
    own = {f"self.{name}" for name in weights}
    left, right = (sum(ast.unparse(pair[i]) in own for pair in products) for i in (0, 1))
    return right > left


def solved(sizes: list[str], shapes: Mapping[str, str]) -> list[str] | None:
    """Each size as an expression of the weights' shapes; None where one is not told by them."""
    axes = [
        (axis, f"{name}.shape[{place}]")
        for name, shape in shapes.items()
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
