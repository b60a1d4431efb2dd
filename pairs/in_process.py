"""A pair whose functions are alive in this process, whether they are functions or methods."""

from __future__ import annotations

import copy
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
from numpy.exceptions import ComplexWarning

from .cases import Array, Values
from .errors import Function, crashes_of
from .function_text import Code, code_text
from .protocol import Gradients, Ran, Sketch, Written, copied, same
from .shape_strings import Input
from .writes import written_at


@dataclass(frozen=True)
class Where:
    """What is known of a pair where it runs: the texts of its functions, and what is ``around``
    each call of them.
    """

    forward: Code
    backward: Code
    around: Callable[[], AbstractContextManager[None]] = nullcontext


class LivePair(ABC):
    """What functions and methods have in common; ``where`` is asked of the functions themselves
    where it is not given.
    """

    is_object: bool
    alone: bool

    def __init__(
        self,
        forward: Function,
        backward: Function,
        inputs: Mapping[str, Input],
        constants: Mapping[str, object],
        where: Where | None,
    ) -> None:
        self.forward_function, self.backward_function = forward, backward
        self.inputs, self.constants = inputs, constants
        where = where or Where(code_text(forward), code_text(backward))
        self.forward, self.backward, self.around = where.forward, where.backward, where.around
        self.said: dict[str, None] = {}
        self.owner: type | None = None

    @property
    @abstractmethod
    def unit(self) -> bool:
        """Whether the backward function takes no cotangent."""

    @abstractmethod
    def named(self) -> dict[str, object]:
        """What code needs to call them, by its name."""

    @abstractmethod
    def _run(self, values: Values) -> Ran: ...

    @abstractmethod
    def _repeat(self, ran: Ran, values: Values) -> Ran: ...

    @abstractmethod
    def _gradients(self, ran: Ran, cotangents: tuple[Array, ...]) -> Gradients: ...

    @abstractmethod
    def _sketch(self, values: Values) -> Sketch | None: ...

    def run(self, values: Values) -> Ran:
        """Run the forward function, on copies."""
        with crashes_of(self.forward_function), self.around(), _complex_taken(values):
            return self._run(values)

    def repeat(self, ran: Ran, values: Values) -> Ran:
        """Run the forward function again, on the same object where there is one."""
        with crashes_of(self.forward_function), self.around():
            return self._repeat(ran, values)

    def gradients(self, ran: Ran, cotangents: tuple[Array, ...]) -> Gradients:
        """Run the backward function after it."""
        given = tuple(c.copy() for c in cotangents)
        with crashes_of(self.backward_function), self.around():
            return self._gradients(ran, given)

    def forward_writes(self, values: Values) -> Written | None:
        """What the forward function writes to."""
        changed = _changed(self.run(values), values)
        if not changed:
            return None
        ignored = self.constants
        return Written(
            changed, written_at(self.forward_function, lambda: self.run(values), ignored)
        )

    def backward_writes(self, values: Values, cotangents: tuple[Array, ...]) -> Written | None:
        """What the backward function writes to."""
        ran = self.run(values)
        before = None if self.is_object else copied(ran.state)
        given = tuple(c.copy() for c in cotangents)
        with crashes_of(self.backward_function), self.around():
            self._gradients(ran, given)
        changed = _changed(ran, values)
        if not same(given, cotangents):
            changed = "the upstream gradient"
        elif not changed and not self.is_object and not same(before, ran.state):
            changed = "the cache"
        if not changed:
            return None
        again, ignored = self.run(values), self.constants
        call = self.backward_function
        return Written(
            changed, written_at(call, lambda: self.gradients(again, cotangents), ignored)
        )

    def overwritten(self, values: Values, cotangents: tuple[Array, ...], others: Values) -> str:
        """What calls with ``others`` change of what calls with ``values`` gave."""
        first = self.run(values)
        given = self.gradients(first, cotangents)
        mine = {name: g for name, g in given.arrays.items() if name not in given.live}
        before = copied(mine)
        try:
            self.gradients(self.run(others), cotangents)
        except Exception:  # it takes no such input
            return ""
        for name, gradient in mine.items():
            if not same(gradient, before[name]):
                return name
        if self.is_object:
            return ""
        again = {n: np.array(g) for n, g in self.gradients(first, cotangents).arrays.items()}
        return "" if same(before, again) else "cache"

    def sketch(self, values: Values) -> Sketch | None:
        """Code that calls both."""
        with crashes_of(self.forward_function), self.around():
            return self._sketch(values)

    def raises(self, text: str) -> bool:
        """Whether code raises that calls the functions by their names."""
        namespace = {"np": np, **self.named()}
        try:
            code = compile(text, "<snippet>", "exec", dont_inherit=True)
        except SyntaxError:  # an argument's `repr` is no code
            return False
        try:
            with self.around():
                exec(code, namespace)
        except Exception:  # an assertion, or whatever the code raises
            return True
        return False

    def having(self, forward: Function | None = None, backward: Function | None = None) -> LivePair:
        """The pair with another version of one of its functions, or of the one that it has."""
        made = copy.copy(self)
        made.said = {}
        if self.alone:
            forward = backward = forward or backward
        made.forward_function = forward or self.forward_function
        made.backward_function = backward or self.backward_function
        return made

    def tell(self, note: str) -> None:
        """Keep a note."""
        self.said[note] = None

    def notes(self) -> list[str]:
        """What was seen of how they are called, and of where the gradients go."""
        return [*self.said]


@contextmanager
def _complex_taken(values: Values) -> Iterator[None]:
    """Around a call with complex numbers: code that drops their imaginary parts raises."""
    if not any(array.dtype.kind == "c" for array in values.values()):
        yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error", ComplexWarning)
        yield


def _changed(ran: Ran, values: Values) -> str:
    return next((n for n, array in ran.given.items() if not same(array, values[n])), "")
