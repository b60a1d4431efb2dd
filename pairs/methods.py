"""A pair of methods: what the backward one needs is kept in the object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from .binding import arranged, bind, signature
from .building import HELD, RATES, Build, Builder, path_of, put, reached, written
from .cases import Array, Values
from .errors import Broken, Function
from .in_process import LivePair, Where
from .plan import KnownPlan, Plan, Slot, plan
from .protocol import RANDOM, Gradients, Ran, Sketch, array_of, copied, nested, plain, same
from .returned import CONTAINERS, FORMS, UNNAMED, gradients_in, looked_up, unnamed
from .shape_strings import Input, sizes_of

RATE = 2.0**20
"""The learning rate, where gradients are applied in place: what the weights change by has then all
digits of the gradient.
"""


class ObjectPair(LivePair):
    """Two methods of a class, which is built anew for each run."""

    is_object = True
    alone = False

    def __init__(
        self,
        forward: Function,
        backward: Function,
        inputs: Mapping[str, Input],
        constants: Mapping[str, Any],
        owner: type | None,
        build: Build | None,
        gradients: Callable[[Any], object] | None,
        results: int | None,
        where: Where | None = None,
        known: KnownPlan | None = None,
    ) -> None:
        super().__init__(forward, backward, inputs, dict(constants), where)
        self.owner = owner
        self.read, self.results = gradients, results
        self.groups: dict[str, tuple[str, ...]] = {}
        for name in inputs:
            head = name.partition(".")[0]
            self.groups[head] = (*self.groups.get(head, ()), name)
        taken = self._taken()
        self.bound = bind(forward, taken, self.constants, skip=1)
        weights = {head: names for head, names in self.groups.items() if head not in taken}
        self.arguments = [n for head in taken for n in self.groups[head]]
        self.weights = [n for names in weights.values() for n in names]
        self.builder = Builder(owner, build, self.forward.name, weights, self.constants)
        self.rates = [p.name for p in signature(backward) or [] if p.name in RATES]
        self.plan: Plan | None = known.plan if known else None
        self.known = known
        self.applied: set[str] = set()
        self.made: list[str] = []

    @property
    def unit(self) -> bool:
        """Whether the backward method takes no cotangent."""
        return self.plan is not None and self.plan.unit

    def _run(self, values: Values) -> Ran:
        """Build an object with the weights, and call its forward method."""
        given = {name: plain(array) for name, array in values.items()}
        np.random.seed(RANDOM)
        built = self.builder.built(given, sizes_of(self.inputs, values))
        attributes = vars(built) if hasattr(built, "__dict__") else {}
        self.made = [n for n, one in attributes.items() if isinstance(one, np.ndarray | float)]
        for rate in self._rates_of(built):
            setattr(built, rate, RATE)
        return self._called(built, given)

    def _repeat(self, ran: Ran, values: Values) -> Ran:
        """Call the forward method of the same object again, with the same weights."""
        given = {name: plain(array) for name, array in values.items()}
        np.random.seed(RANDOM)
        built = ran.state[0]
        for name in self.weights:
            if path_of(built, name) is not None:
                put(built, name, given[name], self.forward.name)
        return self._called(built, given)

    def _gradients(self, ran: Ran, cotangents: tuple[Array, ...]) -> Gradients:
        """Call the backward method, and read the gradients wherever they go."""
        built, _, given = ran.state
        before = {name: copied(given[name]) for name in self.weights}
        result = self._given_back(ran, cotangents)
        who = self.backward.name
        found = self._from_returned(result, who)
        for name in self.weights:
            if name not in found and self.inputs[name].has_gradient:
                found[name] = self._from_object(built, name, before[name])
        missing = [n for n, one in self.inputs.items() if one.has_gradient and n not in found]
        lost = [name for name in missing if name in self.weights]
        if lost or not found:
            raise Broken(f"{who} gives no gradient by {', '.join(lost or missing)}", *lost)
        for name in missing:
            self.tell(f"{who} gives no gradient by {name}, which is taken for data")
        if more := unnamed(built, self.made, self.inputs):
            self.tell(f"gradients by {', '.join(more)} {UNNAMED}")
        return Gradients(
            {name: array_of(value, name, who) for name, (value, _) in found.items()},
            {name: where for name, (_, where) in found.items()},
            frozenset(name for name, (_, where) in found.items() if "result" not in where),
        )

    def _given_back(self, ran: Ran, cotangents: tuple[Array, ...]) -> object:
        """What the backward method returns."""
        places, named = self._backward_arguments(ran, cotangents)
        return self.backward_function(ran.state[0], *places, **named)

    def _sketch(self, values: Values) -> Sketch | None:
        """The object is built, its weights put, and both methods called."""
        lines = self._first_lines(values)
        if not lines or self.plan is None:
            return None
        calls, cotangents = [], []
        for argument, (kind, which) in self.plan.slots:
            text = str(which)
            if kind == "cotangent":
                cotangents.append((argument.name, int(which)))
                text = argument.name
            elif kind == "constant":
                text = repr(self._constant(str(which)))
            elif kind != "input":
                text = f"returned[{which}]" if self.plan.several else "returned"
            calls.append(f"{argument.name}={text}" if argument.by_name else text)
        result = f"result = net.{self.backward_function.__name__}({', '.join(calls)})"
        return Sketch(tuple(lines), tuple(cotangents), (result,))

    def _first_lines(self, values: Values) -> list[str]:
        """The object is built, its weights put, and the forward method called; nothing where it is
        not built by its class.
        """
        if not self.builder.is_class:
            return []
        given = {name: plain(array) for name, array in values.items()}
        sizes = sizes_of(self.inputs, values)
        lines = [f"net = {self.builder.text(given, sizes)}"]
        built = self.builder.built(given, sizes)
        for name in self.builder.attributes():
            path = path_of(built, name) or (name,)
            source = name.partition(".")[0] + "".join(f"[{k!r}]" for k in name.split(".")[1:])
            lines.append(f"{written(built, path)}[...] = {source}")
        lines += [f"{rate} = net.{rate} = {RATE!r}" for rate in self._rates_of(built)]
        texts = ((a, g[0] if g else repr(self.constants[a.name])) for a, g in self.bound)
        given_to = [f"{a.name}={text}" if a.by_name else text for a, text in texts]
        lines.append(f"returned = net.{self.forward_function.__name__}({', '.join(given_to)})")
        return lines

    def named(self) -> dict[str, object]:
        """The class."""
        return {self.owner.__name__: self.owner} if self.owner else {}

    def _taken(self) -> list[str]:
        """The inputs that the forward method takes, by name, else as many as it needs, in order."""
        parameters = (signature(self.forward_function) or [])[1:]
        own = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        named = [p.name for p in own if p.name in self.groups]
        open_ = [p for p in own if p.default is p.empty and p.name not in self.groups]
        open_ = [p for p in open_ if p.name not in self.constants]
        rest = [head for head in self.groups if head not in named][: len(open_)]
        return [head for head in self.groups if head in (*named, *rest)]

    def _returned(self, built: object, given: Mapping[str, Any]) -> Any:
        """What the forward method returns."""
        places, named = arranged(
            (
                argument,
                nested(self.groups[groups[0]], given, groups[0])
                if groups
                else copied(self.constants[argument.name]),
            )
            for argument, groups in self.bound
        )
        return self.forward_function(built, *places, **named)

    def _called(self, built: object, given: Mapping[str, Any]) -> Ran:
        returned = self._returned(built, given)
        if self.plan is None:
            rates = dict.fromkeys(self.rates, RATE)
            self.plan = plan(
                self.forward_function, self.backward_function, returned, self.groups,
                {**rates, **self.constants}, self.results, self.forward, skip=1,
            )  # fmt: skip
        parts = returned if self.plan.several else (returned,)
        results = tuple(np.asarray(parts[place]) for place in self.plan.results)
        arrays = {n: given[n] for n in self.arguments if isinstance(given[n], np.ndarray)}
        return Ran(results, returned, arrays, (built, parts, given))

    def _constant(self, name: str) -> object:
        return copied(self.constants.get(name, RATE))

    def _backward_arguments(
        self, ran: Ran, cotangents: tuple[Array, ...]
    ) -> tuple[list[object], dict[str, object]]:
        assert self.plan is not None
        slots = self.plan.slots
        return arranged((one, self._slot(slot, ran, cotangents)) for one, slot in slots)

    def _slot(self, slot: Slot, ran: Ran, cotangents: tuple[Array, ...]) -> object:
        """What one argument of the backward method is given."""
        _, parts, given = ran.state
        match slot:
            case "cotangent", int(which):
                value = cotangents[which]
                return value[()] if value.ndim == 0 else value
            case "input", str(which):
                return nested(self.groups[which], given, which)
            case "constant", str(which):
                return self._constant(which)
            case "part", int(which):
                return parts[-1][which]
            case _, which:
                return parts[int(which)]

    def _from_returned(self, result: object, who: str) -> dict[str, tuple[object, str]]:
        """What the method returned: all gradients, or those by its arguments."""
        if result is None:
            return {}
        if self.known is not None:
            return self._in_known_order(result, self.known.order, who)
        own = {name: self.inputs[name] for name in self.arguments}
        wanted: list[Mapping[str, Input]] = [own, self.inputs]
        if isinstance(result, tuple | list | Mapping):
            wanted.reverse()
        weights = {name: self.inputs[name] for name in self.weights}
        for inputs in (*wanted, weights):
            if not any(one.has_gradient for one in inputs.values()):
                continue
            try:
                return gradients_in(result, inputs, who)
            except Broken:
                continue
        return {}

    def _in_known_order(
        self, result: object, order: tuple[str, ...], who: str
    ) -> dict[str, tuple[object, str]]:
        """Those of the gradients that are returned which are known to be."""
        named: Iterable[str] = order
        if isinstance(result, Mapping):
            named = [n for n, one in self.inputs.items() if looked_up(result, one.key)]
        inputs = {name: self.inputs[name] for name in named if name in self.inputs}
        return gradients_in(result, inputs, who, order) if inputs else {}

    def _from_object(self, built: object, name: str, before: Any) -> tuple[object, str]:
        """Where an object keeps the gradient by a weight, or what it has changed the weight by."""
        key = self.inputs[name].key
        if self.read is not None:
            return self._in_container(self.read(built), built, name, "gradients(net)")
        for where in CONTAINERS:
            container = getattr(built, where, None)
            many = isinstance(container, Mapping | list | tuple) and len(container)
            if many or isinstance(container, np.ndarray):
                read = self._in_container(container, built, name, f"net.{where}")
                if read[0] is not None:
                    return read
        attributes = vars(built) if hasattr(built, "__dict__") else {}
        for form in FORMS:
            if form != "{}" and attributes.get(form.format(key)) is not None:
                return attributes[form.format(key)], f"net.{form.format(key)}"
        path = path_of(built, name)
        if path is not None and path[-1] in HELD:
            holder = path[:-1]
            gradient = getattr(reached(built, holder), "grad", None)
            if gradient is not None:
                return gradient, f"{written(built, holder)}.grad"
        now = reached(built, path or ())
        if path is not None and (name in self.applied or not same(now, before)):
            self.applied.add(name)
            self.tell("gradients are read from what the weights change by")
            rate = self._rate(built)
            return (before - now) / rate, f"(({name} - {written(built, path)}) / {rate!r})"
        raise Broken(
            f"{self.backward.name} gives no gradient by {name}: it is not returned, "
            f"not in self.grads or self.d{key}, and {name} is not changed",
            name,
        )

    def _rates_of(self, built: object) -> list[str]:
        """The attributes that are learning rates, and not given as constants."""
        own = [rate for rate in RATES if isinstance(getattr(built, rate, None), float)]
        return [rate for rate in own if rate not in self.constants]

    def _rate(self, built: object) -> float:
        for rate in RATES:
            if rate in self.constants:
                return float(np.asarray(self.constants[rate]))
            if rate in self.rates or isinstance(getattr(built, rate, None), float):
                return RATE
        return 1.0

    def _in_container(
        self, container: object, built: object, name: str, access: str
    ) -> tuple[object, str]:
        if isinstance(container, Mapping):
            key = looked_up(container, self.inputs[name].key) or looked_up(container, name)
            return (container[key], f"{access}[{key!r}]") if key is not None else (None, "")
        if not isinstance(container, list | tuple):
            weights = [n for n in self.weights if self.inputs[n].has_gradient]
            return (container, access) if weights == [name] else (None, "")
        held = getattr(built, "params", None)
        weights = [n for n in self.weights if self.inputs[n].has_gradient]
        place = weights.index(name) if name in weights else len(container)
        path = path_of(built, name)
        if isinstance(held, list | tuple) and path is not None:
            own = getattr(built, path[0], None)
            place = next((k for k, one in enumerate(held) if one is own), place)
        return (container[place], f"{access}[{place}]") if place < len(container) else (None, "")
