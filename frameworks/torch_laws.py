"""The laws of a backward pass of PyTorch, besides those of any pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import torch

from ..gradients import check_vjp
from ..pairs.cases import Array
from ..pairs.errors import Broken, Misuse, line_of, raised
from ..pairs.laws import LAWS, Law, is_close
from ..pairs.trial import Trial
from .formats import BFLOAT16, FLOAT32, Format, in_each, require_near
from .torch_pair import TorchPair, Way, strided, upstream

DTYPES: dict[Format, torch.dtype] = {FLOAT32: torch.float32, BFLOAT16: torch.bfloat16}


def gradients_are_the_same_alone(trial: Trial) -> None:
    """Each gradient is the same where it alone is needed: ``needs_input_grad`` says so."""
    pair = _pair(trial)
    if trial.case.regime != "plain" or len(pair.names) < 2:
        return
    for name in pair.names:
        what = f"where only {name} needs a gradient"
        found = _tried(trial, Way(pair.way.dtype, needed={name}), what)
        if name not in found:
            raise Broken(f"{trial.who} gives no gradient by {name} {what}", name)
        _require_alike(found, {name: trial.gradients.arrays[name]}, what)


def strides_do_not_matter(trial: Trial) -> None:
    """Inputs and cotangents that are not contiguous give what contiguous ones give."""
    pair, dtype = _pair(trial), _pair(trial).way.dtype
    if trial.case.regime != "plain":
        return
    what = "where inputs and cotangents are not contiguous"
    _require_alike(_tried(trial, Way(dtype, strided=True), what), trial.gradients.arrays, what)
    kept = pair.kept(trial.case.values, pair.way)
    ones = pair.gradients_after(kept, tuple(map(torch.ones_like, kept.results)))
    one = torch.ones((), dtype=dtype)
    what = "where the cotangent is one number for all entries, as after sum()"
    expanded = tuple(one.to(result.dtype).expand(result.shape) for result in kept.results)
    found = _raising(trial, lambda: pair.gradients_after(kept, expanded), what)
    _require_alike(found, ones, what)


def coarser_formats_are_as_near_as_they_can_be(trial: Trial) -> None:
    """In float32 and bfloat16 gradients differ from those in float64 as the formats round."""
    pair = _pair(trial)
    if trial.case.regime != "plain" or pair.way.dtype is not torch.float64:
        return
    values = {
        name: _rounded(array) if array.dtype.kind == "f" else array
        for name, array in trial.case.values.items()
    }
    cotangents = tuple(_rounded(c) for c in trial.cotangents)

    def gradients(way: Way) -> dict[str, Array]:
        kept = pair.kept(values, way)
        return pair.gradients_after(kept, upstream(kept, cotangents))

    exact = gradients(pair.way)
    require_near(exact, in_each(lambda form: gradients(Way(DTYPES[form])), pair.tell))


def double_backward_is_the_derivative(trial: Trial) -> None:
    """The gradients, differentiated again, have the right derivative."""
    pair, names = _pair(trial), _pair(trial).names
    if trial.case.regime != "plain":
        return
    given = {f"cotangent {k}": c for k, c in enumerate(trial.cotangents)}

    def passed(arrays: dict[str, Array]) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        values = {**trial.case.values, **{n: a for n, a in arrays.items() if n not in given}}
        kept = pair.kept(values, pair.way)
        upstream = [
            torch.from_numpy(np.array(arrays[name])).to(r.dtype).requires_grad_()
            for name, r in zip(given, kept.results, strict=True)
        ]
        leaves = [kept.leaves[name] for name in names]
        found = torch.autograd.grad(
            kept.results, leaves, upstream, create_graph=True, materialize_grads=True
        )
        return [*found], [*leaves, *upstream]

    def f(**arrays: Array) -> tuple[Array, ...]:
        if any(array.dtype != np.float64 for array in arrays.values()):
            raise TypeError("float64 alone")
        return tuple(part.detach().numpy() for part in passed(arrays)[0])

    def vjp(cotangents: tuple[Array, ...], **arrays: Array) -> list[Array]:
        found, by = passed(arrays)
        outer = [torch.from_numpy(np.array(c)) for c in cotangents]
        used = [(g, c) for g, c in zip(found, outer, strict=True) if g.requires_grad]
        parts = torch.autograd.grad(
            [g for g, _ in used], by, [c for _, c in used], materialize_grads=True
        )
        return [part.numpy() for part in parts]

    inputs = {name: trial.case.values[name] for name in names} | given
    report = _raising(trial, lambda: check_vjp(f, vjp, inputs, seed=0), "differentiated twice")
    if report.problems or report.faults:
        said = report.problems[0] if report.problems else str(report.faults[0])
        raise Broken(
            f"{trial.who}, differentiated again: {said}", *(one.name for one in report.faults)
        )


laws: tuple[Law, ...] = (
    *LAWS,
    gradients_are_the_same_alone,
    strides_do_not_matter,
    coarser_formats_are_as_near_as_they_can_be,
)
"""In the order in which they are tried."""


def _pair(trial: Trial) -> TorchPair:
    assert isinstance(trial.pair, TorchPair)
    return trial.pair


T = TypeVar("T")


def _tried(trial: Trial, way: Way, what: str) -> dict[str, Array]:
    """The gradients in a way, which is said in words."""
    pair = _pair(trial)

    def gradients() -> dict[str, Array]:
        kept = pair.kept(trial.case.values, way)
        given = upstream(kept, trial.cotangents)
        if way.strided:
            given = tuple(map(strided, given))
        return pair.gradients_after(kept, given)

    return _raising(trial, gradients, what)


def _raising(trial: Trial, call: Callable[[], T], what: str) -> T:
    """What a call gives; what it raises breaks a law."""
    try:
        return call()
    except (Misuse, Broken):
        raise
    except Exception as error:  # whatever the code raises
        line = line_of(error, _pair(trial).backward_function)
        raise Broken(f"{trial.who} raises {raised(error)}, {what}", what, line=line) from error


def _require_alike(found: Mapping[str, Array], right: Mapping[str, Array], what: str) -> None:
    for name, gradient in right.items():
        other = found.get(name)
        if other is None or other.shape != gradient.shape:
            raise Broken(f"the gradient by {name} is missing or has another shape {what}", name)
        if not is_close(other, gradient):
            raise Broken(f"the gradient by {name} is another one {what}", name)


def _rounded(array: Array) -> Array:
    """The nearest numbers that every format has."""
    return np.asarray(torch.from_numpy(np.array(array)).to(torch.bfloat16).to(torch.float64))
