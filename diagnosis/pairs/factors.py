"""A number by which a part of an expression should be multiplied, found by solving for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from ...subject.errors import Crash
from ..code.costs import NEAR, SLIGHTLY
from ..code.edit import Edit, is_read
from ..code.patterns import put
from ..code.scope import Scope, parsed
from ..code.sites import Site
from ..localise.holes import Hole
from ..search.harness import Trees
from .running import PairRunner

EQUAL = 1e-6
"""How well all gradients must agree on the number."""

PLAIN = 12
"""A numerator or denominator that people write is no larger."""

FORMS = (("A * B", 1.0), ("A / B", -1.0), ("A * {}.sqrt(B)", 0.5), ("A / {}.sqrt(B)", -0.5))
"""What is made of an expression and a number, and the power of the number in it."""


def scaled(harness: PairRunner, site: Site, scope: Scope, trees: Trees) -> Iterator[Edit]:
    """Parts of a site's value times the number with which every gradient is right, where there is
    one: a number that people write, or a size.
    """
    hole = Hole(harness, trees[site.function], site, harness.compiled(trees))
    base = _measured(harness, hole, None)
    if base is None:
        return
    sizes = _sizes(scope)
    for node in ast.walk(site.value):
        if not isinstance(node, ast.expr) or not is_read(node) or isinstance(node, ast.Tuple):
            continue
        value = scope.value(node)
        if value is not None and not isinstance(value, np.ndarray | float):
            continue
        factor = _factor(harness, base, _measured(harness, hole, node))
        if factor is None:
            continue
        for text, size in sizes.items():
            for form, power in FORMS:
                if size != 1 and abs(size**power - factor) < EQUAL * abs(factor):
                    numbered = form.format(scope.numpy() or "np")
                    made = put(numbered, A=node, B=parsed(text))
                    yield Edit(NEAR + SLIGHTLY, {id(node): made})
        plain = Fraction(factor).limit_denominator(PLAIN)
        if abs(plain.numerator) <= PLAIN and abs(float(plain) - factor) < EQUAL * abs(factor):
            yield Edit(NEAR + 1.5 * SLIGHTLY, {id(node): _times(plain, node)})


def _times(factor: Fraction, node: ast.expr) -> ast.expr:
    if factor == -1:
        return ast.UnaryOp(ast.USub(), node)
    if factor.denominator in (1, 2, 4):
        number = factor.numerator if factor.denominator == 1 else float(factor)
        sign = number < 0
        made = ast.BinOp(ast.Constant(abs(number)), ast.Mult(), node)
        return ast.UnaryOp(ast.USub(), made) if sign else made
    if factor.numerator == 1:
        return ast.BinOp(node, ast.Div(), ast.Constant(factor.denominator))
    return ast.BinOp(parsed(f"{factor.numerator} / {factor.denominator}"), ast.Mult(), node)


def _sizes(scope: Scope) -> dict[str, float]:
    """The numbers that a place can name, with the sizes of its arrays."""
    found: dict[str, float] = {}
    for atom in scope.atoms:
        value = atom.value
        if isinstance(value, int | float | np.number) and not isinstance(value, bool) and value > 0:
            found.setdefault(ast.unparse(atom.node), float(value))
    for atom in scope.atoms:
        if isinstance(atom.value, np.ndarray) and atom.is_name:
            text = ast.unparse(atom.node)
            for axis, size in enumerate(atom.value.shape):
                found.setdefault(f"{text}.shape[{axis}]" if axis else f"len({text})", float(size))
            if atom.value.ndim > 1:
                found.setdefault(f"{text}.size", float(atom.value.size))
    return found


Measured = dict[str, float]


def _measured(harness: PairRunner, hole: Hole, node: ast.expr | None) -> Measured | None:
    """The gradients' derivatives along their directions, with one part twice as large."""
    changes = {} if node is None else {id(node): ast.BinOp(node, ast.Mult(), ast.Constant(2.0))}
    try:
        with hole.filled(hole.code(changes)) as made, harness.running(made):
            found = harness.results_now()
    except (Crash, SyntaxError, ValueError, TypeError):
        return None
    expected = harness.sample.expected
    measured = {}
    for name, one in expected.items():
        gradient = found.get(name)
        if not isinstance(gradient, np.ndarray) or gradient.shape != one.direction.shape:
            return None
        measured[name] = float(np.sum(gradient.real * one.direction))
    return measured


def _factor(harness: PairRunner, base: Measured, twice: Measured | None) -> float | None:
    """The factor of a part with which all gradients are right, where all agree on one."""
    if twice is None:
        return None
    found = []
    for name, one in harness.sample.expected.items():
        by, left = twice[name] - base[name], one.value - base[name]
        size = abs(one.value) + abs(base[name]) + 1e-9
        if abs(by) < EQUAL * size:
            if abs(left) > EQUAL * size:
                return None
            continue
        found.append(1 + left / by)
    if not found or not np.isfinite(found).all():
        return None
    factor = found[0]
    agree = all(abs(one - factor) < EQUAL * max(1.0, abs(factor)) for one in found)
    return factor if agree and abs(factor - 1) > EQUAL and abs(factor) > EQUAL else None
