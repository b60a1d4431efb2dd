"""A test point: a function, its backward function, inputs and cotangents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from .named_arrays import Function, Gradients, Inputs, Outputs, converted, copied, gradients
from .packed_arrays import PackedArrays, all_double


@dataclass(frozen=True)
class Point:
    """What is held against what, and the gradients ``found`` there by input name.

    ``values`` are the results of ``f``; ``single`` says whether it gives one array, not a tuple.
    """

    f: Function
    vjp: Function
    inputs: Inputs
    cotangents: Outputs
    single: bool
    values: Outputs
    found: Inputs

    @property
    def is_double(self) -> bool:
        """Whether all numbers are float64."""
        return all_double(self.values) and all(
            arrays.is_double if isinstance(arrays, PackedArrays) else all_double(arrays.values())
            for arrays in (self.inputs, self.found)
        )

    def in_type(self, dtype: DTypeLike, backward: Function | None = None) -> Gradients:
        """The gradients of the backward function, or of another, at inputs of another type."""
        given = tuple(cotangent.astype(dtype) for cotangent in self.cotangents)
        vjp = self.vjp if backward is None else backward
        inputs = self.inputs
        if isinstance(inputs, PackedArrays) and inputs.is_double and dtype == np.float64:
            return gradients(vjp, given, inputs.lent(), self.single)
        return gradients(vjp, given, converted(inputs, dtype), self.single)

    def at(self, inputs: Inputs, cotangents: Outputs | None = None) -> Gradients:
        """The gradients at other inputs, and with other cotangents if there are any, in float64."""
        weights = self.cotangents if cotangents is None else cotangents
        given = tuple(cotangent.astype(np.float64) for cotangent in weights)
        return gradients(self.vjp, given, copied(inputs), self.single)

    def with_cotangents(self, cotangents: Outputs) -> Point:
        """The same point with other cotangents."""
        given = tuple(cotangent.copy() for cotangent in cotangents)
        found = gradients(self.vjp, given, copied(self.inputs), self.single)
        arrays = {name: np.array(gradient) for name, gradient in found.items()}
        return Point(self.f, self.vjp, self.inputs, cotangents, self.single, self.values, arrays)
