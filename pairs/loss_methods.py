"""One method that gives a loss, and its gradients by arguments and by the weights of the object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .building import Build
from .cases import Array, Values
from .errors import Function
from .functions import after_first, first_of
from .in_process import Where
from .methods import ObjectPair
from .plan import KnownPlan
from .protocol import Ran, Sketch
from .shape_strings import Input


class LossMethod(ObjectPair):
    """Such a method, as in ``loss, gradients = net.loss(x, y)``."""

    alone = True
    unit = True

    def __init__(
        self,
        method: Function,
        inputs: Mapping[str, Input],
        constants: Mapping[str, Any],
        owner: type | None,
        build: Build | None,
        where: Where | None = None,
        known: KnownPlan | None = None,
    ) -> None:
        super().__init__(method, method, inputs, constants, owner, build, None, None, where, known)

    def _called(self, built: object, given: Mapping[str, Any]) -> Ran:
        returned = self._returned(built, given)
        arrays = {n: given[n] for n in self.arguments if isinstance(given[n], np.ndarray)}
        result = np.asarray(first_of(returned, self.forward_function))
        return Ran((result,), returned, arrays, (built, returned, given))

    def _given_back(self, ran: Ran, cotangents: tuple[Array, ...]) -> object:
        gradients, _ = after_first(ran.returned)
        return gradients

    def _sketch(self, values: Values) -> Sketch | None:
        lines = self._first_lines(values)
        _, part = after_first(self._run(values).returned)
        return Sketch(tuple(lines), (), (f"result = {part}",)) if lines else None
