"""Classes that are a whole model: weights in the object, a method that goes forward over a sequence
and one that goes back.

A few lines build the object with given weights, go forward, compute the loss whose gradients those
that come are meant to be, and go back. What is not surely read so is not failed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..pairs.building import RATES
from ..pairs.cases import Array
from ..subject.conventions.convention import plain_name
from .class_functions import arguments, is_in_rows, resolved, solved
from .class_weights import held, shape_made
from .pair_texts import PairedFunctions, TextPlace
from .presented_pairs import PresentedPair
from .training import STATE, STEPS, small
from .trees import names_in, parts_of

_PASS = r"(_?(propagat(e|ion)|prop|pass))?(_through_time)?"
_FORWARD = re.compile(rf"(feed_?)?forward{_PASS}|fprop")
_BACKWARD = re.compile(rf"back(ward)?{_PASS}|bptt")
_INPUTS = ("x", "xs", "inputs", "input", "xseq", "sequence", "sentence")
_TARGETS = ("y", "ys", "targets", "target", "labels", "label", "ytrue")
_UPSTREAM = re.compile(r"d_?(y|out|output|l_?d_?y)|grad(_?(y|output))?")
_GRADIENT = re.compile(r"(?:dL_?d_?|d_?|grad_?)(\w+)")
_LENGTH = re.compile(r".*(seq|len|step|time).*")

_UNSURE = re.compile(r"reg\b|regular|lambda|decay|\bl2|norm|dropout|mask")
"""What is in a method whose gradients may be of more than is seen, or be scaled."""

_CLIP = re.compile(r"clip\([^()]*?(\d+(\.\d+)?)")

FAR, TINY = 100, 0.1
"""A number of steps after which nothing is cut off, and by what numbers are multiplied, so that
nothing is clipped.
"""

FEWEST = 3
"""A class with fewer gradients by its weights is none of these."""


@dataclass(frozen=True)
class _Model:
    """What the text of a class tells; ``made`` are its arrays, with their shapes in the names that
    the constructor ``first`` takes.
    """

    owner: str
    first: ast.FunctionDef
    made: Mapping[str, str]
    forward: ast.FunctionDef
    backward: ast.FunctionDef
    place: TextPlace

    @cached_property
    def results(self) -> list[str]:
        """What the forward method returns, by the names that it has there."""
        return _returned(self.forward)

    @cached_property
    def gradients(self) -> dict[str, str]:
        """Where the gradient by each weight is, once the backward method has run."""
        returned, text = _returned(self.backward), ast.unparse(self.backward)
        found = {}
        for place, name in enumerate(returned):
            meant = _GRADIENT.fullmatch(name)
            if meant and meant[1] in self.made:
                found[meant[1]] = f"given[{place}]" if returned[1:] else "given"
        for name in self.made.keys() - found.keys():
            if re.search(rf"self\.d_?{name} \+?= ", text):
                found[name] = f"net.{'d_' if f'self.d_{name} ' in text else 'd'}{name}"
            elif re.search(rf"self\.{name} (-=|\+= -|= self\.{name} -) ", text) and self.rate:
                found[name] = f"{name} - net.{name}"
        return {name: found[name] for name in self.made if name in found}

    @property
    def is_both(self) -> bool:
        """Whether one method goes forward and back."""
        return self.forward is self.backward

    @cached_property
    def rate(self) -> str:
        """The learning rate: an argument of the backward method, or an attribute."""
        given = {one.arg for one in self.backward.args.args}
        text = ast.unparse(self.backward)
        own = [name for name in RATES if name in given or re.search(rf"self\.{name}\b", text)]
        return "" if not own or "sqrt" in text else own[0]

    @cached_property
    def is_bound(self) -> bool:
        """Whether it is known what each argument of the backward method is."""
        given = [one for one in arguments(self.backward) if one not in RATES]
        return {*given} <= self.bound.keys()

    @cached_property
    def bound(self) -> dict[str, str]:
        """What each name of the backward method stands for that it has of the forward one: an
        argument, or what it gets by going forward itself. Empty where one is not known.
        """
        given = [one for one in arguments(self.backward) if one not in RATES]
        places = {name: place for place, name in enumerate(self.results) if name}
        meant = {one: "" if one in places else _meaning(one) for one in given}
        left = [one for one in given if not meant[one] and one not in places]
        free = [place for place, name in enumerate(self.results) if name not in given]
        if left and len(left) != len(free):
            return {}
        places |= dict(zip(left, free, strict=True)) if left else {}
        for part in parts_of(self.backward):
            if isinstance(part, ast.Assign) and self.forward.name in ast.unparse(part.value):
                target = part.targets[0]
                names = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
                places |= {ast.unparse(one): place for place, one in enumerate(names)}
        several = bool(self.results[1:])
        entries = {n: f"went[{place}]" if several else "went" for n, place in places.items()}
        return {**entries, **{one: what for one, what in meant.items() if what}}

    def loss(self) -> str:
        """An expression for what the gradients are of; empty where it is not known."""
        if self.is_both:
            return "went[0]"
        upstream = next((n for n, what in self.bound.items() if what == "upstream"), "")
        if upstream:
            first = "went[0]" if self.results[1:] else "went"
            return f"float((upstream * {first}).sum())"
        target = next((n for n, what in self.bound.items() if what == "Y"), "")
        if self.difference:
            square = f"((numpy.asarray({self.difference}[t]) - Y[t]) ** 2).sum()"
            return f"sum(float({square}) / 2 for t in range(len(Y)))"
        for part in parts_of(self.backward) if target else ():
            match part:
                case ast.AugAssign(target=ast.Subscript(value=value, slice=place), op=ast.Sub()):
                    if target not in names_in(place):
                        continue
                    source = self._source(ast.unparse(value).partition("[")[0])
                    step = f"numpy.ravel({source}[t])[Y[t]]"
                    return f"-sum(numpy.log({step}) for t in range(len(Y)))" if source else ""
        return ""

    @cached_property
    def difference(self) -> str:
        """What the numbers that should come are taken from, each step by itself."""
        target = next((n for n, what in self.bound.items() if what == "Y"), "")
        for part in parts_of(self.backward) if target else ():
            text = ast.unparse(part.value) if isinstance(part, ast.Assign) else ""
            one = re.fullmatch(rf"([\w.]+)\[\w+\] - {target}\[\w+\]", text)
            if one is not None:
                return self._source(one[1])
        return ""

    def _source(self, name: str) -> str:
        """Where predictions are before the backward method gives them a name."""
        if name.startswith("self."):
            return name.replace("self", "net", 1)
        if name in self.bound:
            return self.bound[name]
        for part in parts_of(self.backward):
            if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]).startswith(name):
                for own in re.findall(r"self\.\w+|\w+", ast.unparse(part.value)):
                    if own in self.bound:
                        return self.bound[own]
                    if own.startswith("self."):
                        return str(own.replace("self", "net", 1))
        return ""


def whole_models(functions: PairedFunctions) -> Iterator[PresentedPair]:
    """The classes of a file that are a whole model of which it is seen what they compute."""
    for owner in functions.owners:
        methods = functions.methods_of(owner)
        forward = [one for name, one in methods.items() if _FORWARD.fullmatch(name)]
        backward = [one for name, one in methods.items() if _BACKWARD.fullmatch(name)]
        if "__init__" not in methods:
            continue
        first = methods["__init__"].definition.node
        made = {
            name: resolved(shape, first)
            for holder, name, value in held(first)
            if not holder and (shape := shape_made(value))
        }
        both = [one for one in methods.values() if _is_both(one.definition.node, made)]
        if len(both) == 1:
            forward = backward = both
        if len(forward) == len(backward) == 1:
            nodes = forward[0].definition.node, backward[0].definition.node
            one = _presented(_Model(owner, first, made, *nodes, backward[0]))
            if one is not None:
                yield one


def _is_both(node: ast.FunctionDef, made: Mapping[str, str]) -> bool:
    """Whether a method returns a loss, and then gradients."""
    first, *others = [_GRADIENT.fullmatch(name) for name in _returned(node)] or [None]
    return first is None and sum(bool(one and one[1] in made) for one in others) >= FEWEST


def _presented(model: _Model) -> PresentedPair | None:
    weights = {name: model.made[name] for name in model.gradients}
    shapes = _shapes(model, weights)
    taken = [_meaning(one) for one in arguments(model.forward)]
    if len(weights) < FEWEST or not shapes or not model.is_bound or taken[:1] != ["X"]:
        return None
    built, loss = _built(model, weights), model.loss()
    if not model.is_both and _is_unsure(model.backward, loss):
        return None
    if not built or not loss or "" in taken or ("Y" in taken) is not model.is_both:
        return None
    called = [model.bound[one] for one in arguments(model.backward) if one not in RATES]
    if model.rate in {one.arg for one in model.backward.args.args}:
        called.append(f"{model.rate}=1.0")
    name = f"{model.owner}.{model.backward.name}"
    used = [one for one in ("X", "Y", "h0", "upstream") if one in {*taken, *model.bound.values()}]
    lists = [one for one in used if "int" in shapes[one]]
    body = [f"{one} = {one}.tolist()" for one in lists]
    body.append(f"net = {model.owner}({', '.join(built)})")
    body += [f"net.{one} = {one}.copy()" for one in weights]
    if model.rate and f"{model.rate}=1.0" not in called:
        body.append(f"net.{model.rate} = 1.0")
    body.append(f"went = net.{model.forward.name}({', '.join(taken)})")
    body.append(f"loss = {loss}")
    back = f"net.{model.backward.name}({', '.join(called)})"
    body.append(f"given = {'went' if model.is_both else back}")
    body.append(f"return loss, {', '.join(model.gradients.values())}")
    function = f"{name.replace('.', '_')}_of_weights"
    head = f"import numpy\n\ndef {function}({', '.join([*used, *weights])}):"
    text = "\n".join([head, *(f"    {line}" for line in body)])
    own = {one: shapes[one] for one in used} | weights
    draw = small if model.is_both else tiny
    drawn = {one: draw for one, shape in own.items() if "int" not in shape}
    covers = (name, f"{model.owner}.{model.forward.name}")
    return PresentedPair(
        name, function, text, model.place, own, (model.owner,), {"T": STEPS}, drawn, covers=covers
    )


def tiny(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers with which gradients are smaller than whatever they are cut at."""
    drawn: Array = TINY * random.standard_normal(shape)
    return drawn


def _is_unsure(node: ast.FunctionDef, loss: str) -> bool:
    """Whether gradients may be scaled, of something more, or cut where they are of a sum over the
    steps of numbers up to 1.
    """
    text = ast.unparse(node)
    if _UNSURE.search(text.lower()):
        return True
    most = _CLIP.search(text)
    return "clip" in text and "log" in loss and not (most and float(most[1]) > STEPS)


def _shapes(model: _Model, weights: Mapping[str, str]) -> dict[str, str]:
    """The shapes of what else is taken; none where the weights do not tell them."""
    two = [shape.split() for shape in weights.values() if len(shape.split()) == 2]
    units = next((a for a, b in two if a == b), "")
    in_rows = is_in_rows(model.forward, weights)
    first, last = (1, 0) if in_rows else (0, 1)
    inputs = [one[last] for one in two if one[first] == units != one[last]]
    outputs = [one[first] for one in two if one[last] == units != one[first] and one[first] != "1"]
    if not units or not inputs or not outputs:
        return {}
    text = ast.unparse(model.forward)
    x = arguments(model.forward)[0]
    is_column = any(shape.endswith(" 1") for shape in weights.values()) or ", 1))" in text
    column = " 1" if is_column else ""
    numbers = f"T {outputs[-1]}{column} const"
    return {
        "X": f"T int<{inputs[0]}"
        if _is_index(model.forward, x)
        else f"T {inputs[0]}{column} const",
        "Y": numbers if model.difference else f"T int<{outputs[-1]}",
        "h0": f"{units}{column} const",
        "upstream": f"{outputs[-1]}{column} const",
    }


def _is_index(node: ast.FunctionDef, name: str) -> bool:
    """Whether what a method takes are numbers of entries: each of them stands in brackets."""
    elements = {name}
    for part in parts_of(node):
        if isinstance(part, ast.For) and name in names_in(part.iter):
            last = part.target.elts[-1] if isinstance(part.target, ast.Tuple) else part.target
            elements |= names_in(last) if "range" not in ast.unparse(part.iter) else set()
    return any(
        isinstance(part, ast.Subscript) and names_in(part.slice) & elements
        for part in parts_of(node)
    )


def _built(model: _Model, weights: Mapping[str, str]) -> list[str]:
    """The arguments of the constructor; none where one is not known."""
    words = sorted({w for s in weights.values() for w in re.findall(r"[A-Za-z_]\w*", s)})
    values = solved(words, weights)
    known = dict(zip(words, values, strict=True)) if values else {}
    args = model.first.args.args[1:]
    needed = len(args) - len(model.first.args.defaults)
    found = []
    for place, one in enumerate(args):
        if one.arg in known:
            found.append(f"{one.arg}={known[one.arg]}")
        elif "trunc" in one.arg:
            found.append(f"{one.arg}={FAR}")
        elif place < needed and one.arg in RATES:
            found.append(f"{one.arg}=1.0")
        elif place < needed and _LENGTH.fullmatch(one.arg):
            found.append(f"{one.arg}={STEPS}")
        elif place < needed:
            return []
    return found


def _meaning(name: str) -> str:
    """What an argument is, as its name tells."""
    if plain_name(name) in _INPUTS:
        return "X"
    if plain_name(name) in _TARGETS:
        return "Y"
    if STATE.fullmatch(name):
        return "h0"
    return "upstream" if _UPSTREAM.fullmatch(name.lower()) else ""


def _returned(node: ast.FunctionDef) -> list[str]:
    """The names that a method returns; what has none is an empty text."""
    for part in parts_of(node):
        if isinstance(part, ast.Return) and part.value is not None:
            whole = part.value
            parts = whole.elts if isinstance(whole, ast.Tuple | ast.List) else [whole]
            return [one.id if isinstance(one, ast.Name) else "" for one in parts]
    return []
