"""A forward and its backward function as functions of named arrays, for the gradient check."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..cells.spec import FunctionSpec, RecurrentFamily, Role
from ..gradients import Comparison, Point
from ..strategies.case import Array, Case, Tensor
from .subject import Functions, Subject

TIME = 2
"""The axis of a sequence that counts its steps."""


class Differentiated:
    """What a backward function differentiates, at the input of one case.

    ``forward`` are the functions whose forward is differentiated; ``backward`` those whose
    backward is checked, with the forward's own cache or, where it is given, a contract cache of
    ``contract``'s.
    """

    def __init__(
        self,
        case: Case,
        function: FunctionSpec,
        forward: Functions,
        backward: Functions,
        contract: Functions | None = None,
    ) -> None:
        assert isinstance(case.family, RecurrentFamily)
        self.case = case
        self.function = function
        self.of = case.family.functions[function.forward]
        self.forward, self.backward, self.contract = forward, backward, contract
        self.cotangents = [name for name in function.takes if not name.startswith("cache")]
        self.arguments: Mapping[str, Tensor] = case.arguments(self.of)

    def comparison(
        self,
        found: Mapping[str, Array],
        names: Mapping[str, str],
        reference: Differentiated | None = None,
    ) -> Comparison:
        """The gradients ``found``, held against the derivative; ``names`` are their inputs'."""
        arrays = {name: self.input(name) for name in names.values()}
        point = Point(
            f=self.f,
            vjp=self.vjp,
            inputs=arrays,
            cotangents=tuple(self.case[name] for name in self.cotangents),
            single=False,
            values=self.f(**arrays),
            found={name: found[gradient] for gradient, name in names.items()},
        )
        return Comparison(point, reference.vjp if reference else None)

    def input(self, name: str) -> Array:
        """An input of the forward function, be it among the parameters."""
        given = self.arguments
        array: Array = given[name] if name in given else given["parameters"][name]
        return array

    def f(self, **moved: Array) -> tuple[Array, ...]:
        """The states that have a cotangent, at moved inputs."""
        values = self.forward.call(self.of, self._moved(moved)).values
        return tuple(values[name.removeprefix("d")] for name in self.cotangents)

    def vjp(self, cotangents: tuple[Array, ...], **moved: Array) -> dict[str, Array]:
        """The gradients by input name, at moved inputs, with the cache of a forward pass there."""
        arguments = self._moved(moved)
        given = {**arguments, **dict(zip(self.cotangents, cotangents, strict=True))}
        values = self.backward.call(self.function, given, self._cache(arguments)).values
        return {self.function.gradients[name]: value for name, value in values.items()}

    def _cache(self, arguments: Mapping[str, Tensor]) -> object:
        if self.contract is None:
            return self.forward.cache_of(self.of, arguments)
        cache = self.contract.call(self.of, arguments).cache
        steps = self.contract.contents(self.of, cache)
        assert steps is not None  # the reference's caches have the contract's form
        x = arguments["x"] if self.function.role is Role.SEQUENCE_BACKWARD else None
        return self.backward.contract_cache(self.function, steps, x)

    def _moved(self, moved: Mapping[str, Array]) -> Mapping[str, Tensor]:
        """The forward's arguments with some replaced, be it among the parameters."""
        inside = {name: a for name, a in moved.items() if name not in self.arguments}
        parameters = MappingProxyType({**self.arguments["parameters"], **inside})
        replaced = {name: a for name, a in moved.items() if name in self.arguments}
        return {**self.arguments, **replaced, "parameters": parameters}


def pair_of(subject: Subject, case: Case) -> Differentiated:
    """A subject's backward function, with the forward function whose cache it is given.

    That is its own one, or else the reference's. Raises `NotApplicable` where there is none.
    """
    functions, function = subject.functions, subject.function
    if subject.own_cache:
        return Differentiated(case, function, functions, functions)
    reference = subject.need_reference()
    return Differentiated(case, function, reference, functions, contract=reference)
