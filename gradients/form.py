"""What can be wrong with a backward function before any number is compared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .finite_differences import Array
from .named_arrays import Function, Inputs, Outputs, by_name, copied, not_finite


class Backward:
    """A backward function, called again and again with the same arguments.

    ``cotangents`` go to it in the form of the results: an array if ``single``. ``gradients`` are
    what it gave at first, by input name.
    """

    def __init__(self, vjp: Function, cotangents: Outputs, inputs: Inputs, single: bool) -> None:
        self.vjp, self.inputs, self.single = vjp, inputs, single
        self.cotangents = cotangents
        self.given, self.weights = copied(inputs), tuple(c.copy() for c in cotangents)
        result = self._called()
        gradients = {name: g for name, g in by_name(result, inputs).items() if g is not None}
        self.gradients = {name: np.array(gradient) for name, gradient in gradients.items()}
        self.first = _frozen(result)
        self.changed = [name for name, x in inputs.items() if not _same(x, self.given[name])]
        self.changed += [
            f"cotangent {k}"
            for k, (c, w) in enumerate(zip(cotangents, self.weights, strict=True))
            if not _same(c, w)
        ]

    def problems(self) -> list[str]:
        """Sentences on keys, shapes, types, finiteness and mutation; none if all is well."""
        found = [_changes("the backward function", name) for name in self.changed]
        return found + _keys(self.gradients, self.inputs) + _entries(self.gradients, self.inputs)

    def again(self) -> list[str]:
        """A sentence where another call gives something else."""
        if self.changed:
            self.given = copied(self.inputs)
            self.weights = tuple(c.copy() for c in self.cotangents)
        same = _all_same(self.first, _arrays(self._called()))
        return [] if same else [_differs("the backward function")]

    def _called(self) -> object:
        with np.errstate(all="ignore"):
            return self.vjp(self.weights[0] if self.single else self.weights, **self.given)


class Forward:
    """A function, and its ``result`` at the inputs."""

    def __init__(self, f: Function, inputs: Inputs) -> None:
        self.f, self.inputs = f, inputs
        given = copied(inputs)
        with np.errstate(all="ignore"):
            self.result = f(**given)
        self.first = _frozen(self.result)
        self.changed = [name for name, x in inputs.items() if not _same(x, given[name])]

    def problems(self) -> list[str]:
        """Sentences on mutation; none if all is well."""
        return [_changes("the function", name) for name in self.changed]

    def again(self) -> list[str]:
        """A sentence where another call gives something else."""
        drawn = np.random.get_state()
        with np.errstate(all="ignore"):
            if _all_same(self.first, _frozen(self.f(**copied(self.inputs)))):
                return []
            results = []
            for _ in range(2):
                np.random.set_state(drawn)
                results.append(_frozen(self.f(**copied(self.inputs))))
        return [_differs("the function") + (DRAWS if _all_same(*results) else STATE)]


SMALL = 8192
"""Bytes of an array that is quickly copied."""

DRAWS = " It draws from np.random; draw before, and pass what was drawn as an input."
STATE = " Does it draw random numbers, or keep something from the last call?"


def _changes(what: str, name: str) -> str:
    return f"{what} changes its argument {name}; work on a copy."


def _differs(what: str) -> str:
    return f"{what} gives something else when called again with the same arguments."


def _all_same(first: list[Array], second: list[Array]) -> bool:
    return len(first) == len(second) and all(map(_same, first, second))


def _same(one: Array, other: Array) -> bool:
    """Whether two arrays are equal to the last bit, or at least as numbers."""
    if one.nbytes <= SMALL and one.tobytes() == other.tobytes():
        return True  # by far the quickest way to see it in a small array
    if one.shape != other.shape:
        return False
    return bool((one == other).all() or np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def _frozen(result: object) -> list[Array]:
    """Copies, so that an array that the next call writes to is noticed."""
    return [np.array(array) for array in _arrays(result)]


def _arrays(result: object) -> list[Array]:
    if isinstance(result, Mapping):
        result = tuple(result.values())
    return [np.asarray(r) for r in (result if isinstance(result, tuple | list) else (result,))]


def _keys(gradients: Inputs, inputs: Inputs) -> list[str]:
    missing = [f"the gradient by {name} is missing." for name in inputs if name not in gradients]
    surplus = [f"{name} is a gradient by no input." for name in gradients if name not in inputs]
    return missing + surplus


def _entries(gradients: Inputs, inputs: Inputs) -> list[str]:
    found = []
    there = {name: gradients[name] for name in inputs if name in gradients}
    for name, gradient in there.items():
        if gradient.dtype.kind != "f":
            found.append(
                f"the gradient by {name} has the type {gradient.dtype}, and should hold real "
                f"floating-point numbers."
            )
        elif gradient.shape != inputs[name].shape:
            found.append(
                f"the gradient by {name} has the shape {gradient.shape}, and {name} has "
                f"{inputs[name].shape}."
            )
    real = {name: gradient for name, gradient in there.items() if gradient.dtype.kind == "f"}
    bad = not_finite(real) if real else None
    if bad is not None:
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(real[bad]))[0])
        found.append(f"the gradient by {bad} is {real[bad][index]} at {list(index)}.")
    return found
