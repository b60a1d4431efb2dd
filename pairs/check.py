"""`check_pair`: any forward function and its backward function, held against the laws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from .building import Build
from .cases import PLANS, Draw, Drawing
from .errors import Function
from .judge import PairJudge
from .making import live_pair
from .protocol import Pair
from .report import PairReport
from .shape_strings import Shapes, read_shapes, symbols


def check_pair(
    forward: Function,
    backward: Function | None,
    shapes: Shapes,
    *,
    constants: Mapping[str, object] | None = None,
    examples: str | None = None,
    seed: int = 0,
    cases: int = len(PLANS),
    sizes: Mapping[str, int] | None = None,
    draw: Mapping[str, Draw] | None = None,
    dtype: DTypeLike = np.float64,
    results: int | None = None,
    build: Build | None = None,
    gradients: Callable[[Any], object] | None = None,
) -> PairReport:
    """Whether a backward function gives the gradients of its forward function.

    ``shapes`` has the shape of each input by its name: words, an axis each, a dimension's name, a
    number, or derived (``"N D"``, ``"N 3"``, ``""`` for a number, ``"H/2"``, ``"2*H"``); a dict of
    shapes for an input that is a dict. ``"N int<V"`` are whole numbers below V, ``"N D bool"``
    truth values, ``"N D const"`` numbers without a gradient, ``">0"``, ``"0..1"`` and
    ``"definite"`` say which numbers are drawn.

    ``forward`` is called by name where its parameters have the names of the shapes, else by place.
    It returns one or several arrays, or a number, and a cache last if ``backward`` takes one;
    ``results`` says how many of them are differentiated, where that is not clear. ``backward`` is
    called with a cotangent for each result, then the cache; it returns one array, a tuple in the
    order of the inputs, or a dict (``dx`` or ``x``). Without ``backward``, ``forward`` returns its
    value and then the gradients, or its results and then the backward function itself.

    Where they are methods, an object is built for each case: by ``build``, whose parameters are
    named as dimensions and weights, or by the class, whose other sizes are found by trying. Inputs
    that ``forward`` does not take are its weights. Their gradients are returned, in ``self.grads``
    or ``self.dW``, what ``gradients(object)`` gives, or what the weights are changed by at a
    learning rate.

    Each call gets a fresh copy of ``constants``. ``examples`` names the dimension of examples that
    are not to influence each other. ``sizes`` fixes dimensions, ``draw`` has functions ``(random,
    shape)`` that draw an input by its name, and ``dtype`` is the type of the others. All is drawn
    from ``seed``, on ``cases`` cases: dimensions that are different, equal and 1, and numbers that
    are zero, small, large, and so large that gates are saturated.

    Raises `ValueError` where a shape cannot be read, or shapes and functions do not fit together.
    """
    judge = judge_of(
        forward, backward, shapes, constants=constants, examples=examples, seed=seed, cases=cases,
        sizes=sizes, draw=draw, dtype=dtype, results=results, build=build, gradients=gradients,
    )  # fmt: skip
    return judge.report()


def judge_of(
    forward: Function,
    backward: Function | None,
    shapes: Shapes,
    *,
    constants: Mapping[str, object] | None,
    examples: str | None,
    seed: int,
    cases: int,
    sizes: Mapping[str, int] | None,
    draw: Mapping[str, Draw] | None,
    dtype: DTypeLike,
    results: int | None,
    build: Build | None,
    gradients: Callable[[Any], object] | None,
) -> PairJudge:
    """What judges a pair."""
    inputs = read_shapes(shapes)
    pair = live_pair(forward, backward, inputs, constants or {}, results, build, gradients)
    drawing = Drawing(inputs, draw or {}, dtype, seed, sizes or {})
    return judge_in(pair, drawing, examples, cases)


def judge_in(pair: Pair, drawing: Drawing, examples: str | None, cases: int) -> PairJudge:
    """What judges a pair on drawn cases, wherever it runs."""
    if examples is not None and examples not in symbols(pair.inputs):
        raise ValueError(f'examples="{examples}" names no dimension of the shapes.')
    return PairJudge(pair, drawing, examples, drawing.seed, cases)
