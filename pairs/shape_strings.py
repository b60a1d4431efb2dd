"""The language of shapes: what each input is, and the sizes of the dimensions that fit all of them.

A shape is words: an axis each, a dimension's name, a number, or derived from names as ``H/2`` and
``2*H`` are; then, where it is not any real numbers, what the entries are.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import numpy as np

Kind = Literal["float", "int", "bool"]

Domain = Literal["any", "positive", "unit", "definite"]
"""Which real numbers: any, those above 0, those between 0 and 1, or a positive definite matrix."""

Shapes: TypeAlias = "Mapping[str, str | Shapes]"
"""The shape of each input by its name; a dict of them for an input that is a dict."""

Sizes = Mapping[str, int]

DOMAINS: dict[str, Domain] = {">0": "positive", "0..1": "unit", "definite": "definite"}

WORDS = (
    'A shape is an axis a word: a name ("N D"), a number ("N 3"), or derived ("H/2", "2*H"); '
    'then "int<V", "bool", ">0", "0..1", "definite" or "const", where the entries are such.'
)


@dataclass(frozen=True)
class Input:
    """One array that a function takes: its dotted name, and what its shape says.

    ``below`` is what whole numbers are smaller than. ``fixed`` inputs have no gradient.
    """

    name: str
    axes: tuple[str, ...]
    kind: Kind = "float"
    below: str = ""
    domain: Domain = "any"
    fixed: bool = False

    @property
    def has_gradient(self) -> bool:
        """Whether a gradient is expected."""
        return self.kind == "float" and not self.fixed

    @property
    def key(self) -> str:
        """The last part of the name: the key in a dict."""
        return self.name.rpartition(".")[2]

    def shape(self, sizes: Sizes) -> tuple[int, ...]:
        """The size of each axis."""
        return tuple(whole(axis, sizes) for axis in self.axes)


def read_shapes(shapes: Shapes) -> dict[str, Input]:
    """The inputs by their dotted names.

    Raises `ValueError` where a shape cannot be read, in a sentence that says which and why.
    """
    if not isinstance(shapes, Mapping) or not shapes:
        raise ValueError(
            'The shapes should be a dict by the names of the inputs, as {"x": "N D", "w": "D M"}.'
        )
    inputs = {one.name: one for one in _inputs(shapes, "")}
    if not any(one.has_gradient for one in inputs.values()):
        raise ValueError("No input has a gradient: all are whole numbers, truth values or const.")
    return inputs


def symbols(inputs: Mapping[str, Input]) -> tuple[str, ...]:
    """The names of the dimensions, in the order in which they are first used."""
    found = [
        name
        for one in inputs.values()
        for word in (*one.axes, *([one.below] if one.below else []))
        for name in _names(word)
    ]
    return tuple(dict.fromkeys(found))


def fits(inputs: Mapping[str, Input], sizes: Sizes) -> bool:
    """Whether every derived axis is a whole number above 0."""
    words = {word for one in inputs.values() for word in (*one.axes, one.below) if word}
    values = [_value(_parsed(word), sizes) for word in words]
    return all(value.denominator == 1 and value >= 1 for value in values)


def whole(word: str, sizes: Sizes) -> int:
    """The size of an axis."""
    return math.floor(_value(_parsed(word), sizes))


def sizes_of(inputs: Mapping[str, Input], arrays: Mapping[str, np.ndarray[Any, Any]]) -> Sizes:
    """The sizes of the dimensions that arrays have, as far as an axis is named by one alone."""
    return {
        word: size
        for name, one in inputs.items()
        for word, size in zip(one.axes, arrays[name].shape, strict=True)
        if word.isidentifier()
    }


def _inputs(shapes: Shapes, within: str) -> Iterator[Input]:
    for name, shape in shapes.items():
        if not isinstance(name, str):
            raise ValueError(f"The name of an input should be a string, and {name!r} is none.")
        if isinstance(shape, Mapping):
            yield from _inputs(shape, f"{within}{name}.")
        else:
            yield _input(within + name, shape)


def _input(name: str, shape: object) -> Input:
    if isinstance(shape, list | tuple):
        shape = " ".join(map(str, shape))
    if not isinstance(shape, str):
        raise ValueError(f"The shape of {name} should be a string, and is {shape!r}. {WORDS}")
    axes: list[str] = []
    kind: Kind = "float"
    below, domain, fixed = "", DOMAINS.get("", "any"), False
    for word in shape.replace(",", " ").split():
        if word.startswith("int"):
            kind, below = "int", word.removeprefix("int").removeprefix("<")
            if not word.startswith("int<") or not _is_axis(below):
                raise ValueError(
                    f'The shape of {name}, "{shape}", should say below what its whole numbers are, '
                    f'as "N int<V" and "N int<10" do.'
                )
        elif word == "bool":
            kind = "bool"
        elif word == "const":
            fixed = True
        elif word in DOMAINS:
            domain = DOMAINS[word]
        elif _is_axis(word):
            axes.append(word)
        else:
            raise ValueError(
                f'The shape of {name}, "{shape}", has the word "{word}", which is no size. {WORDS}'
            )
    if domain == "definite" and (len(axes) < 2 or axes[-1] != axes[-2]):
        raise ValueError(f'The shape of {name}, "{shape}", is not that of a square matrix.')
    return Input(name, tuple(axes), kind, below, domain, fixed)


def _is_axis(word: str) -> bool:
    try:
        _value(_parsed(word), dict.fromkeys(_names(word), 1))
    except (SyntaxError, ValueError, ZeroDivisionError):
        return False
    return not word.isdigit() or int(word) > 0


def _parsed(word: str) -> ast.expr:
    return ast.parse(word, mode="eval").body


def _names(word: str) -> list[str]:
    return [node.id for node in ast.walk(_parsed(word)) if isinstance(node, ast.Name)]


def _value(node: ast.expr, sizes: Sizes) -> Fraction:
    match node:
        case ast.Constant(value=int() as number):
            return Fraction(number)
        case ast.Name(id=name):
            return Fraction(sizes[name])
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _value(left, sizes), _value(right, sizes)
            match op:
                case ast.Add():
                    return one + other
                case ast.Sub():
                    return one - other
                case ast.Mult():
                    return one * other
                case ast.Div():
                    return one / other
                case ast.FloorDiv():
                    return Fraction(one // other)
    raise ValueError("no size")
