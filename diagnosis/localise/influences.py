"""Which results change when the value of a place does."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..code.sites import Site
from ..search.harness import Harness, Trees, result_of
from .holes import Hole, Holes

Observed = Mapping[str, Any]


def influences(
    harness: Harness, trees: Trees, sites: Sequence[Site], wrong: frozenset[str]
) -> dict[Site, frozenset[str] | None]:
    """The results that each site's value reaches; None where that is not known."""
    holes = Holes(harness, trees, harness.compiled(trees))
    with harness.running(holes.live):
        base = harness.observed(harness.quick[0])

    def influence(site: Site) -> frozenset[str] | None:
        if isinstance(site.value, ast.Tuple | ast.List | ast.Dict):
            return None
        try:
            return _influence(holes[site], base, wrong)
        except Exception:  # it raises with another value there
            return None

    return {site: influence(site) for site in sites}


def _influence(hole: Hole, base: Observed, wrong: frozenset[str]) -> frozenset[str] | None:
    opaque: list[bool] = []
    hole.replace = lambda value: _perturbed(value, opaque)
    harness = hole.harness
    with hole.filled(hole.code({})) as made, harness.running(made):
        found = harness.observed(harness.quick[0])
    reached = frozenset(
        result_of(name) for name, value in base.items() if not _equal(value, found.get(name))
    )
    return None if any(opaque) and reached != wrong else reached


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
