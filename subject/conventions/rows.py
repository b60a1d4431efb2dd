"""Rows: one example a row, as other courses have it.

``x (N, D)``, ``Wx (D, H)``, ``Wh (H, H)``, ``b (H,)``: arrays in the place of a dict of parameters,
in which the blocks of a cell's gates stand side by side (`Layout`). A sequence is ``(N, T, D)``, or
``(T, N, D)``. There is no prediction, and gradients come as a tuple, or under keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product
from typing import Self

import numpy as np

from ...cells.spec import CellSpec, Layout, Role
from ...strategies.case import Array, Case, Tensor
from ..errors import Crash
from ..inspection import own
from ..message import Message, listed
from ..subject import Contents, Handle
from .convention import (
    EXACT,
    Call,
    Convention,
    Expected,
    Presented,
    contract_cache,
    distance,
    plain_name,
)
from .gradient_keys import bare_names, places_by_shape
from .stacking import EXAMPLES_FIRST, TIME_FIRST, Stacking
from .words import last_names, takes_arrays

ORDER = 10

CLEAR = 0.5
"""By what factor another order of gates must be nearer than the usual one, to be taken for it
though no order is exact.
"""


class Rows(Convention):
    """The layout with one example a row; all functions of a file share a `Stacking`.

    Functions ``names_known`` have the layout's names of arrays; of others, the order of arguments
    is only known from a call.
    """

    def __init__(
        self, seen: Presented, cell: CellSpec, layout: Layout, stacking: Stacking | None = None
    ) -> None:
        self.spec, self.cell, self.layout = seen.spec, cell, layout
        self.stacking = stacking or Stacking(cell, layout)
        self.given_names = tuple(seen.arguments)
        self.names_known = last_names(seen, layout) == [plain_name(n) for n in layout.arrays]
        self.argument_order = tuple(range(len(self._usual_places)))
        self.has_cache = True
        self.results: tuple[str, ...] = seen.spec.returns
        if seen.spec.role is Role.STEP:
            self.results = tuple(state.next for state in cell.states)
        elif seen.spec.role is Role.SEQUENCE:
            self.results = tuple(state.name for state in cell.states if state.exposed)
        forward = seen.forward
        self._inputs_called = forward.inputs_called if isinstance(forward, Rows) else ()
        self._entries: tuple[object, ...] = ()  # by what gradients are taken, where not in order

    @classmethod
    def recognise(cls, seen: Presented) -> Self | None:
        """A forward function that takes a layout's arrays last, or as many arguments as that, and
        its backward.
        """
        if seen.cell is None:
            return None
        if isinstance(seen.forward, Rows):
            return cls(seen, seen.cell, seen.forward.layout, seen.forward.stacking)
        others = [one for one in seen.others if isinstance(one, Rows)]
        for layout in seen.cell.layouts:
            named = last_names(seen, layout) == [plain_name(name) for name in layout.arrays]
            if seen.spec.role.is_forward and (named or takes_arrays(seen, layout)):
                shared = (one.stacking for one in others if one.layout is layout)
                return cls(seen, seen.cell, layout, next(shared, None))
        return None

    @property
    def order(self) -> tuple[str, ...]:
        """The order in which the gates are stacked."""
        return self.stacking.order

    @property
    def inputs_called(self) -> tuple[str, ...]:
        """What the author calls the inputs and the arrays, in the layout's order."""
        called = [""] * len(self.argument_order)
        for place, name in zip(self.argument_order, self.given_names, strict=False):
            called[place] = name
        return tuple(called)

    def suited(self, case: Case) -> Case:
        return case

    def calibrate(self, call: Call, probe: Case, expected: Expected) -> float:
        """Finds the order of the arguments, the axes of sequences, and the order in which the gates
        are stacked, by what comes out.

        A function that has another order of gates takes for a gate's block what is another's here.
        """
        if self.spec.role.is_backward:
            return self._agreed(call(probe), expected(probe))
        before = self.argument_order, self.stacking.axes
        for order, axes in self._choices():
            self.argument_order, self.stacking.axes = order, axes
            try:
                far = self._far(call(probe), probe, expected)
            except Crash as crash:
                if crash.is_late or crash.error == "Ended":
                    raise
                continue
            if min(far.values()) < EXACT:
                return self._stacked_as(far)
        self.argument_order, self.stacking.axes = before
        return self._stacked_as(self._far(call(probe), probe, expected))

    def _choices(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Orders of arguments and axes, the usual ones first."""
        axes: tuple[tuple[int, ...], ...] = (self.stacking.axes,)
        if self.spec.role is Role.SEQUENCE and self.stacking.axes == EXAMPLES_FIRST:
            axes = EXAMPLES_FIRST, TIME_FIRST
        yield from product([self.argument_order], axes)
        if not self.names_known:
            yield from product(self._argument_orders(), axes)

    def _argument_orders(self) -> Iterator[tuple[int, ...]]:
        """Inputs in any order: before the arrays, which are in any order, after or around them."""
        count = len(self._usual_places) - len(self.layout.arrays)
        inputs, arrays = range(count), range(count, len(self._usual_places))
        for some, others in product(permutations(inputs), permutations(arrays)):
            yield some + others
            yield others + some
            yield some[:1] + others + some[1:]

    def _far(
        self, returned: object, probe: Case, expected: Expected
    ) -> dict[tuple[str, ...], float]:
        """How far the results are for each order of the gates."""
        count = len(returned) if isinstance(returned, tuple | list) else 1
        self.has_cache = count != len(self.results)
        found, _ = self.unpack(returned)
        return {
            order: distance(found, expected(self.stacking.restacked(probe, order)))
            for order in permutations(self.layout.gates)
        }

    def _stacked_as(self, far: Mapping[tuple[str, ...], float]) -> float:
        """Takes the order of gates that is nearest, if it is nearer by far than the one so far."""
        here = self.order
        best = min(far, key=lambda order: (far[order], order != here))
        exact = far[best] < EXACT
        if not self.stacking.sure and (exact or far[best] < CLEAR * far[here]):
            self.stacking.order, self.stacking.sure = best, exact
        return far[self.order]

    def _agreed(self, returned: object, wanted: Mapping[str, Tensor]) -> float:
        """How far the gradients are. Where those of the parameters are right in another order than
        the forward function's, one of the two has its gates exchanged: the one whose order is not
        the usual one.
        """
        found = self._ordered(returned, wanted)
        far = distance(self.unpack(returned)[0], wanted)
        here, usual = self.order, self.stacking.usual
        if far < EXACT or found is None:
            return far
        for order in permutations(usual):
            weights = self.stacking.unstacked(found[len(self._states) :], order)
            if order != here and distance(weights, wanted) < EXACT:
                self.stacking.disagreement = (
                    f"forward, the gates are stacked {', '.join(here)}, and backward "
                    f"{', '.join(order)}"
                )
                self.stacking.order = usual if order == usual else here
        return far

    def _ordered(self, returned: object, wanted: Mapping[str, Tensor]) -> list[Tensor] | None:
        """The gradients in the usual order: by their keys, or by their shapes, if these tell it."""
        count = len(self._states) + len(self.layout.arrays)
        if isinstance(returned, Mapping):
            self._entries = self._keys_of(returned)
        elif isinstance(returned, tuple | list) and len(returned) == count:
            self._entries = places_by_shape(returned, self._packed(wanted))
        try:
            return self._taken(returned)
        except Crash:
            return None

    def _keys_of(self, returned: Mapping[object, object]) -> tuple[object, ...]:
        """The keys of the gradients in the usual order: by the names of the forward function's
        arguments, else in the order that they have.
        """
        called = [{plain_name(name)} for name in self._inputs_called]
        keys = [next((k for k in returned if bare_names(k) & names), None) for names in called]
        if None in keys or len({*keys}) != len(called):
            return tuple(returned)
        return tuple(keys)

    def _taken(self, returned: object) -> list[Tensor]:
        """All that is returned, in the usual order. Raises `Crash` for what has another form."""
        if self.spec.role.is_backward and isinstance(returned, Mapping):
            keys = self._entries or self._keys_of(returned)
            returned = tuple(returned[key] for key in keys if key in returned)
        elif self._entries and isinstance(returned, tuple | list):
            if len(returned) == len(self._entries):
                returned = [returned[i] for i in self._entries]  # type: ignore[call-overload]  # places, in a tuple
        elif isinstance(returned, np.ndarray) and not self.has_cache:
            returned = (returned,)
        if not isinstance(returned, tuple | list):
            raise Crash("it returns one value; the layout with rows returns a tuple")
        names = self.returned
        if len(returned) != len(names):
            raise Crash(Message(f"it returns {len(returned)} values; expected ", listed(names)))
        return list(returned)

    @property
    def notes(self) -> tuple[str, ...]:
        *first, last = self.layout.arrays
        arrays = f"{', '.join(first)} and {last}"
        notes = [f"functions that take {arrays} are read with one example a row"]
        if self.order != self.stacking.usual:
            notes.append(f"their gates are stacked {', '.join(self.order)}")
        if self.stacking.axes == TIME_FIRST:
            notes.append("their sequences are read as (T, N, D), time first")
        if not self.has_cache:
            notes.append(f"{self.spec.name} returns no cache")
        return tuple(notes)

    @property
    def departures(self) -> tuple[str, ...]:
        return ()

    @property
    def remark(self) -> str:
        return self.stacking.disagreement

    @property
    def own_names(self) -> Mapping[str, str]:
        names = {"xt": "x"}
        for state in self.cell.states:
            name = self.layout.states.get(state.name, state.name)
            names |= {state.previous: f"prev_{name}", state.next: f"next_{name}"}
            if state.exposed:
                names |= {state.initial: f"{name}0", state.name: name}
        if len(self.order) == 1:
            names |= dict(zip(self.layout.gates[self.order[0]], self.layout.arrays, strict=True))
        names |= {f"d{name}": f"d{used}" for name, used in names.items()}
        called = zip(self.places, self.given_names, strict=False)
        given = {name: own for name, own in called if name in names}
        if self.spec.role.is_backward:  # a name that an upstream gradient has is not free
            gradients = zip(self._states, self._inputs_called, strict=False)
            names |= {n: f"d{own}" for n, own in gradients if f"d{own}" not in given.values()}
        return names | given

    @property
    def _usual_places(self) -> list[str]:
        weights = {"parameters": ["parameters"] * len(self.layout.arrays)}
        return [place for name in self.spec.takes for place in weights.get(name, [name])]

    @property
    def places(self) -> list[str]:
        usual = self._usual_places
        return [usual[i] for i in self.argument_order]

    @property
    def returned(self) -> tuple[str, ...]:
        if self.spec.role.is_forward:
            return (*self.results, *(["cache"] if self.has_cache else []))
        return (*self._states, *(f"d{name}" for name in self.layout.arrays))

    @property
    def private(self) -> bool:
        return True

    @property
    def is_transposed(self) -> bool:
        return True

    @property
    def _states(self) -> tuple[str, ...]:
        """The results that are no gradient of a parameter."""
        return tuple(n for n in self.results if n[1:] not in self.cell.parameters)

    def arguments(
        self, given: Mapping[str, Tensor], cache: Handle
    ) -> tuple[list[object], dict[str, object]]:
        places: list[object] = []
        for name in self.spec.takes:
            if name.startswith("cache"):
                places.append(cache)
            elif name == "parameters":
                places += self.stacking.stacked(given["parameters"])
            else:
                places.append(self.stacking.rows(given[name]))
        return [places[i] for i in self.argument_order], {}

    def unpack(self, returned: object) -> tuple[dict[str, Tensor], Handle]:
        taken, columns = self._taken(returned), self.stacking.columns
        if self.spec.role.is_forward:
            values = {n: columns(v) for n, v in zip(self.results, taken, strict=False)}
            return values, taken[-1] if self.has_cache else None
        states = self._states
        values = {name: columns(value) for name, value in zip(states, taken, strict=False)}
        return values | self.stacking.unstacked(taken[len(states) :]), None

    def access(self, name: str) -> str:
        """The expression, which also turns the result into the contract's layout."""
        order = self.results if self.spec.role.is_forward else self._states
        if name in order:
            turned = self.stacking.access(len(self.spec.shapes[name]))
            return f"{self._entry(order.index(name))}{turned}"
        blocks = self.stacking.blocks(name.removeprefix("d"))
        parts = [self._part(place, gate) for gate, place in blocks]
        if not parts:
            raise ValueError(f"{name} has no place in what is returned")
        if len(self.spec.shapes[name]) == 2 and self.spec.shapes[name][1] == "1":
            return f"{parts[0]}.reshape(-1, 1)"
        whole = f"np.concatenate(({', '.join(parts)}))" if len(parts) > 1 else parts[0]
        return f"{whole}.T"

    def _entry(self, place: int) -> str:
        """One of the results, by its place in the usual order; counted from the last if below 0."""
        if self._entries:
            return f"result[{self._entries[place]!r}]"
        return f"result[{place}]" if self.has_cache or len(self.results) > 1 else "result"

    def form(self) -> str:
        if self.has_cache is False and not self.results[1:]:
            return "isinstance(result, np.ndarray)"
        if self._entries and not isinstance(self._entries[0], int):
            return f"isinstance(result, dict) and len(result) == {len(self.returned)}"
        return f"isinstance(result, (tuple, list)) and len(result) == {len(self.returned)}"

    def _part(self, place: int, gate: str) -> str:
        """The block of one gate, out of the array of a place among the layout's."""
        array = self._entry(place - len(self.layout.arrays))
        if len(self.order) == 1:
            return array
        return f"np.split({array}, {len(self.order)}, axis=-1)[{self.order.index(gate)}]"

    def presented(self, value: Array) -> Array:
        return self.stacking.rows(value)

    def contents(self, cache: Handle) -> Contents | None:
        return None

    def steps_read(self, cache: Handle) -> int | None:
        return None

    def contract_cache(self, steps: Contents, x: Array | None) -> Handle:
        return contract_cache(self.cell, steps, x, own)

    def to_contract(self, given: Sequence[object]) -> list[object]:
        usual: list[Tensor] = [given[self.argument_order.index(i)] for i in range(len(given))]
        arguments: list[object] = []
        for name, value in zip(self.spec.takes, usual, strict=False):
            if name == "parameters":
                arguments.append(self.stacking.parameters(usual[-len(self.layout.arrays) :]))
            else:
                taken = value if name.startswith("cache") else self.stacking.columns(value)
                arguments.append(taken)
        return arguments

    def to_contract_cache(self, cache: Handle) -> Handle:
        return cache

    def pack(self, returned: object) -> object:
        if isinstance(returned, dict):
            values = self._packed(returned)
            if not self._entries:
                return tuple(values)
            if isinstance(self._entries[0], int):
                return tuple(values[self._entries.index(i)] for i in range(len(values)))
            return dict(zip(self._entries, values, strict=True))
        assert isinstance(returned, tuple)
        named = dict(zip(self.spec.returns, returned, strict=False))
        results = [self.stacking.rows(named[name]) for name in self.results]
        if not self.has_cache:
            return tuple(results) if results[1:] else results[0]
        return (*results, returned[-1])

    def _packed(self, gradients: Mapping[str, Tensor]) -> list[Array]:
        """Gradients as the function has them, in the usual order."""
        states = [self.stacking.rows(gradients[name]) for name in self._states]
        weights = {name[1:]: value for name, value in gradients.items()}
        return [*states, *self.stacking.stacked(weights)]


CONVENTION: type[Convention] = Rows
