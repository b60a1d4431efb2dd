"""The laws of a backward rule of JAX, besides those of any pair."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from ..pairs.cases import Array
from ..pairs.errors import Broken
from ..pairs.laws import LAWS, Law, is_close
from ..pairs.trial import Trial
from .formats import BFLOAT16, FLOAT32, Format, in_each, require_near
from .jax_pair import JaxPair

DTYPES: dict[Format, object] = {FLOAT32: jnp.float32, BFLOAT16: jnp.bfloat16}


def the_forward_rule_gives_what_the_function_gives(trial: Trial) -> None:
    """A call that is differentiated gives the results of one that is not."""
    pair, own = _pair(trial), trial.ran.results
    found = pair.by_rules(trial.case.values)
    if [result.shape for result in found] != [result.shape for result in own]:
        raise Broken(f"the results of {pair.forward.name} have other shapes by its forward rule")
    for place, (result, right) in enumerate(zip(found, own, strict=True)):
        if not is_close(result, right):
            which = f"result {place}" if len(own) > 1 else "the result"
            raise Broken(f"{which} of {pair.forward.name} is another one by its forward rule")


def coarser_formats_are_as_near_as_they_can_be(trial: Trial) -> None:
    """In float32 and bfloat16 gradients differ from those in float64 as the formats round."""
    pair = _pair(trial)
    if trial.case.regime != "plain" or not trial.case.all_different:
        return
    values = {n: _rounded(a) if a.dtype.kind == "f" else a for n, a in trial.case.values.items()}
    cotangents = tuple(map(_rounded, trial.cotangents))
    exact = pair.gradients_in(values, cotangents)
    found = in_each(lambda one: pair.gradients_in(values, cotangents, DTYPES[one]), pair.tell)
    require_near(exact, found)


laws: tuple[Law, ...] = (
    the_forward_rule_gives_what_the_function_gives,
    *LAWS,
    coarser_formats_are_as_near_as_they_can_be,
)
"""In the order in which they are tried."""


def _pair(trial: Trial) -> JaxPair:
    assert isinstance(trial.pair, JaxPair)
    return trial.pair


def _rounded(array: Array) -> Array:
    """The nearest numbers that every format has."""
    return np.asarray(np.asarray(array).astype(jnp.bfloat16), np.float64)
