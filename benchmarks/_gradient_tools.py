"""The tools that the gradient benchmark compares, each in the way its documentation shows.

All get the same hand-written backward function: where a tool wants it registered, it is, as a
numpy function. Tolerances are the tools' own. Where a tool has none, because it gives a number
and no verdict, the name says which one is used here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import jax
import numdifftools
import numpy as np
import torch
from _gradient_cells import Array, Case, stored
from autograd.extend import defvjp, defvjp_argnums, primitive
from autograd.test_util import check_grads as autograd_check_grads
from jax.test_util import check_grads as jax_check_grads
from numpy.linalg import norm
from scipy.optimize import approx_fprime, check_grad

from cellcheck.gradients import check_vjp

jax.config.update("jax_enable_x64", True)

STORED = "cellcheck, code that stores into np.zeros"

Check = Callable[[], str]
"""Gives "held", "failed" or "undecided"."""


@dataclass(frozen=True)
class Tool:
    """A tool; ``prepared(case)`` does what is not the tool's work and returns its check.

    ``part`` is the part of all cases that it is tried on, where all would take hours.
    """

    name: str
    prepared: Callable[[Case], Check]
    part: float = 1.0


def of_cellcheck(case: Case, trusting: bool) -> Check:
    forward = partial(case.forward, np)
    reference = case.reference if trusting else None
    return lambda: (
        check_vjp(forward, case.vjp, case.inputs, seed=case.seed, reference=reference).verdict
    )


def of_passes(case: Case) -> Callable[[], object]:
    """One forward and one backward pass: what any check has to be measured by."""
    cotangents = tuple(np.ones_like(value) for value in case.forward(np, **case.inputs))
    return lambda: case.backward(*cotangents, case.cached(**case.inputs))


def of_raising(check: Callable[[], Array]) -> Check:
    """The verdict of a check that raises where it finds something, on whatever it then is."""

    def verdict() -> str:
        try:
            check()
        except Exception:
            return "failed"
        return "held"

    return verdict


def of_gradcheck(case: Case, fast: bool) -> Check:
    names = list(case.inputs)

    class Cell(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Array, *arrays: Array) -> Array:
            ctx.save_for_backward(*arrays)
            return case.forward(torch, **dict(zip(names, arrays, strict=True)))

        @staticmethod
        def backward(ctx: Array, *cotangents: Array) -> Array:
            inputs = {n: x.detach().numpy() for n, x in zip(names, ctx.saved_tensors, strict=True)}
            found = case.vjp(tuple(c.numpy() for c in cotangents), **inputs)
            return tuple(torch.from_numpy(np.ascontiguousarray(found[name])) for name in names)

    arrays = [torch.tensor(x, requires_grad=True) for x in case.inputs.values()]
    torch.manual_seed(case.seed)
    return of_raising(partial(torch.autograd.gradcheck, Cell.apply, arrays, fast_mode=fast))


def of_jax(case: Case) -> Check:
    names = list(case.inputs)

    def forward(*arrays: Array) -> Array:
        return case.forward(jax.numpy, **dict(zip(names, arrays, strict=True)))

    def backward(arrays: Array, cotangents: Array) -> Array:
        inputs = {name: np.asarray(x) for name, x in zip(names, arrays, strict=True)}
        found = case.vjp(tuple(np.asarray(c) for c in cotangents), **inputs)
        return tuple(jax.numpy.asarray(found[name]) for name in names)

    cell = jax.custom_vjp(forward)
    cell.defvjp(lambda *arrays: (forward(*arrays), arrays), backward)
    arrays = [jax.numpy.asarray(x) for x in case.inputs.values()]
    return of_raising(partial(jax_check_grads, cell, arrays, order=1, modes=["rev"]))


def of_autograd(case: Case, jointly: bool) -> Check:
    """With a function for each input's gradient, as the documentation shows, each of which runs
    the backward function; or with one for all, which runs it once.
    """
    names = list(case.inputs)

    @primitive  # type: ignore[untyped-decorator]
    def cell(*arrays: Array) -> Array:
        return case.forward(np, **dict(zip(names, arrays, strict=True)))

    def by_one(name: str, result: Array, *arrays: Array) -> Array:
        inputs = dict(zip(names, arrays, strict=True))
        return lambda cotangents: case.vjp(tuple(cotangents), **inputs)[name]

    def by_all(argnums: Array, result: Array, arrays: Array, options: Array) -> Array:
        inputs = dict(zip(names, arrays, strict=True))

        def gradients(cotangents: Array) -> Array:
            found = case.vjp(tuple(cotangents), **inputs)
            return tuple(found[names[place]] for place in argnums)

        return gradients

    if jointly:
        defvjp_argnums(cell, by_all)
    else:
        defvjp(cell, *(partial(by_one, name) for name in names))
    np.random.seed(case.seed)
    check = autograd_check_grads(cell, tuple(range(len(names))), modes=["rev"], order=1)
    return of_raising(partial(check, *case.inputs.values()))


@dataclass(frozen=True)
class Flat:
    """A case as a scalar function of one long vector and its gradient, as scipy wants them."""

    case: Case
    cotangents: tuple[Array, ...]
    start: Array

    @classmethod
    def of(cls, case: Case) -> Flat:
        random = np.random.default_rng(case.seed)
        values = case.forward(np, **case.inputs)
        cotangents = tuple(random.standard_normal(value.shape) for value in values)
        return cls(case, cotangents, np.concatenate([x.ravel() for x in case.inputs.values()]))

    def inputs(self, vector: Array) -> dict[str, Array]:
        found, place = {}, 0
        for name, x in self.case.inputs.items():
            found[name] = vector[place : place + x.size].reshape(x.shape)
            place += x.size
        return found

    def value(self, vector: Array) -> float:
        values = self.case.forward(np, **self.inputs(vector))
        return float(sum(np.sum(v * c) for v, c in zip(values, self.cotangents, strict=True)))

    def gradient(self, vector: Array) -> Array:
        found = self.case.vjp(self.cotangents, **self.inputs(vector))
        return np.concatenate([np.ravel(found[name]) for name in self.case.inputs])


def verdict(held: Callable[[], bool]) -> Check:
    """The verdict of a comparison; gradients of another size cannot be compared, and fail."""

    def found() -> str:
        try:
            return "held" if held() else "failed"
        except ValueError:
            return "failed"

    return found


def of_check_grad(case: Case, tolerance: float) -> Check:
    flat = Flat.of(case)
    return verdict(lambda: bool(check_grad(flat.value, flat.gradient, flat.start) <= tolerance))


def of_approx_fprime(case: Case, tolerance: float) -> Check:
    flat = Flat.of(case)

    def held() -> bool:
        analytic, numeric = flat.gradient(flat.start), approx_fprime(flat.start, flat.value)
        size = norm(analytic) + norm(numeric)
        return bool(norm(analytic - numeric) <= tolerance * size)

    return verdict(held)


def of_numdifftools(case: Case) -> Check:
    flat = Flat.of(case)
    return verdict(
        lambda: np.allclose(
            flat.gradient(flat.start), numdifftools.Gradient(flat.value)(flat.start)
        )
    )


TOOLS = (
    Tool("cellcheck", partial(of_cellcheck, trusting=False)),
    Tool("cellcheck, with a reference", partial(of_cellcheck, trusting=True)),
    Tool(STORED, lambda case: of_cellcheck(stored(case), trusting=False)),
    Tool(STORED + ", with a reference", lambda case: of_cellcheck(stored(case), trusting=True)),
    Tool("torch gradcheck, slow", partial(of_gradcheck, fast=False)),
    Tool("torch gradcheck, fast", partial(of_gradcheck, fast=True)),
    Tool("jax check_grads", of_jax),
    Tool("autograd check_grads", partial(of_autograd, jointly=False)),
    Tool("autograd check_grads, gradients jointly", partial(of_autograd, jointly=True)),
    Tool("scipy check_grad, 1e-4", partial(of_check_grad, tolerance=1e-4)),
    Tool("scipy check_grad, 1e-6", partial(of_check_grad, tolerance=1e-6)),
    Tool("scipy approx_fprime, relative 1e-6", partial(of_approx_fprime, tolerance=1e-6)),
    Tool("numdifftools Gradient, allclose", of_numdifftools, part=0.25),
)
