"""From two functions, or from code that names them, to the pair that they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from types import CodeType
from typing import Any

from .binding import Argument
from .building import Build, method_of
from .errors import Function, Misuse, raised
from .function_text import Code
from .functions import FunctionPair
from .in_process import LivePair, Where
from .loss_methods import LossMethod
from .methods import ObjectPair
from .plan import KnownPlan, Plan
from .shape_strings import Input


def live_pair(
    forward: Function,
    backward: Function | None,
    inputs: Mapping[str, Input],
    constants: Mapping[str, Any],
    results: int | None,
    build: Build | None,
    gradients: Callable[[Any], object] | None,
    where: Where | None = None,
    owner: type | None = None,
    known: KnownPlan | None = None,
) -> LivePair:
    """The pair; ``where`` is as in `LivePair`, ``owner`` the class of methods, where it is known
    which of those that have them is meant, and ``known`` says how they are called.

    Raises `ValueError` where the shapes and the functions do not fit together.
    """
    method = method_of(forward)
    if method is None:
        pair = FunctionPair(forward, backward, inputs, constants, results, where, known)
        pair.owner = owner
        return pair
    own, bound, found = method
    if backward is None:
        return LossMethod(own, inputs, constants, owner or found, build or bound, where, known)
    back, _, other = method_of(backward) or (backward, None, found)
    if found is not None and other is not None and issubclass(other, found):
        found = other  # its forward method is inherited
    return ObjectPair(
        own, back, inputs, constants, owner or found, build or bound, gradients, results, where,
        known,
    )  # fmt: skip


@dataclass(frozen=True)
class Making:
    """What a pair is made of, as data: expressions of the file that names it, as code, and what is
    known of the texts of its functions. ``owner`` is what the functions are attributes of.
    """

    forward: CodeType
    backward: CodeType | None
    owner: CodeType | None
    constants: CodeType | None
    build: CodeType | None
    gradients: CodeType | None
    results: int | None
    inputs: tuple[Input, ...]
    forward_text: Code
    backward_text: Code
    known: KnownPlan | None = None

    def sent(self) -> tuple[Any, ...]:
        """The same in tuples, for another process, which needs no definitions."""
        codes = self.forward, self.backward, self.owner, self.constants, self.build, self.gradients
        texts = (_sent(self.forward_text), _sent(self.backward_text))
        known = None if self.known is None else astuple(self.known)
        return codes, self.results, tuple(map(astuple, self.inputs)), texts, known

    @classmethod
    def read(cls, sent: tuple[Any, ...]) -> Making:
        """What was sent."""
        codes, results, inputs, texts, known = sent
        forward, backward, owner, constants, build, gradients = codes
        read = tuple(Input(*one) for one in inputs)
        forward_text, backward_text = (Code(*text) for text in texts)
        return cls(
            forward, backward, owner, constants, build, gradients, results, read,
            forward_text, backward_text, None if known is None else _known(*known),
        )  # fmt: skip

    def pair(
        self, names: dict[str, Any], around: Callable[[], AbstractContextManager[None]]
    ) -> LivePair:
        """The pair, its expressions read among ``names``, and each call made ``around``.

        Raises `ValueError` where there is none.
        """
        where = Where(self.forward_text, self.backward_text, around)
        with around():
            forward = _function(self.forward, names, self.forward_text.name)
            backward = None
            if self.backward is not None:
                backward = _function(self.backward, names, self.backward_text.name)
            owner = _value(self.owner, names)
            constants = _value(self.constants, names)
            build, gradients = _value(self.build, names), _value(self.gradients, names)
        if constants is not None and not isinstance(constants, Mapping):
            raise Misuse("The constants should be a dict by the names of what is given.")
        for name, value in (("build", build), ("gradients", gradients)):
            if value is not None and not callable(value):
                raise Misuse(f"{name} should be a function.")
        owner = owner if isinstance(owner, type) else None
        inputs = {one.name: one for one in self.inputs}
        return live_pair(
            forward, backward, inputs, constants or {}, self.results, build, gradients, where,
            owner, self.known,
        )  # fmt: skip


def _known(plan: tuple[Any, ...] | None, order: tuple[str, ...]) -> KnownPlan:
    if plan is None:
        return KnownPlan(None, order)
    slots, *rest = plan
    return KnownPlan(Plan(tuple((Argument(*one), slot) for one, slot in slots), *rest), order)


def _sent(text: Code) -> tuple[object, ...]:
    return text.name, text.path, text.line, text.returns, text.is_inner


def _function(code: CodeType, names: dict[str, Any], what: str) -> Function:
    value = _value(code, names)
    if not callable(value):
        raise Misuse(f"{what} is no function.")
    function: Function = value
    return function


def _value(code: CodeType | None, names: dict[str, Any]) -> Any:
    if code is None:
        return None
    try:
        return eval(code, names)
    except Misuse:
        raise
    except Exception as error:  # whatever the code raises
        raise Misuse(f"What the pair is declared with raises {raised(error)}.") from error
