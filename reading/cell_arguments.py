"""Functions that are given a cell, and take it over a sequence: `rnn(cell, X, h_0)`.

Such a function is judged as the sequence of the cell that it is given: of a class of the file, of a
function of it, or, where the file has neither, of a correct cell of the usual form.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import indent

from ..subject.conventions.cell_objects import CELL_OBJECTS, CellObject
from ..subject.conventions.convention import plain_name
from .class_functions import PARAMETERS, BuiltClass, MethodFunction, arguments, classes_of
from .pair_texts import PairedFunctions, TextPlace
from .recognition import returned_names
from .trees import names_in, parts_of

_STEP = re.compile(r"cell|step|unit")
_BACKWARD = re.compile(r"back|bwd|bptt")
_INPUT = ("x", "xs", "xseq", "input", "inputs", "sequence", "seq", "data")


@dataclass(frozen=True)
class _Use:
    """How a function calls the cell that is one of its arguments: which of its ``methods``, or the
    cell itself, with how many values and how many results; ``read`` are the attributes that it
    looks at. ``first`` says whether the input comes first in such a call.
    """

    argument: str
    method: str
    takes: int
    gives: int
    read: frozenset[str]
    first: bool


def functions_of_cells(functions: PairedFunctions) -> Iterator[MethodFunction]:
    """The functions of a file that are given a cell of which it is known how it is made."""
    found = {
        name: (place, use)
        for name, place in functions.own.items()
        if "." not in name and (use := _use(place.definition.node))
    }
    classes = [*classes_of(functions)] if found else []
    for name, (place, use) in found.items():
        one = _of_function(name, place, use, functions) or _of_object(name, place, use, classes)
        if one is not None:
            yield one


def _use(node: ast.FunctionDef) -> _Use | None:
    """The cell among the arguments of a function, if it is called in a loop, and only so."""
    given = [one.arg for one in node.args.args]
    if node.args.vararg or node.args.kwarg or node.args.kwonlyargs or len(given) < 3:
        return None
    loops = [one for one in parts_of(node) if isinstance(one, ast.For | ast.While)]
    calls = [part for one in loops for part in parts_of(one) if isinstance(part, ast.Call)]
    for name in given:
        mine = [one for one in calls if name in (ast.unparse(one.func), _object(one.func))]
        if mine:
            return _read_use(node, name, mine)
    return None


def _read_use(node: ast.FunctionDef, name: str, calls: Sequence[ast.Call]) -> _Use | None:
    call = calls[0]
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    targets = [
        part.targets[0]
        for part in parts_of(node)
        if isinstance(part, ast.Assign) and part.value in calls
    ]
    gives = {len(one.elts) if isinstance(one, ast.Tuple) else 1 for one in targets}
    forms = {(ast.unparse(one.func), len(one.args)) for one in calls}
    others = [part for part in parts_of(node) if isinstance(part, ast.Name) and part.id == name]
    if len(gives) != 1 or len(forms) != 1 or any(one.keywords for one in calls):
        return None
    attributes = [
        part.attr
        for part in parts_of(node)
        if isinstance(part, ast.Attribute) and _object(part) == name
    ]
    bare = 0 if method else len({id(one) for one in calls})
    if len(others) != len(attributes) + bare:
        return None  # it goes elsewhere, too
    read = frozenset(attributes) - {method}
    return _Use(name, method, len(call.args), gives.pop(), read, _is_input_first(node, call))


def _object(node: ast.expr) -> str:
    """The name of what an attribute is of."""
    match node:
        case ast.Attribute(value=ast.Name(id=name)):
            return name
    return ""


def _is_input_first(node: ast.FunctionDef, call: ast.Call) -> bool:
    """Whether the first of the values is made of the inputs, as their names tell."""
    inputs = {one.arg for one in node.args.args if plain_name(one.arg) in _INPUT}
    for part in parts_of(node):
        if isinstance(part, ast.For) and names_in(part.iter) & inputs:
            inputs |= names_in(part.target)
        elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
            inputs |= names_in(part.targets[0]) if names_in(part.value) & inputs else set()
    return bool(call.args) and bool(names_in(call.args[0]) & inputs)


def _of_function(
    name: str, place: TextPlace, use: _Use, functions: PairedFunctions
) -> MethodFunction | None:
    """The function with the file's step in the place of the cell, which it calls."""
    if use.method or use.read:
        return None
    is_backward = bool(_BACKWARD.search(name))
    steps = [
        other
        for other, found in functions.own.items()
        if "." not in other
        and _STEP.search(other.lower())
        and bool(_BACKWARD.search(other.lower())) is is_backward
        and len(found.definition.node.args.args) == use.takes
    ]
    if len(steps) != 1:
        return None
    called = [one.arg for one in place.definition.node.args.args]
    given = [one for one in called if one != use.argument]
    handed = [steps[0] if one == use.argument else one for one in called]
    function = f"{name}_of_{steps[0]}"
    text = f"def {function}({', '.join(given)}):\n    return {name}({', '.join(handed)})"
    return MethodFunction(name, function, text, place, needs=(name, steps[0]), kind=name)


def _of_object(
    name: str, place: TextPlace, use: _Use, classes: Sequence[BuiltClass]
) -> MethodFunction | None:
    """The function with an object of a class of the file in the place of the cell; else with that
    of a correct one.
    """
    if not use.method:
        return None
    fitting = [
        one
        for one in classes
        if one.forward == use.method and len(arguments(one.node(one.forward))) == use.takes
    ]
    words = f"{name} {use.argument}".lower()
    named = [one for one in fitting if _kind(one.owner) in words]
    chosen = named if len(named) == 1 else fitting
    if len(chosen) == 1:
        one = chosen[0]
        return _presented(name, place, use, one, one.built(), one.taken)
    correct = [
        one
        for one in CELL_OBJECTS
        if one.kind in words
        and (len(one.states) + 1, one.gives) == (use.takes, use.gives)
        and use.read <= one.weights.keys()
    ]
    if fitting or not correct:
        return None
    built = [correct[0].text(use.method, use.first), f"net = CorrectCell({PARAMETERS})"]
    return _presented(name, place, use, correct[0], built, [PARAMETERS])


def _has_room(node: ast.FunctionDef) -> bool:
    """Whether a function makes an array of states with that which it starts from."""
    return any(
        isinstance(part, ast.Call)
        and part.args
        and isinstance(part.args[0], ast.Tuple)
        and re.search(r"\+ 1$|^1 \+", ast.unparse(part.args[0].elts[0]))
        for part in parts_of(node)
    )


def _kind(owner: str) -> str:
    return re.sub(r"cell|layer|numpy|_", "", owner.lower())


def _presented(
    name: str,
    place: TextPlace,
    use: _Use,
    of: BuiltClass | CellObject,
    built: list[str],
    taken: list[str],
) -> MethodFunction | None:
    node = place.definition.node
    called = [one.arg for one in node.args.args]
    given = [one for one in called if one != use.argument]
    turned = of.turned if isinstance(of, BuiltClass) else ".T"
    names = returned_names(node) or ("states",)
    if not all(names) or len({*names}) != len(names):
        names = tuple(f"result_{number}" for number, _ in enumerate(names, 1))
    inputs = [one for one in given if plain_name(one) in _INPUT] or given[:1]
    starts = [one for one in given if one not in inputs]
    handed = ["net" if one == use.argument else one for one in called]
    body = [*built]
    body += [f"{one} = {one}{turned}" for one in given if turned]
    body.append(f"{', '.join(names)} = {name}({', '.join(handed)})")
    for state, start in zip(names, starts, strict=False):
        is_longer = f"len({state}) > len({inputs[0]})"
        if not _has_room(node):
            is_longer += f" and numpy.array_equal({state}[0], {start})"
        body.append(f"{state} = numpy.asarray({state})")
        body.append(f"if {is_longer}:  # the first is the one that it starts from")
        body.append(f"    {state} = {state}[1:] + ({state}[0] - {start})")
    results = ", ".join(f"numpy.asarray({one}){turned}" for one in names)
    body.append(f"return {results}," if len(names) == 1 else f"return {results}")
    function = f"{name}_of_cell"
    lines = [f"def {function}({', '.join([*given, *taken])}):"]
    lines += (indent(line, "    ") for line in body)
    text = "\n".join(["import numpy", "", *lines])
    if isinstance(of, CellObject):
        keys = of.parameters
        return MethodFunction(name, function, text, place, keys, keys, (name,), of.kind)
    weights = tuple(of.weights)
    keys = weights if taken == [PARAMETERS] else ()
    return MethodFunction(name, function, text, place, weights, keys, (name, of.owner), of.owner)
