"""Which results change when the value of a place does."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..code.sites import Site, located
from ..search.rounds import Round, result_of
from .holes import HOLE, Hole, with_hole


def influences(round_: Round) -> dict[int, frozenset[str] | None]:
    """The results that each site's value reaches; None where that cannot be told."""
    harness = round_.goal.harness
    with harness.running(harness.compiled(round_.trees)):
        base = harness.observed(harness.quick[0])
    wrong = frozenset(map(result_of, round_.wrong))
    return {n: _influence(round_, site, base, wrong) for n, site in enumerate(round_.sites)}


def _influence(
    round_: Round, site: Site, base: Mapping[str, Any], wrong: frozenset[str]
) -> frozenset[str] | None:
    if isinstance(site.value, ast.Tuple | ast.List | ast.Dict):
        return None
    hole = Hole(round_.goal.harness)
    hole.code = compile(located(ast.Expression(site.value)), "<changed>", "eval", dont_inherit=True)
    opaque: list[bool] = []
    hole.replace = lambda value: _perturbed(value, opaque)
    found = _observed(round_, site, hole)
    if found is None:
        return None
    reached = frozenset(
        result_of(name) for name, value in base.items() if not _equal(value, found.get(name))
    )
    return None if any(opaque) and reached != wrong else reached


def _observed(round_: Round, site: Site, hole: Hole) -> Mapping[str, Any] | None:
    harness = round_.goal.harness
    harness.namespace[HOLE] = hole
    try:
        with harness.running(with_hole(harness, round_.trees, site)):
            return harness.observed(harness.quick[0])
    except Exception:
        return None
    finally:
        harness.namespace.pop(HOLE, None)


def _equal(one: Any, other: Any) -> bool:
    try:
        return np.array_equal(one, other, equal_nan=True)
    except TypeError:  # no numbers
        return False


def _perturbed(value: Any, opaque: list[bool]) -> Any:
    """The value with every number in its arrays moved a little."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * 1.001 + 1e-3 * (1 + np.arange(value.size).reshape(value.shape) % 7)
    if isinstance(value, float):
        return value * 1.001 + 1e-3
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1
    opaque.append(True)
    if isinstance(value, tuple):
        return tuple(_perturbed(one, []) for one in value)
    if type(value) is dict:
        return {key: _perturbed(one, []) for key, one in value.items()}
    return value
