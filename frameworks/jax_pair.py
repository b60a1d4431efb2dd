"""A pair of JAX: arrays go in and gradients come out by the rules of a `jax.custom_vjp`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from ..pairs.binding import bind
from ..pairs.cases import Array, Values
from ..pairs.errors import Misuse
from ..pairs.in_process import LivePair
from ..pairs.protocol import Gradients, Ran, Sketch, copied
from ..pairs.shape_strings import Input

Results = tuple[Array, ...]


class JaxPair(LivePair):
    """Results and gradients are given as arrays of numpy, of float64."""

    alone = unit = is_object = False

    def __init__(
        self, function: Any, inputs: Mapping[str, Input], constants: Mapping[str, object]
    ) -> None:
        if not isinstance(function, jax.custom_vjp):
            raise Misuse(
                f"check_custom_vjp takes a function under jax.custom_vjp, and is given a "
                f"{type(function).__name__}."
            )
        if function.bwd is None:
            raise Misuse(f"{function.__name__} has no rules yet: give them to its defvjp.")
        self.bound = bind(function.fun, [*inputs], constants)
        if any(argument.by_name for argument, _ in self.bound):
            raise Misuse(f"The arguments of {function.__name__} should go by place.")
        inputs = {name: inputs[name] for _, names in self.bound for name in names}
        super().__init__(function.fun, function.bwd, inputs, constants, None)
        self.function = function
        self.names = [name for name, one in inputs.items() if one.has_gradient]
        self._called = Compiled(lambda values: function.fun(*self._arguments(values)))
        self._by_rules = Compiled(lambda values: self._passed(values)[0])
        self._gradients_of = Compiled(lambda values, upstream: self._passed(values)[1](upstream))

    def results(self, values: Values) -> Results:
        """What the function itself gives, without its rules."""
        with jax.enable_x64(True):
            return _parts(self._called(_arrays(values, None)))

    def by_rules(self, values: Values) -> Results:
        """What its forward rule gives."""
        with jax.enable_x64(True):
            return _parts(self._by_rules(_arrays(values, None)))

    def gradients_in(
        self, values: Values, cotangents: Results, dtype: object = None
    ) -> dict[str, Array]:
        """The gradients by input, in numbers of another type if one is given."""
        with jax.enable_x64(True):
            arrays = _arrays(values, dtype)
            shaped = jax.eval_shape(lambda: self._passed(arrays)[0])
            leaves, form = jax.tree.flatten(shaped)
            pairs = zip(cotangents, leaves, strict=True)
            given = form.unflatten([jax.numpy.asarray(c, r.dtype) for c, r in pairs])
            found = self._gradients_of(arrays, given)
            parts = zip(self.names, found, strict=True)
            return {name: np.array(part, np.float64) for name, part in parts}

    def named(self) -> dict[str, object]:
        """The function."""
        return {self.function.__name__: self.function}

    def _run(self, values: Values) -> Ran:
        if any(array.dtype.kind == "c" for array in values.values()):
            raise TypeError("a custom_vjp is judged by real numbers")  # each type is compiled
        results = self.results(values)
        if not all(result.dtype.kind == "f" for result in results):
            raise Misuse(f"{self.forward.name} gives what are no floating-point numbers.")
        return Ran(results, results, {}, values)

    def _repeat(self, ran: Ran, values: Values) -> Ran:
        return self._run(values)

    def _gradients(self, ran: Ran, cotangents: Results) -> Gradients:
        found = self.gradients_in(ran.state, cotangents)
        return Gradients(found, {name: f"result[{k}]" for k, name in enumerate(self.names)})

    def _sketch(self, values: Values) -> Sketch | None:
        return None

    def _passed(self, values: Mapping[str, Any]) -> tuple[Any, Callable[[Any], Any]]:
        """A forward pass by the rules, and what takes its cotangents."""

        def function(*moved: Any) -> Any:
            given = {**values, **dict(zip(self.names, moved, strict=True))}
            return self.function(*self._arguments(given))

        result, backward = jax.vjp(function, *(values[name] for name in self.names))
        return result, backward

    def _arguments(self, given: Mapping[str, Any]) -> list[Any]:
        return [
            given[names[0]] if names else copied(self.constants[argument.name])
            for argument, names in self.bound
        ]


class Compiled:
    """A function that is compiled as a whole, for each shape; as it stands where it cannot be,
    because it asks for numbers.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        self.function, self.compiled = function, jax.jit(function)

    def __call__(self, *given: Any) -> Any:
        """What the function gives."""
        try:
            return self.compiled(*given)
        except jax.errors.ConcretizationTypeError:
            self.compiled = self.function
            return self.function(*given)


def _arrays(values: Values, dtype: object) -> dict[str, Any]:
    """Arrays of JAX, those of real numbers in another type if one is given."""
    return {
        name: jax.numpy.asarray(array, dtype if array.dtype.kind == "f" else None)
        for name, array in values.items()
    }


def _parts(returned: Any) -> Results:
    return tuple(np.array(part) for part in jax.tree.leaves(returned))
