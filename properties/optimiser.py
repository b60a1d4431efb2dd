"""Optimiser: Adam as published (Kingma & Ba 2015, algorithm 1)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np

from ..cells.spec import Role
from ..strategies.case import Case
from ..subject.compare import require_equal
from ..subject.subject import Subject
from .law import law

ORDER = 2


@law(Role.INITIALISER)
def moment_estimates_start_at_zero(subject: Subject, case: Case) -> None:
    """Both moment estimates are zero, of the shape of each parameter, under the key ``dW1`` for
    ``W1``.

    Algorithm 1 starts with m_0 = 0 and v_0 = 0; its bias correction is right for that start only.

    Ones for zeros; one array shared by ``v`` and ``s``; a layer left out.
    """
    require_equal(subject, case, subject.run(case).values, subject.expected(case), "at the start")


@law(Role.UPDATE)
def the_update_follows_the_published_algorithm(subject: Subject, case: Case) -> None:
    """Both moving averages, their bias correction and the step are those of algorithm 1; the root
    is taken of the corrected second moment, and epsilon is added outside it.

    Moments are compared before the parameters that are made from them.

    Epsilon inside the root; a bias correction left out; ``beta1`` and ``beta2`` exchanged; a
    gradient that is not squared.
    """
    require_equal(
        subject,
        case,
        subject.run(case).values,
        subject.expected(case),
        "by algorithm 1",
        order=[f"{m}[{k!r}]" for m in "vs" for k in case[m]],
    )


@law(Role.UPDATE, every=5)
def defaults_are_the_published_ones(subject: Subject, case: Case) -> None:
    """Without hyperparameters, the update uses a learning rate of 0.01, decay rates of 0.9 and
    0.999, and an epsilon of 1e-8.

    Callers leave them out; the contract and the paper (section 2) name these values.

    A default mistyped; decay rates exchanged; an epsilon of another size.
    """
    defaults = case.having(**subject.function.defaults)
    left_out = defaults.having(**dict.fromkeys(subject.function.defaults))
    found = subject.apart(left_out).values
    twin = Subject(subject.need_reference(), subject.family, subject.function.name, reference=None)
    require_equal(
        subject,
        defaults,
        found,
        twin.run(defaults).values,
        "with the published defaults",
        called=left_out,
    )


@law(Role.UPDATE, every=5)
def the_first_step_has_the_size_of_the_learning_rate(subject: Subject, case: Case) -> None:
    """From zero moments at t = 1, every parameter with a gradient moves against its sign by the
    learning rate, if epsilon is zero.

    The bias correction makes both moments exactly the gradient and its square (section 2.1).

    A bias correction left out or with a wrong power; a root left out.
    """
    zeros = {
        moment: MappingProxyType({n: np.zeros_like(a) for n, a in case[moment].items()})
        for moment in ("v", "s")
    }
    first = case.having(**zeros, t=1, epsilon=0.0, grads=_nonzero(case))
    rate = case["learning_rate"]
    expected = {
        name: value - rate * np.sign(first["grads"][f"d{name}"])
        for name, value in case["parameters"].items()
    }
    found = {"parameters": subject.apart(first).values["parameters"]}
    require_equal(
        subject, first, found, {"parameters": expected}, "after a first step", called=first
    )


@law(Role.UPDATE, every=5)
def the_update_ignores_the_scale_of_the_gradient(subject: Subject, case: Case) -> None:
    """With gradients and moments four times as large (second moments sixteen times), and epsilon
    zero, the parameters move exactly as far.

    Section 2.1: the scale cancels in the ratio of the moments.

    A root left out; a gradient that is not squared; an epsilon that is not the argument.
    """
    plain = case.having(epsilon=0.0, grads=_nonzero(case))
    scaled = plain.having(
        grads=_times(plain["grads"], 4.0), v=_times(case["v"], 4.0), s=_times(case["s"], 16.0)
    )
    expected = {"parameters": subject.apart(plain).values["parameters"]}
    found = {"parameters": subject.apart(scaled).values["parameters"]}
    require_equal(subject, scaled, found, expected, "whatever the gradient's scale", called=scaled)


def _nonzero(case: Case) -> object:
    """The gradients with no entry zero, so that nothing is divided by zero without epsilon."""
    return MappingProxyType({name: np.where(g == 0, 1.0, g) for name, g in case["grads"].items()})


def _times(values: Any, factor: float) -> Any:
    return MappingProxyType({name: factor * value for name, value in values.items()})
