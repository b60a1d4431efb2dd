"""The contract's functions: its names, its order, one example a column, a dict of parameters."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Self

import numpy as np

from ...cells.spec import CellSpec, FunctionSpec, Role, terms
from ...strategies.case import Array, Case, Tensor
from ..errors import Crash
from ..inspection import NUMBERS, own
from ..message import Message, listed
from ..subject import Contents, Handle
from .convention import Call, Convention, Expected, Presented, contract_cache, distance

ORDER = 1


class Contract(Convention):
    """Exactly as the contract: so are the references, and a file's functions as far as one can see
    that without a call.
    """

    def __init__(self, spec: FunctionSpec, cell: CellSpec | None = None) -> None:
        self.spec = spec
        self.cell = cell
        self.results: tuple[str, ...] = spec.returns

    @classmethod
    def recognise(cls, seen: Presented) -> Self | None:
        """A function of no cell with the contract's arguments: all others have results of which
        the order, or the form, is only known from a call.
        """
        takes = [
            name
            for name, one in seen.arguments.items()
            if (one.default is not inspect.Parameter.empty) == (name in seen.spec.defaults)
        ]
        same = tuple(takes) == tuple(seen.arguments) == seen.spec.takes
        plain = seen.cell is None and seen.spec.role is not Role.HELPER
        return cls(seen.spec) if plain and same else None

    def suited(self, case: Case) -> Case:
        return case

    def calibrate(self, call: Call, probe: Case, expected: Expected) -> float:
        values, _ = self.unpack(call(probe))
        return distance(values, expected(probe))

    @property
    def notes(self) -> tuple[str, ...]:
        return ()

    @property
    def departures(self) -> tuple[str, ...]:
        return ()

    @property
    def remark(self) -> str:
        return ""

    @property
    def own_names(self) -> Mapping[str, str]:
        return {}

    @property
    def places(self) -> list[str]:
        return [name for name in self.spec.takes if name not in self.spec.defaults]

    @property
    def returned(self) -> tuple[str, ...]:
        return (*self.results, "cache") if self.spec.role.is_forward else self.results

    @property
    def private(self) -> bool:
        return False

    @property
    def is_transposed(self) -> bool:
        return False

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        values = [cache if name.startswith("cache") else own(given[name]) for name in self.places]
        named = {n: given[n] for n in self.spec.defaults if given[n] is not None}
        return values, named

    def unpack(self, returned: object) -> tuple[dict[str, Tensor], Handle]:
        if self.spec.role is Role.HELPER:
            return {self.results[0]: returned}, None
        if self.spec.role.is_backward:
            if not isinstance(returned, Mapping):
                raise Crash(f"it returns {_kind(returned)}; the contract returns a dict")
            return {name: returned[name] for name in self.results if name in returned}, None
        names = self.returned
        if self.spec.role is Role.UPDATE and isinstance(returned, tuple):
            returned = returned[: len(names)]  # some return the corrected moments besides
        if not isinstance(returned, tuple | list) or len(returned) != len(names):
            returns = f"it returns {_kind(returned)}; the contract returns "
            raise Crash(Message(returns, listed(names)))
        values = dict(zip(names, returned, strict=True))
        values.pop("", None)
        return values, values.pop("cache", None)

    def access(self, name: str) -> str:
        if self.spec.role is Role.HELPER:
            return "result"
        if self.spec.role.is_backward:
            return f"result[{name!r}]"
        base, bracket, key = name.partition("[")
        return f"result[{self.returned.index(base)}]{bracket}{key}"

    def form(self) -> str:
        if self.spec.role.is_backward:
            return "isinstance(result, dict)"
        return f"isinstance(result, (tuple, list)) and len(result) == {len(self.returned)}"

    def parameters(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """The dict of parameters under the names that the function looks them up by."""
        made: dict[str, Array] = own(given)
        return made

    def presented(self, value: Array) -> Array:
        return value

    def contents(self, cache: Handle) -> Contents | None:
        assert self.cell is not None
        cache = self.to_contract_cache(cache)
        if self.spec.role is not Role.SEQUENCE:
            step = _step_contents(cache, self.cell)
            return None if step is None else [step]
        if not (isinstance(cache, tuple | list) and len(cache) == 2):
            return None
        steps, _ = cache
        if not isinstance(steps, tuple | list):
            return None
        contents = [_step_contents(step, self.cell) for step in steps]
        return None if None in contents else [step for step in contents if step is not None]

    def steps_read(self, cache: object) -> int | None:
        assert self.cell is not None
        cell, cache = self.cell, self.to_contract_cache(cache)
        if self.spec.role is not Role.SEQUENCE or not isinstance(cache, tuple | list) or not cache:
            return None
        first = cache[0]
        without_steps = len(cache) == 2 and _is_empty(first) and isinstance(cache[1], np.ndarray)
        if not (without_steps or any(_step_contents(one, cell) for one in _parts(cache))):
            return None
        return max(_leading_steps(cache, cell), _leading_steps(first, cell))

    def contract_cache(self, steps: Contents, x: Array | None) -> Handle:
        assert self.cell is not None
        return contract_cache(self.cell, steps, x, self.parameters)

    def to_contract(self, given: Sequence[object]) -> list[object]:
        return list(given)

    def to_contract_cache(self, cache: Handle) -> Handle:
        return cache

    def pack(self, returned: object) -> object:
        return returned


CONVENTION: type[Convention] = Contract


def _step_contents(cache: object, cell: CellSpec) -> dict[str, Array] | None:
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


def _parts(value: object, depth: int = 4) -> Iterator[object]:
    """What stands in tuples and lists, and in those that stand in them."""
    for one in value if isinstance(value, tuple | list) and depth else ():
        yield one
        yield from _parts(one, depth - 1)


def _leading_steps(value: object, cell: CellSpec) -> int:
    """How many steps' caches stand at the beginning of a tuple or a list, each in its place."""
    steps = value if isinstance(value, tuple | list) else ()
    return len([*takewhile(lambda one: _step_contents(one, cell), steps)])


def _is_empty(value: object) -> bool:
    """Whether it holds no array of numbers: an empty list, None, or objects in an array."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind not in NUMBERS or not value.size
    return value is None or (isinstance(value, tuple | list) and all(map(_is_empty, value)))


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


def _kind(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, tuple | list):
        return f"{len(value)} values"
    return f"one {type(value).__name__}"
