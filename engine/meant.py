"""What authors may mean by gradients that are not the derivative, where nobody has declared them.

The mean over the examples may be taken with the loss or with the gradients; a backward function may
add the derivative of a penalty on the weights, or limit what it gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..gradients import numerical_vjp
from ..pairs.cases import Array
from ..pairs.errors import Broken, CaseRefused, Undecided
from ..pairs.judge import PairJudge, quietly
from ..pairs.laws import SLIGHT, is_close
from ..pairs.trial import Trial

SMALL = 2.0**-20
"""By what a cotangent is multiplied so that no limit matters."""

ATTEMPTS = 6


def meant(judge: PairJudge) -> str:
    """What the wrong gradients of a pair may be meant to be, in words; empty where nothing is
    known that they could be.
    """
    with quietly():
        for attempt in range(ATTEMPTS):
            case = judge.drawing.case(2000, attempt, "distinct", "plain")
            try:
                trial = case and Trial(judge.pair, case, None)
                if trial and trial.report.faults:
                    return _meant(trial)
            except (CaseRefused, Undecided, Broken, ValueError):
                continue
    return ""


def _meant(trial: Trial) -> str:
    if not trial.pair.unit and _is_right_if_small(trial):
        return "its gradients are right where they are small, and limited else"
    f, _ = trial.functions()
    right = numerical_vjp(f, trial.cotangents, trial.differentiated)
    wrong = {fault.name for fault in trial.report.faults}
    given, names = trial.gradients.arrays, ", ".join(sorted(wrong))
    if not any(right[name].any() for name in wrong):
        return f"it gives gradients by {names} through what has no derivative"
    if all(is_close(given[name], right[name], SLIGHT) for name in wrong):
        return f"its gradients by {names} differ by so little that an epsilon may be left out"
    if all(_has_penalty(trial, name, right[name]) for name in wrong):
        return f"its gradients by {names} have a multiple of these added"
    return _mean(trial, right, wrong)


def _is_right_if_small(trial: Trial) -> bool:
    small = replace(trial.case, cotangents=tuple(c * SMALL for c in trial.cotangents))
    return trial.report.verdict == "failed" != Trial(trial.pair, small, None).report.verdict


def _has_penalty(trial: Trial, name: str, right: Array) -> bool:
    """Whether a gradient is off by a multiple of what it is the gradient by."""
    weight, more = trial.case.values[name], trial.gradients.arrays[name] - right
    if weight.size < 2 or not weight.any():
        return False
    factor = float(np.sum(more * weight) / np.sum(weight * weight))
    return is_close(more, factor * weight)


def _mean(trial: Trial, right: Mapping[str, Array], wrong: set[str]) -> str:
    """The dimension over which all gradients by weights are means, with a penalty or not."""
    given = trial.gradients.arrays
    for dimension, size in trial.case.sizes.items():
        inputs = trial.pair.inputs
        weights = {name for name in given if dimension not in inputs[name].axes}
        if (
            size > 1
            and weights == wrong
            and all(
                is_close(given[name] * size, right[name])
                or _has_penalty(trial, name, right[name] / size)
                for name in wrong
            )
        ):
            return f"its gradients by weights are means over {dimension}"
    return ""
