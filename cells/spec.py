"""What there is to know about a cell, as data.

Everything that has to know a cell's parameters, shapes or results (strategies, laws, reports, the
reader of submissions) derives it from here. Shapes are symbolic: ``("n_a", "n_a + n_x")``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from math import inf
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from numpy.typing import NDArray

Shape = tuple[str, ...]
"""A symbolic shape: each axis a sum of dimension names, or ``"1"``."""

Interval = tuple[float, float]
"""An open interval that a value lies in."""

Array: TypeAlias = NDArray[Any]
Parameters: TypeAlias = Mapping[str, Array]
Cache: TypeAlias = tuple[Any, ...]
"""What a forward function keeps for its backward function, in an order of its own."""

Reference = Callable[..., Any]


class Role(StrEnum):
    """What a function does, whichever cell it belongs to."""

    HELPER = "helper"
    STEP = "step forward"
    SEQUENCE = "sequence forward"
    STEP_BACKWARD = "step backward"
    SEQUENCE_BACKWARD = "sequence backward"
    INITIALISER = "optimiser initialisation"
    UPDATE = "optimiser update"

    @property
    def is_forward(self) -> bool:
        """True for a cell's forward functions, which return a cache."""
        return self in (Role.STEP, Role.SEQUENCE)

    @property
    def is_backward(self) -> bool:
        """True for a cell's backward functions, which take a cache."""
        return self in (Role.STEP_BACKWARD, Role.SEQUENCE_BACKWARD)


@cache
def terms(axis: str) -> tuple[str, ...]:
    """The dimension names that an axis is the sum of (``"n_a + n_x"`` gives two)."""
    return tuple(term.strip() for term in axis.split("+"))


def concrete(shape: Shape, dims: Mapping[str, int]) -> tuple[int, ...]:
    """The shape in numbers, for given dimensions."""
    return tuple(sum(dims.get(t) or int(t) for t in terms(axis)) for axis in shape)


@dataclass(frozen=True, eq=False, repr=False)
class FunctionSpec:
    """One function of a contract: what it takes, returns and may call.

    ``takes`` and ``returns`` name the arguments and results in the contract's order. A forward
    function's cache is no result of its own: it comes last and is opaque. A backward function
    takes a cache last and returns a dict. ``shapes`` has the symbolic shape of every array that
    is taken or returned; ``gradients`` names the argument that each gradient belongs to.
    ``defaults`` are the values of the arguments that may be left out, and ``aliases`` what else
    arguments are called, in small letters and without underscores; ``also_called`` is the same of
    the function.
    """

    name: str
    role: Role
    takes: tuple[str, ...]
    returns: tuple[str, ...]
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    forward: str = ""
    calls: tuple[str, ...] = ()
    gradients: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, float] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also_called: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<function {self.name}>"


@dataclass(frozen=True, eq=False, repr=False)
class Family:
    """Functions that are judged together on the same drawn cases, with their references."""

    name: str
    title: str
    functions: Mapping[str, FunctionSpec]
    reference: Mapping[str, Reference]
    equations: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<family {self.name}>"


@dataclass(frozen=True)
class State:
    """One recurrent state of a cell, of shape ``(units, m)``.

    ``exposed`` states have an initial value among the sequence's arguments (``a0``) and an
    upstream gradient among its backward function's (``da``); others start at zero. ``interval``
    holds every value the state can take after a step; ``grows_by`` bounds how much the absolute
    value of a state without such an interval can grow in one step.
    """

    name: str
    units: str = "n_a"
    exposed: bool = True
    interval: Interval = (-inf, inf)
    grows_by: float = inf

    @property
    def previous(self) -> str:
        """Its name as an argument of a step."""
        return f"{self.name}_prev"

    @property
    def next(self) -> str:
        """Its name as a result of a step."""
        return f"{self.name}_next"

    @property
    def initial(self) -> str:
        """Its name as an argument of a sequence."""
        return f"{self.name}0"


@dataclass(frozen=True)
class Prediction:
    """A softmax prediction made from the states at each step, of shape ``(units, m)``.

    ``step`` is its name as a result of a step, ``sequence`` that of the predictions of all steps,
    of shape ``(units, m, T_x)``; ``parameters`` are its own, with their symbolic shapes.
    """

    step: str
    sequence: str
    parameters: Mapping[str, Shape]
    units: str = "n_y"


@dataclass(frozen=True)
class Layout:
    """The arrays in which a cell's parameters come where each row is an example.

    ``arrays`` names them in the order of the arguments, each with the dimension of what it is
    multiplied with (``"1"`` for a bias): ``{"Wx": "n_x", "Wh": "n_a", "b": "1"}``. An array has a
    block of columns for each of the ``gates``, which are stacked in this order unless an author
    chose another. For each array, a gate names the parameter that its block is taken from: the
    columns of that dimension, transposed. ``states`` says what authors call the states here.
    """

    arrays: Mapping[str, str]
    gates: Mapping[str, tuple[str, ...]]
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Misprint:
    """An error that was published: whoever follows it has done what was asked.

    ``printed`` are texts for the place of ``right``, a text of the reference ``function``: what
    stands in print, and what readers make of it. ``results`` are those that it makes wrong and no
    other misprint does. ``note`` says what is printed, and what is right.
    """

    kind: Literal["equation", "table"]
    function: str
    right: str
    printed: tuple[str, ...]
    results: tuple[str, ...]
    note: str


SIZES = MappingProxyType({"n_x": 6, "n_a": 8, "n_y": 9, "m": 11, "T_x": 4})
"""All different, and but for the steps other than the sizes that are common in courses."""


@dataclass(frozen=True, eq=False, repr=False)
class CellSpec:
    """A recurrent cell: its tensors, its equations and its reference functions.

    ``parameters`` are those that reach the states, and so have gradients; the prediction's own
    are listed with it. ``gates`` gives the open interval of each activation that ``cache`` keeps.
    ``cache`` names what one step's contract cache holds, in order; where the contract leaves that
    to the author (``private_cache``), it is the reference's own. ``computation`` names the
    results in the order in which they are computed, where it is not the order of ``states``.
    ``sequence_returns`` overrides the order of a sequence's results (states, then the prediction).
    A function that is None is absent from the contract. Functions are known by ``__name__``.

    For states ``a`` and ``c``, ``step(xt, a_prev, c_prev, parameters)`` returns ``a_next, c_next``,
    the prediction if there is one, and a cache; ``sequence(x, a0, c0, parameters)`` returns
    ``a, c``, the predictions and the caches. ``step_backward(da_next, dc_next, cache)`` returns a
    dict with ``dxt``, ``da_prev``, ``dc_prev`` and ``dW`` for each parameter ``W``;
    ``sequence_backward(da, dc, caches)`` one with ``dx``, ``da0``, ``dc0`` and the parameters'.
    `shapes` has all their shapes.

    ``aliases`` are the other names of parameters, and ``layouts`` the ways in which they come where
    each row is an example. ``variants`` are cells whose equations authors choose in the place of
    these, each under a sentence that tells the choice; their functions have the same names.
    ``misprints`` are the errors in what was published of the cell.
    """

    name: str
    title: str
    states: tuple[State, ...]
    parameters: Mapping[str, Shape]
    step: Reference
    sequence: Reference | None = None
    step_backward: Reference | None = None
    sequence_backward: Reference | None = None
    prediction: Prediction | None = None
    gates: Mapping[str, Interval] = field(default_factory=dict)
    cache: tuple[str, ...] = ()
    private_cache: bool = False
    computation: tuple[str, ...] = ()
    sequence_returns: tuple[str, ...] = ()
    equations: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layouts: tuple[Layout, ...] = ()
    variants: Mapping[str, CellSpec] = field(default_factory=dict)
    misprints: tuple[Misprint, ...] = ()

    def __repr__(self) -> str:
        return f"<cell {self.name}>"

    @cached_property
    def dimensions(self) -> Mapping[str, int]:
        """Every dimension of the cell, each with a size unlike all others."""
        shapes = self.shapes.values()
        symbols = dict.fromkeys(t for shape in shapes for axis in shape for t in terms(axis))
        others = iter(range(max(SIZES.values()) + 1, 100))
        return MappingProxyType({s: SIZES.get(s) or next(others) for s in symbols if s != "1"})

    @cached_property
    def all_parameters(self) -> Mapping[str, Shape]:
        """Every entry of ``parameters``, the prediction's included."""
        own = self.prediction.parameters if self.prediction else {}
        return MappingProxyType({**self.parameters, **own})

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The symbolic shape of every tensor that a function of the cell takes or returns."""
        shapes: dict[str, Shape] = {"xt": ("n_x", "m"), "x": ("n_x", "m", "T_x")}
        for state in self.states:
            for name in (state.previous, state.next, state.initial):
                shapes[name] = (state.units, "m")
            shapes[state.name] = (state.units, "m", "T_x")
        shapes |= self.all_parameters
        if self.prediction:
            shapes[self.prediction.step] = (self.prediction.units, "m")
            shapes[self.prediction.sequence] = (self.prediction.units, "m", "T_x")
        shapes |= dict.fromkeys(self.gates, (self.states[0].units, "m"))
        return MappingProxyType(shapes | {f"d{name}": shape for name, shape in shapes.items()})

    @cached_property
    def family(self) -> RecurrentFamily:
        """The cell's functions as contracts, derived from its data."""
        specs = (
            self._forward(self.step, Role.STEP),
            self._forward(self.sequence, Role.SEQUENCE),
            self._backward(self.step_backward, Role.STEP_BACKWARD),
            self._backward(self.sequence_backward, Role.SEQUENCE_BACKWARD),
        )
        callables = (self.step, self.sequence, self.step_backward, self.sequence_backward)
        return RecurrentFamily(
            name=self.name,
            title=self.title,
            functions={spec.name: spec for spec in specs if spec},
            reference={f.__name__: f for f in callables if f},
            equations=self.equations,
            cell=self,
        )

    def _forward(self, function: Reference | None, role: Role) -> FunctionSpec | None:
        if function is None:
            return None
        prediction = self.prediction
        if role is Role.STEP:
            takes = ("xt", *(state.previous for state in self.states), "parameters")
            returns = tuple(state.next for state in self.states)
            returns += (prediction.step,) if prediction else ()
            calls: tuple[str, ...] = ("sigmoid", "softmax")
        else:
            exposed = tuple(state.initial for state in self.states if state.exposed)
            takes = ("x", *exposed, "parameters")
            returns = tuple(state.name for state in self.states)
            returns += (prediction.sequence,) if prediction else ()
            returns = self.sequence_returns or returns
            calls = ("sigmoid", "softmax", self.step.__name__)
        return FunctionSpec(function.__name__, role, takes, returns, self.shapes, calls=calls)

    def _backward(self, function: Reference | None, role: Role) -> FunctionSpec | None:
        forward = self.step if role is Role.STEP_BACKWARD else self.sequence
        if function is None or forward is None:
            return None
        if role is Role.STEP_BACKWARD:
            upstream = tuple(f"d{state.next}" for state in self.states)
            inputs = ("xt", *(state.previous for state in self.states), *self.parameters)
            calls: tuple[str, ...] = ("sigmoid", "softmax")
        else:
            exposed = tuple(state for state in self.states if state.exposed)
            upstream = tuple(f"d{state.name}" for state in exposed)
            inputs = ("x", *(state.initial for state in exposed), *self.parameters)
            below = self.step_backward.__name__ if self.step_backward else ""
            calls = ("sigmoid", "softmax", below)
        gradients = {f"d{name}": name for name in inputs}
        return FunctionSpec(
            function.__name__,
            role,
            takes=(*upstream, "cache" if role is Role.STEP_BACKWARD else "caches"),
            returns=tuple(gradients),
            shapes=self.shapes,
            forward=forward.__name__,
            calls=calls,
            gradients=MappingProxyType(gradients),
        )


@dataclass(frozen=True, eq=False, repr=False)
class RecurrentFamily(Family):
    """The family of one recurrent cell."""

    cell: CellSpec = None  # type: ignore[assignment]  # always given; a default must follow defaults
