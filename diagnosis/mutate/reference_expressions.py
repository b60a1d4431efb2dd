"""The reference's own expressions, in the submission's words, in the place of what it has."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..code.edit import Edit
from ..code.scope import Scope, parsed
from ..code.sites import bodies
from ..search.rounds import Round
from .reference_values import Translator

TRANSLATED = 2.3
"""What it costs to write the reference's own expression in the place of the submission's."""

FILLED = 2.25
"""The same for an array that is filled part by part, where several statements become one."""

HELPERS = {
    "sigmoid": ("1 / (1 + NUMPY.exp(-X))", "0.5 * (1 + NUMPY.tanh(0.5 * X))"),
    "softmax": (
        "NUMPY.exp(X - NUMPY.max(X, axis=0))"
        " / NUMPY.sum(NUMPY.exp(X - NUMPY.max(X, axis=0)), axis=0)",
    ),
}
"""The activations as one expression each; the references take several statements."""


def translations(round_: Round, number: int) -> Iterator[Edit]:
    """The reference's expressions in the place of the arrays that a site's value consists of."""
    value, scope = round_.sites[number].value, round_.scopes[number]
    translator = Translator(round_.goal.meaning, scope)
    for part, shape in _whole_arrays(value, scope):
        for made in translator.all(shape):
            yield Edit(TRANSLATED, {id(part): made})


def activations(round_: Round, number: int) -> Iterator[Edit]:
    """An activation as numpy has it in the place of a site's value, in the activation itself."""
    value, scope = round_.sites[number].value, round_.scopes[number]
    arrays = [own for own, known in scope.env.items() if isinstance(known, np.ndarray)]
    for text in HELPERS.get(round_.goal.harness.spec.name, ()):
        if arrays and scope.numpy():
            written = parsed(text.replace("NUMPY", scope.numpy()).replace("X", arrays[0]))
            yield Edit(TRANSLATED, {id(value): written})


def fillings(round_: Round) -> Iterator[tuple[int, Edit]]:
    """Arrays that are made and then filled part by part, written as the reference has them; with
    the numbers of the sites that make them.
    """
    for tree in round_.trees.values():
        for body in bodies(tree):
            for run in _filled(body):
                number = round_.numbers.get(id(run[0]))
                if number is None or number not in round_.scopes:
                    continue
                value, scope = round_.sites[number].value, round_.scopes[number]
                for made in Translator(round_.goal.meaning, scope).all(scope.shape(value)):
                    changes: dict[int, Any] = {id(s): [] for s in run[1:]}
                    yield number, Edit(FILLED, {**changes, id(value): made})


def _filled(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Runs of statements that make an array and store into parts of it."""
    for place, first in enumerate(body):
        if not (isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Name)):
            continue
        run: list[ast.stmt] = [first]
        for following in body[place + 1 :]:
            target = following.targets[0] if isinstance(following, ast.Assign) else None
            base = target.value if isinstance(target, ast.Subscript) else None
            if not (isinstance(base, ast.Name) and base.id == first.targets[0].id):
                break
            run.append(following)
        if len(run) > 1:
            yield run


def _whole_arrays(
    value: ast.expr, scope: Scope
) -> Iterator[tuple[ast.expr, tuple[int, ...] | None]]:
    """The arrays that an expression consists of: itself, or the entries of a tuple or dict."""
    if isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            yield from _whole_arrays(part, scope)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _whole_arrays(part, scope)
    elif scope.shape(value) is not None:
        yield value, scope.shape(value)
    elif scope.value(value) is None and isinstance(value, ast.Call | ast.BinOp):
        yield value, None
