"""How a function takes its arguments and gives its results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...cells.spec import CellSpec, FunctionSpec, Role, terms
from ...strategies.case import Array, Tensor
from ..errors import Crash
from ..inspection import NUMBERS, own
from ..message import Message, listed
from ..subject import Contents, Handle

__all__ = ["Form", "own"]


class Form:
    """How a function takes its arguments and gives its results: here, exactly as the contract.

    ``results`` are the contract's names of what it returns, in the contract's order.
    """

    def __init__(self, spec: FunctionSpec) -> None:
        self.spec = spec
        self.results: tuple[str, ...] = spec.returns

    @property
    def own_names(self) -> Mapping[str, str]:
        """What the code calls tensors that it has another name for."""
        return {}

    @property
    def places(self) -> list[str]:
        """The contract's name of what stands in each place of a call."""
        return [name for name in self.spec.takes if not _optional(self.spec, name)]

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[Any], dict[str, Any]]:
        """The call's arguments, by place and by name, as arrays of the function's own."""
        values = [cache if name.startswith("cache") else own(given[name]) for name in self.places]
        named = {
            name: given[name]
            for name in self.spec.takes
            if _optional(self.spec, name) and given[name] is not None
        }
        return values, named

    def unpack(self, returned: Any) -> tuple[dict[str, Tensor], Handle]:
        """The results by the contract's names, and the cache of a forward function."""
        if self.spec.role is Role.HELPER:
            return {self.results[0]: returned}, None
        if self.spec.role.is_backward:
            if not isinstance(returned, Mapping):
                raise Crash(f"it returns {_kind(returned)}; the contract returns a dict")
            return {name: returned[name] for name in self.results if name in returned}, None
        cached = ("cache",) if self.spec.role.is_forward else ()
        names = (*self.results, *cached)
        if self.spec.role is Role.UPDATE and isinstance(returned, tuple):
            returned = returned[: len(names)]  # some return the corrected moments besides
        if not isinstance(returned, tuple | list) or len(returned) != len(names):
            returns = f"it returns {_kind(returned)}; the contract returns "
            raise Crash(Message(returns, listed(names)))
        values = dict(zip(names, returned, strict=True))
        return values, values.pop("cache", None)

    def access(self, name: str) -> str:
        """An expression that takes one result, by the contract's name, out of ``result``."""
        if self.spec.role is Role.HELPER:
            return "result"
        if self.spec.role.is_backward:
            return f"result[{name!r}]"
        base, bracket, key = name.partition("[")
        return f"result[{self.results.index(base)}]{bracket}{key}"

    def parameters(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """The dict of parameters under the names that the function looks them up by."""
        return own(given)  # type: ignore[no-any-return]

    def to_contract_cache(self, cache: Handle) -> Handle:
        """A cache of the contract's form, with the contract's names of the parameters in it."""
        return cache

    def contents(self, cache: Handle, cell: CellSpec) -> Contents | None:
        """What a cache in the contract's form holds; None for any other form."""
        cache = self.to_contract_cache(cache)
        if self.spec.role is not Role.SEQUENCE:
            step = _step_contents(cache, cell)
            return None if step is None else [step]
        if not (isinstance(cache, tuple | list) and len(cache) == 2):
            return None
        steps, _ = cache
        if not isinstance(steps, tuple | list):
            return None
        contents = [_step_contents(step, cell) for step in steps]
        return None if None in contents else [step for step in contents if step is not None]

    def contract_cache(self, steps: Contents, x: Array | None, cell: CellSpec) -> Handle:
        """A cache in the contract's form."""
        native = [
            tuple(
                self.parameters(step[name]) if name == "parameters" else own(step[name])  # type: ignore[arg-type]
                for name in cell.cache
            )
            for step in steps
        ]
        return native[0] if x is None else (native, own(x))


def _step_contents(cache: Any, cell: CellSpec) -> dict[str, Any] | None:
    """One step's cached values by name, if each stands in its place with its shape."""
    if not isinstance(cache, tuple | list) or len(cache) != len(cell.cache) or not cache:
        return None
    sizes: dict[str, int] = {}
    contents = dict(zip(cell.cache, cache, strict=True))
    for name, value in contents.items():
        if name == "parameters":
            if not isinstance(value, Mapping):
                return None
        elif not isinstance(value, np.ndarray) or not _fits(value, cell.shapes[name], sizes):
            return None
    return contents


def _fits(array: Array, shape: tuple[str, ...], sizes: dict[str, int]) -> bool:
    """Whether an array of numbers can have a symbolic shape, given (and adding to) the sizes that
    are known so far.
    """
    if array.dtype.kind not in NUMBERS or array.ndim != len(shape):
        return False
    return all(
        len(terms(axis)) > 1 or sizes.setdefault(axis, size) == size
        for axis, size in zip(shape, array.shape, strict=True)
    )


def _optional(function: FunctionSpec, name: str) -> bool:
    """Hyperparameters of an update have defaults; nothing else in a contract has."""
    return function.role is Role.UPDATE and name not in ("parameters", "grads", "v", "s", "t")


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, tuple | list):
        return f"{len(value)} values"
    return f"one {type(value).__name__}"
