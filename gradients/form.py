"""What can be wrong with a backward function before any number is compared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .finite_differences import Array
from .named_arrays import Function, Inputs, Outputs, by_name
from .packed_arrays import PackedArrays, same


class Backward:
    """A backward function, called again and again with the same arguments.

    ``cotangents`` go to it in the form of the results: an array if ``single``. ``gradients`` are
    what it gave at first, by input name: packed where each is there and has its input's shape.
    """

    def __init__(
        self, vjp: Function, cotangents: Outputs, inputs: PackedArrays, single: bool
    ) -> None:
        self.vjp, self.inputs, self.single = vjp, inputs, single
        self.cotangents = cotangents
        self._renew()
        result = self._called()
        arrays = _gradients(result, inputs)
        self.form = _keys(arrays, inputs) + _entries(arrays, inputs)
        self.gradients: Inputs = (
            {name: array.copy() for name, array in arrays.items()}
            if self.form
            else PackedArrays(arrays, inputs.layout).frozen()
        )
        self.first = _frozen(result) if self.form else []
        self.changed = inputs.changed(self.given)
        self.changed += [
            f"cotangent {k}"
            for k, (c, w) in enumerate(zip(cotangents, self.weights, strict=True))
            if not same(c, w)
        ]

    def problems(self) -> list[str]:
        """Sentences on keys, shapes, types, finiteness and mutation; none if all is well."""
        found = [_changes("the backward function", name) for name in self.changed]
        return found + self.form + _finiteness(self.gradients, self.inputs)

    def again(self) -> list[str]:
        """A sentence where another call gives something else."""
        self._renew()
        result = self._called()
        if isinstance(self.gradients, PackedArrays):
            is_same = self.gradients.equals(_gradients(result, self.inputs))
        else:
            is_same = _all_same(self.first, _arrays(result))
        return [] if is_same else [_differs("the backward function")]

    def _renew(self) -> None:
        self.given = self.inputs.lent()
        self.weights = tuple(c.copy() for c in self.cotangents)

    def _called(self) -> object:
        return self.vjp(self.weights[0] if self.single else self.weights, **self.given)


class Forward:
    """A function, and its ``result`` at the inputs."""

    def __init__(self, f: Function, inputs: PackedArrays) -> None:
        self.f, self.inputs = f, inputs
        given = inputs.lent()
        self.result = f(**given)
        self.first = _frozen(self.result)
        self.changed = inputs.changed(given)

    def problems(self) -> list[str]:
        """Sentences on mutation; none if all is well."""
        return [_changes("the function", name) for name in self.changed]

    def again(self) -> list[str]:
        """A sentence where another call gives something else."""
        drawn = np.random.get_state()
        if _all_same(self.first, self._called()):
            return []
        results = []
        for _ in range(2):
            np.random.set_state(drawn)
            results.append(self._called())
        return [_differs("the function") + (DRAWS if _all_same(*results) else STATE)]

    def _called(self) -> list[Array]:
        return _frozen(self.f(**self.inputs.lent()))


DRAWS = " It draws from np.random; draw before, and pass what was drawn as an input."
STATE = " Does it draw random numbers, or keep something from the last call?"


def _changes(what: str, name: str) -> str:
    return f"{what} changes its argument {name}; work on a copy."


def _differs(what: str) -> str:
    return f"{what} gives something else when called again with the same arguments."


def _all_same(first: list[Array], second: list[Array]) -> bool:
    return len(first) == len(second) and all(map(same, first, second))


def _frozen(result: object) -> list[Array]:
    """Copies, so that an array that the next call writes to is noticed."""
    return [np.array(array) for array in _arrays(result)]


def _arrays(result: object) -> list[Array]:
    if isinstance(result, Mapping):
        result = tuple(result.values())
    return [np.asarray(r) for r in (result if isinstance(result, tuple | list) else (result,))]


def _gradients(result: object, inputs: Inputs) -> dict[str, Array]:
    found = by_name(result, inputs)
    return {name: np.asarray(gradient) for name, gradient in found.items() if gradient is not None}


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
    return found


def _finiteness(gradients: Inputs, inputs: Inputs) -> list[str]:
    if not isinstance(gradients, PackedArrays):
        real = {n: g for n, g in gradients.items() if n in inputs and g.dtype.kind == "f"}
        return _finiteness(PackedArrays(real), inputs) if real else []
    bad = gradients.not_finite()
    if bad is None:
        return []
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(gradients[bad]))[0])
    return [f"the gradient by {bad} is {gradients[bad][index]} at {list(index)}."]
