"""What recorded objects hold: weights and their gradients, wherever they are kept."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..pairs.building import RATES
from ..pairs.returned import CONTAINERS, FORMS, looked_up
from .recorded_calls import require_shape
from .seen import Demonstrated, Seen
from .trees import parts_of


class Held:
    """The objects of recorded calls, one a call, and the definition of the backward method, if that
    is known. ``unsure`` are the weights that may change by more than their gradient.
    """

    def __init__(self, seen: Sequence[Demonstrated], backward: ast.AST | None) -> None:
        self.seen, self.first = seen, seen[0]
        self.backward = backward
        self.unsure: list[str] = []

    def arrays(self) -> dict[str, list[Seen]]:
        """The arrays of numbers that an object has as attributes, or in dicts, by their names."""
        found: dict[str, list[Seen]] = {}
        for name, value in self.first.before.entries.items():
            if value.is_array and value.is_real:
                found[name] = [one.before.entries[name] for one in self.seen]
            elif value.kind == "dict" and name not in CONTAINERS:
                for key, part in value.entries.items():
                    if part.is_array and part.is_real:
                        found[key] = [one.before.entries[name].entries[key] for one in self.seen]
        return found

    def kept(self) -> dict[str, tuple[list[Seen], Seen]]:
        """The weights by which the object keeps gradients, or that it changes, with those."""
        found = self._listed()
        after = self.first.after.entries
        rates = {*self.first.before.names, *(self.first.backward or self.first.forward).names}
        for name, each in self.arrays().items() if not found else ():
            gradient = _gradient(name, after)
            if gradient is not None:
                require_shape(name, gradient, each[0])
                found[name] = each, gradient
            elif name in after and after[name].digest != each[0].digest and rates & {*RATES}:
                found[name] = each, replace(after[name], digest=0)
                if self.backward is None or not _steps(name, self.backward):
                    self.unsure.append(name)
        return found

    def _listed(self) -> dict[str, tuple[list[Seen], Seen]]:
        """The weights of an object that keeps them in one list and their gradients in another."""
        params = self.first.before.entries.get("params")
        after = self.first.after.entries
        grads = next((after[where] for where in CONTAINERS if where in after), None)
        if params is None or grads is None or grads.kind not in ("list", "tuple"):
            return {}
        own = {**self.first.before.entries, **self.first.built.entries}
        names = {one.number: name for name, one in own.items() if one.is_array}
        known = [names.get(part.number, "") for part in params.parts]
        if not all(known) or len(known) != len(grads.parts):
            return {}
        found = {}
        for place, (name, gradient) in enumerate(zip(known, grads.parts, strict=True)):
            each = [one.before.entries["params"].parts[place] for one in self.seen]
            require_shape(name, gradient, each[0])
            found[name] = each, gradient
        return found

    def is_size(self, name: str) -> bool:
        """Whether an argument of the constructor is the size of an axis of the weights; one that is
        always 1 tells nothing.
        """
        sizes = sizes_of(self.seen, name)
        return set(sizes) != {1} and sizes in {
            axis
            for each in self.arrays().values()
            for axis in zip(*(one.shape for one in each), strict=True)
        }


def settings(one: Demonstrated) -> list[str]:
    """What the constructor was given that is no size of a weight."""
    weights = [part for part in one.before.within() if part.is_array and part.is_real]
    sizes = {size for part in weights for size in part.shape}
    return [
        f"{name}={part.kind} {part.text if part.kind != 'array' else ''}"
        for name, part in one.built.entries.items()
        if not (part.dtype == "i" and int(part.low) in sizes)
    ]


def _steps(name: str, backward: ast.AST) -> bool:
    """Whether a method does with a weight no more than to take a rate times something from it."""
    own = [part for part in parts_of(backward) if isinstance(part, ast.AugAssign | ast.Assign)]
    own = [part for part in own if f"self.{name}" in map(ast.unparse, targets_of(part))]
    return bool(own) and all(
        isinstance(part, ast.AugAssign)
        and isinstance(part.op, ast.Sub)
        and isinstance(part.value, ast.BinOp)
        and isinstance(part.value.op, ast.Mult)
        and bool({_last(part.value.left), _last(part.value.right)} & {*RATES})
        for part in own
    )


def targets_of(node: ast.AugAssign | ast.Assign) -> list[ast.expr]:
    """What a statement gives a value."""
    return [node.target] if isinstance(node, ast.AugAssign) else node.targets


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _gradient(name: str, after: Mapping[str, Seen]) -> Seen | None:
    """Where an object keeps the gradient by a weight, by its name."""
    for where in CONTAINERS:
        if where in after and after[where].kind == "dict":
            key = looked_up(after[where].entries, name)
            if key is not None and after[where].entries[key].is_real:
                return after[where].entries[key]
    forms = [form.format(name) for form in FORMS if form != "{}"]
    return next((after[one] for one in forms if one in after and after[one].is_real), None)


def sizes_of(seen: Sequence[Demonstrated], name: str) -> tuple[int, ...]:
    """An argument of the constructor, of each object."""
    given = [one.built.entries.get(name) for one in seen]
    return tuple(int(one.low) if one is not None else -1 for one in given)
