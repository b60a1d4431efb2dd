"""A pair of plain functions: the forward one returns its results and a cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .binding import Argument, arranged, bind, name_of, signature
from .cases import Array, Values
from .errors import Function, Misuse
from .in_process import LivePair, Where
from .plan import KnownPlan, Plan, Slot, plan
from .protocol import RANDOM, Gradients, Ran, Sketch, array_of, copied, nested, plain
from .returned import gradients_in
from .shape_strings import Input


class FunctionPair(LivePair):
    """A forward and a backward function; ``backward`` is None where forward gives the gradients,
    the backward function itself as its last result, or, with no ``results`` that are
    differentiated, a value alone.
    """

    is_object = False

    def __init__(
        self,
        forward: Function,
        backward: Function | None,
        inputs: Mapping[str, Input],
        constants: Mapping[str, object],
        results: int | None = None,
        where: Where | None = None,
        known: KnownPlan | None = None,
    ) -> None:
        super().__init__(forward, backward or forward, inputs, constants, where)
        self.alone = backward is None
        self.has_value_only = self.alone and results == 0
        self.takes_cotangents = not self.alone
        self.groups: dict[str, tuple[str, ...]] = {}
        for name in inputs:
            head = name.partition(".")[0]
            self.groups[head] = (*self.groups.get(head, ()), name)
        self.bound = bind(forward, [*self.groups], constants)
        self.results = results
        self.plan: Plan | None = known.plan if known else None
        self.order = known.order if known else ()

    @property
    def unit(self) -> bool:
        """Whether the backward function takes no cotangent."""
        return not self.takes_cotangents or (self.plan is not None and self.plan.unit)

    def _run(self, values: Values) -> Ran:
        """Call the forward function by name or by place."""
        given = {name: plain(array) for name, array in values.items()}
        places, named = self._arguments(given)
        np.random.seed(RANDOM)
        returned = self.forward_function(*places, **named)
        arrays = {n: a for n, a in given.items() if isinstance(a, np.ndarray)}
        if self.has_value_only:
            return Ran((np.asarray(returned),), returned, arrays)
        if self.alone and (made_backward := backward_in(returned)) is not None:
            *values_first, _ = returned
            self.takes_cotangents = bool(signature(made_backward))
            return Ran(tuple(map(np.asarray, values_first)), returned, arrays, made_backward)
        if self.alone:
            return Ran((np.asarray(first_of(returned, self.forward_function)),), returned, arrays)
        made = self._planned(returned)
        parts = returned if made.several else (returned,)
        results = tuple(np.asarray(parts[place]) for place in made.results)
        state = None if made.cache is None else parts[made.cache]
        return Ran(results, returned, arrays, (state, parts, given))

    def _repeat(self, ran: Ran, values: Values) -> Ran:
        """Call it again: a function keeps nothing."""
        return self._run(values)

    def _gradients(self, ran: Ran, cotangents: tuple[Array, ...]) -> Gradients:
        """Call the backward function with the cotangents, the cache and what else it takes."""
        who = self.backward.name
        if self.has_value_only:
            return Gradients({}, {})
        if callable(ran.state):
            result = ran.state(*map(_scalar, cotangents if self.takes_cotangents else ()))
        elif self.alone:
            result, _ = after_first(ran.returned)
        else:
            places, named = self._backward_arguments(ran, cotangents)
            result = self.backward_function(*places, **named)
        found = gradients_in(result, self.inputs, who, self.order)
        arrays = {name: array_of(value, name, who) for name, (value, _) in found.items()}
        return Gradients(arrays, {name: where for name, (_, where) in found.items()})

    def _sketch(self, values: Values) -> Sketch:
        """The two calls."""
        written = []
        for argument, groups in self.bound:
            value = (
                groups[0] if len(groups) == 1 else f"dict({', '.join(f'{g}={g}' for g in groups)})"
            )
            value = value if groups else argument.name
            written.append(f"{argument.name}={value}" if argument.by_name else value)
        written += [f"{name}={name}" for name in self._taken_constants()]
        before = (f"returned = {self.forward.name}({', '.join(written)})",)
        if self.has_value_only:
            return Sketch(before, (), ("result = returned",), self.constants)
        if self.alone:
            return self._sketch_of_one(before, self._run(values))
        assert self.plan is not None
        parts = "returned" if self.plan.several else "(returned,)"
        calls, cotangents = [], []
        for argument, (kind, which) in self.plan.slots:
            if kind == "cotangent":
                text = argument.name or f"d{which}"
                cotangents.append((text, int(which)))
            else:
                text = {"input": str(which), "constant": str(which)}.get(kind, f"{parts}[{which}]")
                text = f"returned[{self.plan.cache}][{which}]" if kind == "part" else text
            calls.append(f"{argument.name}={text}" if argument.by_name else text)
        after = (f"result = {self.backward.name}({', '.join(calls)})",)
        return Sketch(before, tuple(cotangents), after, self.constants)

    def _sketch_of_one(self, before: tuple[str, ...], ran: Ran) -> Sketch:
        if not callable(ran.state):
            _, part = after_first(ran.returned)
            return Sketch(before, (), (f"result = {part}",), self.constants)
        count = len(ran.results) if self.takes_cotangents else 0
        names = [f"d{place}" if count > 1 else "dout" for place in range(count)]
        after = (f"result = returned[-1]({', '.join(names)})",)
        return Sketch(before, tuple(zip(names, range(count), strict=True)), after, self.constants)

    def named(self) -> dict[str, object]:
        """Both functions."""
        return {
            self.forward.name: self.forward_function,
            self.backward.name: self.backward_function,
        }

    def _value(self, head: str, given: Mapping[str, object]) -> object:
        return nested(self.groups[head], given, head)

    def _arguments(self, given: Mapping[str, object]) -> tuple[list[object], dict[str, object]]:
        constants = {name: copied(value) for name, value in self.constants.items()}

        def value_of(argument: Argument, groups: tuple[str, ...]) -> object:
            if not groups:
                return constants.pop(argument.name)
            if len(groups) == 1:
                return self._value(groups[0], given)
            return {group: self._value(group, given) for group in groups}

        places, named = arranged((one, value_of(one, groups)) for one, groups in self.bound)
        for name in self._taken_constants():
            named[name] = constants[name]
        return places, named

    def _taken_constants(self) -> list[str]:
        """The constants that the forward function takes and that have no place yet."""
        parameters = signature(self.forward_function) or []
        anything = any(p.kind is p.VAR_KEYWORD for p in parameters)
        own = {p.name for p in parameters}
        placed = {argument.name for argument, groups in self.bound if not groups}
        taken = [n for n in self.constants if (n in own or anything) and n not in placed]
        if not self.alone:
            own |= {p.name for p in signature(self.backward_function) or []}
        unknown = [name for name in self.constants if name not in own and not anything]
        if unknown:
            raise Misuse(
                f"{name_of(self.forward_function)} takes no {', '.join(unknown)}, which is given "
                f"as a constant: leave it out, or call it as the code does."
            )
        return taken

    def _planned(self, returned: object) -> Plan:
        if self.plan is None:
            if not isinstance(returned, tuple | list):
                self.constants = {**self.constants, **self._shared(returned)}
            self.plan = plan(
                self.forward_function,
                self.backward_function,
                returned,
                self.groups,
                self.constants,
                self.results,
                self.forward,
            )
        return self.plan

    def _shared(self, returned: Any) -> dict[str, Any]:
        """The defaults of the forward function that the backward one asks for by name."""
        defaults = {p.name: p.default for p in signature(self.forward_function) or []}
        known = {n: value for n, value in defaults.items() if isinstance(value, int | float | str)}
        asked = [p.name for p in signature(self.backward_function) or [] if p.default is p.empty]
        asked = [name for name in asked if name not in (*self.groups, *self.constants)]
        shared = {name: known[name] for name in asked if name in known}
        return shared if np.ndim(returned) == 0 or len(shared) < len(asked) else {}

    def _backward_arguments(
        self, ran: Ran, cotangents: tuple[Array, ...]
    ) -> tuple[list[object], dict[str, object]]:
        assert self.plan is not None
        slots = self.plan.slots
        return arranged((one, self._slot(slot, ran, cotangents)) for one, slot in slots)

    def _slot(self, slot: Slot, ran: Ran, cotangents: tuple[Array, ...]) -> object:
        """What one argument of the backward function is given."""
        assert self.plan is not None
        state, parts, given = ran.state
        match slot:
            case "cotangent", int(which):
                value: Any = _scalar(cotangents[which])
                if not isinstance(parts[self.plan.results[which]], np.ndarray | np.generic):
                    value = value.item() if np.isrealobj(value) else value
                return value
            case "result", int(which):
                return parts[which]
            case "part", int(which):
                return state[which]
            case "input", str(which):
                return self._value(which, given)
            case "constant", str(which):
                return copied(self.constants[which])
        return state


def backward_in(returned: object) -> Function | None:
    """The backward function that a function returns last, after its results; if it does."""
    if isinstance(returned, tuple | list) and len(returned) > 1 and callable(returned[-1]):
        made: Function = returned[-1]
        return made
    return None


def _scalar(array: Array) -> Any:
    return array[()] if array.ndim == 0 else array


def first_of(returned: object, function: Function) -> object:
    """The value of a function that returns its gradients after it."""
    if not isinstance(returned, tuple | list) or len(returned) < 2:
        raise Misuse(
            f"{name_of(function)} should return its value and then the gradients, since no "
            f"backward function is given; it returns {type(returned).__name__}."
        )
    if np.asarray(returned[0]).dtype.kind not in "fc":
        raise Misuse(f"{name_of(function)} should return a floating-point value first.")
    return returned[0]


def after_first(returned: Any) -> tuple[object, str]:
    """The gradients that follow a value, and how code reads them from ``returned``."""
    if len(returned) == 2:
        return returned[1], "returned[1]"
    return tuple(returned[1:]), "returned[1:]"
