"""How an object is built for a case: its class, the arguments of its constructor, its weights."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from .binding import name_of, signature
from .cases import Array
from .errors import Function, Misuse
from .protocol import copied
from .shape_strings import Sizes

Build = Callable[..., object]

SEEDS = {"seed": 0, "random_state": 0, "rng": None, "random_seed": 0}
"""What a constructor may ask for besides; a generator is made."""

RATES = ("lr", "learning_rate", "eta", "alpha", "rate", "learn_rate", "step_size", "lrate")
"""How people call a learning rate."""

HELD = ("data", "value", "array")
"""What an object that stands for a weight calls its array."""

MOST = 400
"""How many ways to give sizes to a constructor are tried."""


def method_of(function: Function) -> tuple[Function, Build | None, type | None] | None:
    """A method as a function, what builds its object where it is bound to one, and its class.

    Nothing for a plain function.
    """
    if isinstance(function, MethodType) and not isinstance(function.__self__, type):
        built = function.__self__
        return function.__func__, lambda: copied(built), type(built)
    if not isinstance(function, FunctionType) or "." not in name_of(function):
        return None
    parameters = signature(function)
    if not parameters or parameters[0].name != "self":
        return None
    return function, None, _class_of(function)


def _class_of(function: FunctionType) -> type | None:
    name = function.__name__
    classes: list[type] = [object]
    while classes:
        one = classes.pop()
        if vars(one).get(name) is function:
            return one
        classes += type.__subclasses__(one)
    return None


class Builder:
    """Builds an object for the values and sizes of a case, its weights in their places."""

    def __init__(
        self,
        owner: type | None,
        build: Build | None,
        who: str,
        weights: Mapping[str, tuple[str, ...]],
        constants: Mapping[str, object],
    ) -> None:
        make = build or owner
        if make is None:
            raise Misuse(f"the class of {who} is not found: give build=lambda: ... that makes one.")
        self.make: Build = make
        self.is_class = build is None
        self.who, self.weights, self.constants = who, weights, constants
        self.sized: dict[str, str] | None = None
        parameters = signature(self.make) or []
        plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        self.parameters = [p for p in parameters if p.kind in plain]

    def built(self, values: Mapping[str, Any], sizes: Sizes) -> object:
        """The object, with the weights of the case."""
        if self.sized is None:
            self.sized = self._sizes_by_trying(values, sizes)
        built = self.make(**self._arguments(values, sizes, self.sized))
        for name in self.attributes():
            put(built, name, values[name], self.who)
        return built

    def attributes(self) -> list[str]:
        """The weights that the constructor does not take."""
        taken = {p.name for p in self.parameters}
        return [name for head, names in self.weights.items() if head not in taken for name in names]

    def text(self, values: Mapping[str, Any], sizes: Sizes) -> str:
        """The call that builds it, as code; weights by their names."""
        given = self._arguments(values, sizes, self.sized or {})
        texts = {n: n if n in self.weights else _written(value) for n, value in given.items()}
        parts = [f"{name}={text}" for name, text in texts.items()]
        return f"{name_of(self.make)}({', '.join(parts)})"

    def _arguments(
        self, values: Mapping[str, Any], sizes: Sizes, sized: Mapping[str, str]
    ) -> dict[str, object]:
        given: dict[str, object] = {}
        for one in self.parameters:
            if one.name in self.weights:
                names = self.weights[one.name]
                whole = names == (one.name,)
                parts = {n.removeprefix(f"{one.name}."): values[n] for n in names}
                given[one.name] = values[one.name] if whole else parts
            elif one.name in self.constants:
                given[one.name] = copied(self.constants[one.name])
            elif one.name in sizes:
                given[one.name] = sizes[one.name]
            elif one.name in sized:
                given[one.name] = sizes[sized[one.name]]
            elif one.name in SEEDS:
                given[one.name] = np.random.default_rng(0) if one.name == "rng" else 0
            elif one.name in RATES and one.default is one.empty:
                given[one.name] = 1.0
        return given

    def _sizes_by_trying(self, values: Mapping[str, Any], sizes: Sizes) -> dict[str, str]:
        """Which dimension each other argument is: such that the weights have their shapes."""
        known = self._arguments(values, sizes, {})
        asked = [p for p in self.parameters if p.name not in known]
        needed = [p.name for p in asked if p.default is p.empty]
        if not needed:
            return {}
        first: Exception | None = None
        for chosen in itertools.islice(_choices(list(sizes), len(needed)), MOST):
            sized = dict(zip(needed, chosen, strict=True))
            try:
                built = self.make(**self._arguments(values, sizes, sized))
                if self._fits(built, values):
                    return sized
            except Misuse:
                raise
            except Exception as error:  # whatever the constructor raises
                first = first or error
        why = f" ({first})" if first else ""
        raise Misuse(
            f"{self.who}: no sizes for {', '.join(needed)} give the weights the shapes that are "
            f"declared{why}: give build=lambda {', '.join(sizes)}: ... that makes the object."
        )

    def _fits(self, built: object, values: Mapping[str, Any]) -> bool:
        return all(np.shape(found(built, n)) == np.shape(values[n]) for n in self.attributes())


def _written(value: object) -> str:
    return "np.random.default_rng(0)" if isinstance(value, np.random.Generator) else repr(value)


def _choices(symbols: list[str], count: int) -> Iterator[tuple[str, ...]]:
    """Different dimensions first, in their order; then the same ones more than once."""
    if count <= len(symbols):
        yield from itertools.permutations(symbols, count)
    yield from itertools.product(symbols, repeat=count)


def found(built: object, name: str) -> Any:
    """A weight of an object by its name: an attribute, or an entry of a dict that it has."""
    path = path_of(built, name)
    return None if path is None else reached(built, path)


def path_of(built: object, name: str) -> tuple[str, ...] | None:
    """Where a weight is: the attribute, and the key; then the attribute of an object that has it,
    as ``data`` of a parameter.
    """
    parts = tuple(name.split("."))
    if reached(built, parts) is None:
        holders = [n for n, value in _attributes(built).items() if isinstance(value, Mapping)]
        parts = next(((n, name) for n in holders if name in getattr(built, n)), ())
    if not parts:
        return None
    attributes = _attributes(reached(built, parts))
    inner = next((n for n in HELD if isinstance(attributes.get(n), np.ndarray)), None)
    return (*parts, inner) if inner else parts


def written(built: object, path: tuple[str, ...]) -> str:
    """How code reads what is at a path of the object ``net``."""
    text = "net"
    for number, part in enumerate(path):
        holder = reached(built, path[:number])
        text += f"[{part!r}]" if isinstance(holder, Mapping) else f".{part}"
    return text


def reached(built: Any, path: tuple[str, ...]) -> Any:
    """What is at a path of an object; nothing where there is none."""
    for part in path:
        built = built.get(part) if isinstance(built, Mapping) else getattr(built, part, None)
    return built


def _attributes(built: object) -> dict[str, object]:
    return dict(vars(built)) if hasattr(built, "__dict__") else {}


def put(built: object, name: str, array: Array, who: str) -> None:
    """Puts a weight into an object, wherever the old one is.

    Raises `Misuse` where it has no such weight.
    """
    path = path_of(built, name)
    if path is None:
        raise Misuse(
            f"the object of {who} has no attribute {name}, and no dict of weights with it: call "
            f"the weights in the shapes as the class does."
        )
    old = reached(built, path)
    _exchange(built, old, array, set())
    if reached(built, path) is old:
        holder = reached(built, path[:-1])
        if isinstance(holder, dict):
            holder[path[-1]] = array
        else:
            setattr(holder, path[-1], array)


def _exchange(thing: object, old: object, new: Array, seen: set[int]) -> None:
    """Puts one array in the place of another, in all lists, dicts and attributes."""
    if id(thing) in seen or not isinstance(old, np.ndarray):
        return
    seen.add(id(thing))
    holder = thing if isinstance(thing, dict | list) else getattr(thing, "__dict__", None)
    if isinstance(thing, type | FunctionType) or not isinstance(holder, dict | list):
        return
    for key, value in [*(holder.items() if isinstance(holder, dict) else enumerate(holder))]:
        if value is old:
            holder[key] = new
        elif isinstance(value, tuple) and any(part is old for part in value):
            holder[key] = tuple(new if part is old else part for part in value)
        else:
            _exchange(value, old, new, seen)
