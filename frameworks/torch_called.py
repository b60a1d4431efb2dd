"""What is judged: a `torch.autograd.Function`, or a module, called with tensors by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch

from ..pairs.binding import bind, signature
from ..pairs.errors import Function, Misuse
from ..pairs.protocol import copied
from ..pairs.returned import gradients_in
from ..pairs.shape_strings import Input, sizes_of

Tensors: TypeAlias = dict[str, torch.Tensor]
Inputs = Mapping[str, Input]
Results: TypeAlias = tuple[torch.Tensor, ...]
Backward = Callable[[Results], Mapping[str, object]]
"""Gradients by input, of a backward method that is called by hand."""


class Called(ABC):
    """What takes tensors by the names of the inputs; ``forward`` and ``backward`` have its code."""

    forward: Function
    backward: Function
    inputs: Inputs
    """In the order in which they are taken."""

    @abstractmethod
    def __call__(self, tensors: Tensors) -> tuple[object, Backward | None]:
        """What it returns, and its backward method where autograd does not call it."""

    @abstractmethod
    def named(self) -> dict[str, object]:
        """What code that calls it needs, by its name; nothing where there is no such code."""

    @abstractmethod
    def text(self) -> str:
        """The call, as code, of tensors that are called as the inputs are."""


class CalledFunction(Called):
    """A subclass of `torch.autograd.Function`, by ``apply``."""

    def __init__(
        self,
        function: type[torch.autograd.Function],
        inputs: Inputs,
        constants: Mapping[str, object],
    ) -> None:
        self.function, self.constants = function, constants
        self.forward, self.backward = function.forward, function.backward
        setup = function.setup_context is not torch.autograd.Function.setup_context
        self.bound = bind(function.forward, [*inputs], constants, skip=0 if setup else 1)
        if any(argument.by_name for argument, _ in self.bound):
            raise Misuse(f"{function.__name__}.apply takes its arguments by place alone.")
        given = [name for _, names in self.bound for name in names]
        self.inputs = {name: inputs[name] for name in given}

    def __call__(self, tensors: Tensors) -> tuple[object, Backward | None]:
        """Each argument by its place."""
        places = [
            tensors[names[0]] if names else copied(self.constants[argument.name])
            for argument, names in self.bound
        ]
        return self.function.apply(*places), None

    def named(self) -> dict[str, object]:
        """The class."""
        return {self.function.__name__: self.function}

    def text(self) -> str:
        """The call of ``apply``."""
        arguments = (names[0] if names else argument.name for argument, names in self.bound)
        return f"{self.function.__name__}.apply({', '.join(arguments)})"


class CalledModule(Called):
    """A module, with the inputs that its ``forward`` does not take as its parameters."""

    def __init__(
        self,
        build: Callable[..., torch.nn.Module],
        inputs: Inputs,
        constants: Mapping[str, object],
        kind: type[torch.nn.Module],
    ) -> None:
        self.build, self.constants, self.kind = build, constants, kind
        self.forward, self.by_hand = kind.forward, hasattr(kind, "backward")
        self.backward = getattr(kind, "backward", kind.forward)
        taken = {p.name for p in signature(kind.forward) or []}
        own = [name for name in inputs if name in taken]
        self.bound = bind(kind.forward, own, constants, skip=1)
        self.own = {name: inputs[name] for _, names in self.bound for name in names}
        self.inputs = self.own | {name: one for name, one in inputs.items() if name not in taken}

    def __call__(self, tensors: Tensors) -> tuple[object, Backward | None]:
        """On a new module, which has the tensors as its parameters."""
        arrays = {name: tensor.detach().numpy() for name, tensor in tensors.items()}
        module = built(self.build, sizes_of(self.inputs, arrays))
        weights = {name: t for name, t in tensors.items() if name not in self.own}
        missing = set(weights) - {name for name, _ in module.named_parameters()}
        if missing:
            raise Misuse(
                f"{self.kind.__name__} has no parameter {', '.join(sorted(missing))}: name the "
                f"inputs of forward and the parameters as the module does."
            )
        places, named = [], dict[str, object]()
        for argument, names in self.bound:
            value = tensors[names[0]] if names else copied(self.constants[argument.name])
            if argument.by_name:
                named[argument.name] = value
            else:
                places.append(value)
        if not self.by_hand:
            return torch.func.functional_call(module, weights, tuple(places), named), None
        for name, parameter in module.named_parameters():
            if name in weights:
                parameter.data, parameter.grad = weights[name].detach(), None
        with torch.no_grad():
            returned = module(*places, **named)
        return returned, lambda cotangents: self._by_hand(module, cotangents)

    def named(self) -> dict[str, object]:
        """Nothing: a module is built by whoever has it."""
        return {}

    def text(self) -> str:
        """Nothing."""
        return ""

    def _by_hand(self, module: torch.nn.Module, cotangents: Results) -> Mapping[str, object]:
        with torch.no_grad():
            returned = module.backward(*cotangents)
        who = f"{self.kind.__name__}.backward"
        found = {n: value for n, (value, _) in gradients_in(returned, self.own, who).items()}
        return found | {
            name: parameter.grad
            for name, parameter in module.named_parameters()
            if name in self.inputs
        }


def called(function: object, inputs: Inputs, constants: Mapping[str, object]) -> Called:
    """What is judged. Raises `ValueError` where it is nothing of the kind."""
    if isinstance(function, type) and issubclass(function, torch.autograd.Function):
        return CalledFunction(function, inputs, constants)
    if isinstance(function, torch.nn.Module):
        module = function
        return CalledModule(lambda: copied(module), inputs, constants, type(module))
    if callable(function):
        sizes = {word: 3 for one in inputs.values() for word in one.axes if word.isidentifier()}
        return CalledModule(function, inputs, constants, type(built(function, sizes)))
    raise Misuse(
        f"check_function takes a subclass of torch.autograd.Function, a module, or a function that "
        f"builds one, and is given a {type(function).__name__}."
    )


def built(build: Callable[..., object], sizes: Mapping[str, int]) -> torch.nn.Module:
    """A new module, for dimensions of these sizes."""
    names = [p.name for p in signature(build) or []]
    unknown = [name for name in names if name not in sizes]
    if unknown:
        raise Misuse(f"{unknown[0]} is no dimension of the shapes: name what builds by those.")
    module = build(**{name: sizes[name] for name in names})
    if not isinstance(module, torch.nn.Module):
        raise Misuse(f"What is given should build a module, and gives a {type(module).__name__}.")
    return module
