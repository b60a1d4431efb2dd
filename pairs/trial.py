"""A pair on a case: what the laws ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from ..gradients import check_vjp
from ..gradients.report import Report
from .cases import Array, PairCase, Values, symmetric
from .errors import Broken, CaseRefused, Function, PairCrash
from .protocol import Gradients, Pair, Ran

RAISES, ENDS = "raises", "ends"
"""What stands for the names of gradients where a function raises, or comes to no end."""


class Trial:
    """A pair on a case, with what several laws ask for.

    Raises `CaseRefused` where the forward function takes no such input.
    """

    def __init__(self, pair: Pair, case: PairCase, examples: str | None) -> None:
        self.pair, self.examples = pair, examples
        case = case.symmetrised
        self.ran = forward(pair, case.values, case.label)
        self.case = case.with_cotangents([result.shape for result in self.ran.results])
        ones = tuple(np.ones(result.shape) for result in self.ran.results)
        given = ones if pair.unit else self.case.cotangents
        self.cotangents = tuple(
            c.astype(r.dtype) for c, r in zip(given, self.ran.results, strict=True)
        )

    @property
    def who(self) -> str:
        """What the backward function is called."""
        return self.pair.backward.name

    def rerun(self) -> Ran:
        """The forward function once more."""
        return forward(self.pair, self.case.values, self.case.label)

    def backward(self, ran: Ran, cotangents: tuple[Array, ...] | None = None) -> Gradients:
        """The gradients after a run; `Broken` where the backward function raises."""
        given = self.cotangents if cotangents is None else cotangents
        try:
            return self.pair.gradients(ran, given)
        except PairCrash as crash:
            raise _broken(self.who, crash) from crash

    @cached_property
    def gradients(self) -> Gradients:
        """The gradients of the case, copied."""
        found = self.backward(self.rerun())
        return Gradients(
            {n: np.array(g) for n, g in found.arrays.items()}, found.access, found.live
        )

    @cached_property
    def differentiated(self) -> dict[str, Array]:
        """The inputs by which there is a gradient."""
        return {name: self.case.values[name] for name in self.gradients.arrays}

    def access(self, name: str) -> str:
        """How code reads the gradient by an input."""
        return self.gradients.access[name]

    @cached_property
    def report(self) -> Report:
        """What the gradient check says."""
        f, vjp = self.functions()
        return check_vjp(f, vjp, self.differentiated, seed=0, cotangent=self.cotangents)

    def functions(self) -> tuple[Function, Function]:
        """The pair as functions of the inputs that have a gradient, by name.

        Moved inputs that the forward function refuses give what is no number. Of symmetric
        matrices the symmetric part counts, of their gradients too.
        """
        pair, results, alike = self.pair, self.ran.results, self.case.symmetric

        def values(inputs: Values) -> Values:
            given = {**self.case.values, **inputs}
            return given | {name: symmetric(given[name]) for name in alike}

        def f(**inputs: Array) -> tuple[Array, ...]:
            try:
                with self._moved():
                    return pair.run(values(inputs)).results
            except ValueError:
                if any(a.dtype != np.float64 for a in inputs.values()):
                    raise
                return tuple(np.full(result.shape, np.nan) for result in results)

        def vjp(cotangents: tuple[Array, ...], **inputs: Array) -> dict[str, Array]:
            with self._moved():
                found = dict(pair.gradients(pair.run(values(inputs)), cotangents).arrays)
            return found | {name: symmetric(found[name]) for name in alike}

        return f, vjp

    @contextmanager
    def _moved(self) -> Iterator[None]:
        """Around a call with other numbers, or of another type: that it raises is a `ValueError`,
        as the gradient check knows it.
        """
        try:
            yield
        except PairCrash as crash:
            if crash.is_end:
                raise _broken(self.who, crash) from crash
            raise ValueError(crash.text) from crash


def copies(gradients: Gradients) -> dict[str, Array]:
    """The arrays, as they are now."""
    return {name: np.array(gradient) for name, gradient in gradients.arrays.items()}


def forward(pair: Pair, values: Values, label: str) -> Ran:
    """Run a forward function; `CaseRefused` where it raises, or gives what is not finite."""
    who = pair.forward.name
    try:
        ran = pair.run(values)
    except PairCrash as crash:
        if crash.is_end:
            raise _broken(who, crash) from crash
        raise CaseRefused(f"{who} raises {crash.text} for {label}", crash.line) from crash
    bad = [r for r in ran.results if not np.isfinite(r).all()]
    if bad:
        value = bad[0][~np.isfinite(bad[0])].flat[0]
        raise CaseRefused(f"{who} gives {value} for {label}")
    return ran


def _broken(who: str, crash: PairCrash) -> Broken:
    """What is told of a crash."""
    if crash.is_end:
        return Broken(f"{who} is called, and {crash.text}", ENDS, who)
    return Broken(f"{who} raises {crash.text}", RAISES, line=crash.line)
