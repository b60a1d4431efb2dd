"""Training functions: a loss and its gradients by weights that are variables of the module.

Such a function is judged as one that takes its weights: a few lines give the module's variables
the values of a case, and call it. Whatever else the module does, a file of text that it reads or a
loop that never ends, is not executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from ..pairs.cases import Array
from .choosing import names_read
from .class_functions import solved
from .class_weights import pairs, shape_made
from .pair_texts import PairedFunctions, TextPlace
from .presented_pairs import PresentedPair
from .recognition import returned_names
from .statements import Statement
from .trees import parts_of

FEWEST = 3
"""A function with fewer gradients by variables of the module is none of these."""

STEPS = 3
"""How long the sequences are: with few steps and small weights nothing is clipped."""

SCALE = 0.4
"""By what ordinary numbers are multiplied, for the same reason."""

STATE = re.compile(r"[hcas]_?(prev|0|init|old)|prev_?[hcas]|(hidden|cell)(_?state)?|state")
"""What a state that a function starts from is called."""

_GRADIENT = re.compile(r"(?:d_?|grad_?)(\w+)|(\w+)_grad")


def small(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers with which a loss of few steps has small gradients."""
    drawn: Array = SCALE * random.standard_normal(shape)
    return drawn


def training_functions(
    functions: PairedFunctions, statements: Iterable[Statement]
) -> Iterator[PresentedPair]:
    """The training functions of a file of which all arguments are understood."""
    made = dict(_made(statements))
    for name, place in functions.own.items():
        if "." not in name:
            found = _read(name, place, made)
            if found is not None:
                yield found


def _made(statements: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """The arrays that the module makes, with their shapes, wherever it does."""
    for statement in statements:
        if isinstance(statement.node, ast.FunctionDef | ast.ClassDef):
            continue
        for part in parts_of(statement.node):
            if isinstance(part, ast.Assign):
                for target, value in (p for one in part.targets for p in pairs(one, part.value)):
                    if isinstance(target, ast.Name) and (shape := shape_made(value)):
                        yield target.id, shape


def _read(name: str, place: TextPlace, made: Mapping[str, str]) -> PresentedPair | None:
    node = place.definition.node
    names = returned_names(node)
    if not names or sum(isinstance(one, ast.Return) for one in parts_of(node)) != 1:
        return None
    read, given = names_read(node), [one.arg for one in node.args.args]
    weights = [_weight(one, made.keys() & read - {*given}) for one in names]
    found = [one for one in weights if one]
    shapes = _shapes(node, given, {one: made[one] for one in found}, made)
    if len(found) < FEWEST or weights[0] or shapes is None:
        return None
    words = {word for one in found for word in re.findall(r"[A-Za-z_]\w*", made[one])}
    sizes = sorted(words)
    values = solved(sizes, {one: made[one] for one in found})
    if values is None:
        return None
    function = f"{name}_of_weights"
    called = [own if weight else "_" for own, weight in zip(names[1:], weights[1:], strict=True)]
    updated = [f"{one}={one}" for one in found]
    updated += [f"{size}={value}" for size, value in zip(sizes, values, strict=True)]
    gradients = [own for own, weight in zip(names, weights, strict=True) if weight]
    text = "\n".join(
        [
            f"def {function}({', '.join([*given, *found])}):",
            f"    globals().update({', '.join(updated)})",
            f"    loss, {', '.join(called)} = {name}({', '.join(given)})",
            f"    return loss, {', '.join(gradients)}",
        ]
    )
    drawn = {name: small for name, shape in shapes.items() if "int" not in shape}
    return PresentedPair(name, function, text, place, shapes, (name,), {"T": STEPS}, drawn)


def _weight(name: str, known: Iterable[str]) -> str:
    """The variable that a name says to be the gradient by."""
    match = _GRADIENT.fullmatch(name)
    meant = (match[1] or match[2]) if match else ""
    return meant if meant in known else ""


def _shapes(
    node: ast.FunctionDef, given: list[str], weights: Mapping[str, str], made: Mapping[str, str]
) -> dict[str, str] | None:
    """The shapes of arguments and weights: a state is what the module starts with under its name,
    or a column of units by its own, and the others are numbers of what is read and what should
    come, one a step.
    """
    words = {word for shape in weights.values() for word in shape.split() if word.isidentifier()}
    inner = [shape_made(one) for one in parts_of(node) if isinstance(one, ast.Call)]
    kinds = next((s.split()[0] for s in inner if s and s.split()[0] in words), None)
    units = [a for a, b in (s.split() for s in weights.values() if len(s.split()) == 2) if a == b]
    states = {one: made[one] for one in given if one in made}
    if units:
        column = f"{units[0]} 1"
        states |= {one: column for one in given if one not in made and STATE.fullmatch(one)}
    numbers = [one for one in given if one not in states]
    if kinds is None or len(numbers) != 2:
        return None
    own = {one: f"T int<{kinds}" if one in numbers else f"{states[one]} const" for one in given}
    return {**own, **weights}
