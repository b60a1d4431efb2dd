"""The check of a backward function against the derivative of its function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .bounds import Rounding, rounding
from .differences import Array
from .form import problems
from .functions import (
    Function,
    Inputs,
    Outputs,
    checked_inputs,
    converted,
    copied,
    gradients,
    random_signs,
)
from .reading import read
from .report import Direction, Fault, Report
from .witness import Witness, witness

PLANTED = 1e-6
"""The relative error in a directional value that float64 must show for the check to count."""

PLANTED_COARSE = 1e-3
"""The same where inputs, results or gradients are of a coarser type."""

DRAWS = 3
"""Directions for one input, where the first ones cannot decide."""


def check_vjp(
    f: Function,
    vjp: Function,
    inputs: Mapping[str, Any],
    *,
    seed: int = 0,
    reference: Function | None = None,
) -> Report:
    """Whether ``vjp`` is the vector-Jacobian product of ``f`` at ``inputs``.

    ``f(**inputs)`` returns an array or a tuple of arrays, of any shapes. ``vjp(cotangent,
    **inputs)``, with a cotangent of the form and shapes of that result, returns the gradients by
    input name, or a tuple of them in the order of ``inputs``; each has its input's shape.
    ``reference`` is a backward function to be held against, like ``vjp``; it is believed only
    where a central difference of ``f`` agrees.

    One random direction is tried for each input, up to three where it cannot decide, drawn from
    ``seed`` with entries of magnitude 0.5 to 1.5. The derivative along it comes from the
    reference, from a complex step where the code carries complex numbers, or from extrapolated
    central differences; these last have the final word on a disagreement. The verdict is "failed"
    only where the error is above a bound on truncation, rounding and the conditioning of this
    case, and "held" only where a relative error of 1e-6 in the directional value (1e-3 for types
    coarser than float64) would be above it for every input. Gradients at fault are then compared
    entry by entry.

    Raises `TypeError` for inputs that are not real floating-point arrays, and `ValueError` for
    inputs, or results of ``f``, that are not finite.

    Sources: Squire & Trapp (1998), Using complex variables to estimate derivatives of real
    functions; Richardson (1911), The approximate arithmetical solution by finite differences;
    Higham, Accuracy and Stability of Numerical Algorithms (2nd ed. 2002), chapters 1 to 3.
    """
    arrays = checked_inputs(inputs)
    with np.errstate(all="ignore"):
        result = f(**copied(arrays))
    single = not isinstance(result, tuple | list)
    values = tuple(np.asarray(value) for value in ((result,) if single else result))
    if not all(np.all(np.isfinite(value)) for value in values):
        raise ValueError("The function gives a number that is not finite; give other inputs.")
    random = np.random.default_rng(seed)
    cotangents = tuple(random_signs(v.shape, random).astype(v.dtype) for v in values)

    def called(given: Outputs, **named: Array) -> Any:
        return vjp(given[0] if single else given, **named)

    found = problems(f, called, cotangents, arrays)
    if found:
        return Report(seed, tuple(found))
    return _Check(f, vjp, arrays, cotangents, single, reference).report(seed, random)


class _Check:
    """One test point: a function, its backward function, inputs and cotangents."""

    def __init__(
        self,
        f: Function,
        vjp: Function,
        inputs: Inputs,
        cotangents: Outputs,
        single: bool,
        reference: Function | None,
    ) -> None:
        self.inputs = inputs
        self.found = {
            name: np.asarray(gradient)
            for name, gradient in gradients(vjp, cotangents, inputs, single).items()
        }
        self.rounding: Rounding = rounding(f, vjp, cotangents, inputs, self.found, single)
        doubled = tuple(cotangent.astype(np.float64) for cotangent in cotangents)
        self.witness: Witness = witness(f, inputs, doubled, self.rounding.value)
        self.trusted: Mapping[str, Any] = {}
        if reference is not None:
            # Longer numbers where the machine has them; those of the case where it has not.
            longer = tuple(cotangent.astype(np.longdouble) for cotangent in cotangents)
            self.trusted = gradients(reference, longer, converted(inputs, np.longdouble), single)
        coarse = self.rounding.unit > np.finfo(np.float64).eps
        self.planted = PLANTED_COARSE if coarse else PLANTED
        self.sizes = {n for array in (*inputs.values(), *cotangents) for n in array.shape}

    def report(self, seed: int, random: np.random.Generator) -> Report:
        directions = {
            name: self.decided(name, [random_signs(array.shape, random) for _ in range(DRAWS)])
            for name, array in self.inputs.items()
        }
        wrong = [name for name, direction in directions.items() if direction.verdict == "failed"]
        return Report(seed, (), directions, tuple(self.fault(name) for name in wrong))

    def decided(self, name: str, drawn: list[Array]) -> Direction:
        """The first direction that decides: the terms of one may cancel by chance."""
        tried = (self.direction(name, direction) for direction in drawn)
        first = next(tried)
        if first.verdict != "undecided":
            return first
        return next((other for other in tried if other.verdict != "undecided"), first)

    def direction(self, name: str, direction: Array) -> Direction:
        """One input: a quick witness where it is believed, the ladder where it disagrees."""
        analytic = float(np.sum(self.found[name].astype(np.float64) * direction))
        rounded = self.rounding.along(name, direction)
        plain = self.witness.plain(name, direction)
        quick, how = self.quick(name, direction)
        if quick is not None and self.witness.believes(quick, plain):
            held = Direction(quick, analytic, rounded, self.planted * abs(quick), how)
            if held.verdict == "held":
                return held
        numeric = self.witness.ladder(name, direction, plain)
        value, bound = numeric.value, numeric.bound + rounded
        shown = self.planted * abs(value)
        if plain == analytic == 0 and self.witness.ignores(name, direction):
            value, shown = 0.0, bound
        return Direction(value, analytic, bound, shown, "central differences")

    def quick(self, name: str, direction: Array) -> tuple[float | None, str]:
        if name in self.trusted:
            return float(np.sum(self.trusted[name] * direction)), "the reference"
        return self.witness.complex_step(name, direction), "a complex step"

    def fault(self, name: str) -> Fault:
        numeric, bound = self.witness.entries(name)
        analytic = self.found[name].astype(np.float64)
        apart = np.abs(analytic - numeric)
        with np.errstate(all="ignore"):
            excess = np.nan_to_num(apart / (bound + self.rounding.gradients[name]), posinf=1e300)
        index = np.unravel_index(int(np.argmax(excess)), excess.shape)
        return Fault(
            name,
            tuple(int(i) for i in index),
            float(numeric[index]),
            float(analytic[index]),
            float(excess[index]),
            int(np.sum(excess > 1)),
            excess.size,
            read(analytic, numeric, self.sizes),
        )
