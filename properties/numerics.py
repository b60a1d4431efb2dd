"""Numerics: the answer survives large scores and saturated gates. Advice, not faults."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import numpy as np

from ..cells.spec import Role
from ..strategies.case import Array, Case, frozen
from ..subject.errors import NotApplicable, Violation
from ..subject.message import Message, Name
from ..subject.subject import Subject
from .law import law, related, runs

ORDER = 7

FAR = 1000.0
"""A score whose exponential overflows, and whose negative one underflows, in 64 bits."""

CLOSE = 1e-6
"""What an answer may lose; a lost answer is wrong by far more, or not a number."""

ROUNDINGS = 10
"""How many rounding units of such a score an answer may lose: in single precision that is more."""


@related
def _scores_far_apart(subject: Subject, case: Case) -> tuple[Case, ...]:
    apart = FAR * np.arange(case.dims["m"]) + FAR
    return tuple(case.having(x=frozen(x)) for x in (case["x"] + apart, case["x"] - apart))


@law(Role.HELPER, level="advice", every=5, asks=runs(_scores_far_apart))
def an_activation_survives_large_scores(subject: Subject, case: Case) -> None:
    """Scores in the thousands, and columns thousands apart, give the right sigmoid and softmax.

    exp(710) overflows and exp(-746) is zero in 64 bits, so that a softmax has to subtract each
    column's own maximum first (Goodfellow, Bengio & Courville, section 4.1).

    No maximum subtracted, which overflows; one maximum for the whole batch, which leaves 0 / 0 in
    every column far below it.
    """
    for far in _scores_far_apart(subject, case):
        _require_survival(subject, far)


@related
def _large_scores(subject: Subject, case: Case) -> tuple[Case, ...]:
    prediction = subject.cell.prediction
    return (_larger(case, prediction.parameters),) if prediction else ()


@law(Role.STEP, level="advice", every=5, asks=runs(_large_scores))
def a_prediction_survives_large_scores(subject: Subject, case: Case) -> None:
    """Predictions stay right where the scores of one example lie thousands from another's.

    See the same law about softmax: each column has a maximum of its own.

    A softmax written into the cell without a maximum, or with one for the whole batch.
    """
    prediction = subject.cell.prediction
    if prediction is None or prediction.step not in subject.functions.results(subject.function):
        raise NotApplicable("the function makes no prediction")
    _require_survival(subject, *_large_scores(subject, case))


@related
def _saturated(subject: Subject, case: Case) -> tuple[Case, ...]:
    return (_larger(case, subject.cell.parameters),)


@law(Role.STEP, Role.STEP_BACKWARD, level="advice", every=5, asks=runs(_saturated))
def saturated_gates_stay_finite(subject: Subject, case: Case) -> None:
    """With weights so large that every gate is shut or open, results are finite and right.

    Early in training, or after it has gone wrong, activations saturate; the equations have a
    finite limit there.

    exp(x) / (1 + exp(x)) for a sigmoid, which is infinity over infinity; a logarithm of a gate.
    """
    _require_survival(subject, *_saturated(subject, case))


def _larger(case: Case, names: Iterable[str]) -> Case:
    """The case with some of its parameters so large that whatever they feed is far from zero."""
    large = {name: frozen(FAR * case["parameters"][name]) for name in names}
    return case.having(parameters=MappingProxyType({**case["parameters"], **large}))


def _require_survival(subject: Subject, case: Case) -> None:
    found = subject.apart(case).values
    for name, value in found.items():
        if not np.isfinite(value).all():
            raise Violation(
                Message(Name(name), " is not a number where scores are large"),
                check="finite",
                tensor=name,
                found=value,
                case=case,
            )
    twin = Subject(subject.need_reference(), subject.family, subject.function.name, reference=None)
    expected = twin.run(case).values
    close = max(CLOSE, ROUNDINGS * FAR * subject.functions.epsilon(subject.function))
    for name, value in found.items():
        if not _close(value, expected[name], close):
            raise Violation(
                Message(Name(name), " is lost where scores are large"),
                check="equal",
                tensor=name,
                expected=np.asarray(expected[name]),
                found=value,
                tolerance=close * max(1.0, float(np.max(np.abs(expected[name])))),
                case=case,
            )


def _close(found: Array, expected: Array, close: float) -> bool:
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    return bool(np.max(np.abs(found - expected), initial=0.0) <= close * scale)
