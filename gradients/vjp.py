"""The check of a backward function against the derivative of its function."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from .comparison import Comparison
from .constants import backward_with_constants, is_constant, with_constants
from .form import Backward, Forward
from .limitations import is_clear, with_note
from .localise import fault
from .named_arrays import Function, Outputs
from .packed_arrays import checked_inputs
from .point import Point
from .random_signs import quick_generator, several_random_signs
from .report import Report

REDRAWS = 10
"""How many test points are tried where they are drawn and cannot decide."""

AGAIN = 3
"""How often a backward function is called again with the same arguments, after all else; once
where a reference vouches for all that it gives.
"""

Cotangent: TypeAlias = ArrayLike | Sequence[ArrayLike]
"""In the form of a function's result: one array, or one for each of several."""

Draw = Callable[[np.random.Generator], Mapping[str, ArrayLike]]


def check_vjp(
    f: Function,
    vjp: Function,
    inputs: Mapping[str, ArrayLike] | Draw,
    *,
    seed: int = 0,
    reference: Function | None = None,
    cotangent: Cotangent | None = None,
    time_axis: int | None = None,
) -> Report:
    """Whether ``vjp`` is the vector-Jacobian product of ``f`` at ``inputs``.

    ``f(**inputs)`` returns an array or a tuple of arrays, of any shapes. ``vjp(cotangent,
    **inputs)``, with a cotangent of the form and shapes of that result, returns the gradients by
    input name, or a tuple of them in the order of ``inputs``; each has its input's shape.
    ``reference`` is a backward function to be held against, like ``vjp``; it is believed only
    where central differences of ``f`` agree. ``cotangent`` is one of your own, in the form of the
    result; without it, one is drawn with entries of magnitude 0.5 to 1.5. ``inputs`` may also be a
    function that draws them from a `numpy.random.Generator`: it is then called again where a test
    point cannot decide, up to ten times, and ``undecided`` counts those. Inputs of whole numbers or
    truth values have no derivative; their gradient is ``None`` or left out.

    All inputs are moved together along random directions, drawn from ``seed`` with entries of
    magnitude 0.5 to 1.5; where that does not settle an input, it is moved alone, in up to three
    directions. The derivative comes from the reference, from a complex step where the code
    carries complex numbers, or from extrapolated central differences; these last have the final
    word on a disagreement. The verdict is "failed" only where the error is above a bound on
    truncation, rounding and the conditioning of this case, and "held" only where an error of 1e-6
    of the gradient's largest entry (1e-3 for types coarser than float64) would be seen for every
    input; else it is "undecided", and each direction's ``note`` says why: a kink or a tie, a
    gradient that vanishes, bad conditioning.

    Gradients at fault are then compared entry by entry, or where there are more than some hundred
    in groups, and with a cotangent on each result alone.
    Where the results are sequences, ``time_axis`` is the axis of their steps, and the first step
    is told at which a cotangent alone gives a wrong gradient.

    Raises `TypeError` for results of ``f`` that are not real floating-point arrays, for complex
    inputs, and for a gradient by whole numbers, and `ValueError` for numbers that are not finite,
    and for a cotangent of other shapes.

    Sources: Squire & Trapp (1998), Using complex variables to estimate derivatives of real
    functions; Richardson (1911), The approximate arithmetical solution by finite differences;
    Higham, Accuracy and Stability of Numerical Algorithms (2nd ed. 2002), chapters 1 to 3.
    """
    if not callable(inputs):
        quick = quick_generator(seed)
        return _report(f, vjp, inputs, seed, quick, reference, cotangent, time_axis)
    random = np.random.default_rng(seed)
    undecided = 0
    while True:
        drawn = inputs(random)
        report = _report(f, vjp, drawn, seed, random, reference, cotangent, time_axis)
        undecided += report.verdict == "undecided"
        if report.verdict != "undecided" or undecided == REDRAWS:
            return replace(report, undecided=undecided)


@np.errstate(all="ignore")
def _report(
    f: Function,
    vjp: Function,
    inputs: Mapping[str, ArrayLike],
    seed: int,
    random: np.random.Generator,
    reference: Function | None,
    cotangent: Cotangent | None,
    time_axis: int | None,
) -> Report:
    constants = {n: np.array(value) for n, value in inputs.items() if is_constant(value)}
    if constants and len(constants) < len(inputs):
        order = tuple(inputs)
        inputs = {n: value for n, value in inputs.items() if n not in constants}
        f, vjp = with_constants(f, constants), backward_with_constants(vjp, constants, order)
        if reference is not None:
            reference = backward_with_constants(reference, constants, order)
    else:
        constants = {}
    arrays = checked_inputs(inputs)
    forward = Forward(f, arrays)
    single = not isinstance(forward.result, tuple | list)
    values = tuple(forward.first)
    for value in values:
        if value.dtype.kind != "f" or isinstance(forward.result, Mapping):
            raise TypeError(
                f"The function should give real floating-point numbers, an array or a tuple of "
                f"arrays; it gives {type(forward.result).__name__} with the type {value.dtype}."
            )
    if not all(math.isfinite(np.add.reduce(v, None)) or np.isfinite(v).all() for v in values):
        raise ValueError("The function gives a number that is not finite; give other inputs.")
    cotangents = _cotangents(cotangent, values, random)
    backward = Backward(vjp, cotangents, arrays, single)
    problems = forward.problems() + backward.problems()
    if problems:
        return Report(seed, tuple(forward.again() + problems + backward.again()))
    point = Point(f, vjp, arrays, cotangents, single, values, backward.gradients)
    comparison = Comparison(point, reference)
    directions = comparison.directions(random)
    distinct = {id(direction): direction for direction in directions.values()}.values()
    held = all(direction.verdict == "held" for direction in distinct)
    trusted = all(direction.witness == "the reference" for direction in distinct)
    calls = 1 if trusted and held else AGAIN
    later = [p for _ in range(calls) for p in backward.again()]
    if not held:
        later += forward.again()
    if later:
        return Report(seed, tuple(dict.fromkeys(later)))
    if held and is_clear(comparison):
        return Report(seed, (), directions)
    noted = {name: with_note(comparison, name, found) for name, found in directions.items()}
    wrong = [name for name, direction in noted.items() if direction.verdict == "failed"]
    faults = tuple(fault(comparison, name, time_axis, None, constants) for name in wrong)
    return Report(seed, (), noted, faults)


def _cotangents(given: Cotangent | None, values: Outputs, random: np.random.Generator) -> Outputs:
    if given is None:
        drawn = several_random_signs([value.shape for value in values], random)
        return tuple(c.astype(v.dtype, copy=False) for c, v in zip(drawn, values, strict=True))
    cotangents = given if isinstance(given, tuple | list) else (given,)
    arrays = tuple(np.array(c, v.dtype) for c, v in zip(cotangents, values, strict=False))
    expected = [value.shape for value in values]
    if len(cotangents) != len(values) or [array.shape for array in arrays] != expected:
        shapes = ", ".join(map(str, expected))
        raise ValueError(f"The cotangent should have the shape of the function's result: {shapes}.")
    return arrays
