"""Two errors that were published: whoever follows them has done what was asked, and is told so.

Notebooks up to 2018, and some later ones, print equations (8) to (10) of the LSTM's backward pass
without their outer parentheses, and an expected output of ``lstm_backward`` that comes out when
both carries stay zero. Both are known by what a function returns, never by its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..cells import families
from ..cells.lstm import lstm_cell_backward
from ..engine import Check
from ..engine.drawing import draw
from ..engine.outcome import Diagnosis, FunctionReport, Status
from ..properties.subject import Crash, Subject
from ..strategies import Case
from .source import sentence

Tensors = Mapping[str, Any]

DECIDING = 3
"""On so many cases, at least, the printed result must differ from the right one."""

NEAR, LEAST = 1e-5, 1e-12
"""How near two results must lie, relatively or at all: a saturated gate leaves nothing but rounding
of its gradients.
"""

_RIGHT = {
    "c": "(8) dcct = (dc_next * it + ot * (1 - tanh(c_next)^2) * it * da_next) * (1 - cct^2)",
    "i": "(9) dit = (dc_next * cct + ot * (1 - tanh(c_next)^2) * cct * da_next) * it * (1 - it)",
    "f": "(10) dft = (dc_next * c_prev + ot * (1 - tanh(c_next)^2) * c_prev * da_next)"
    " * ft * (1 - ft)",
}


def errata(done: Check, report: FunctionReport) -> list[Diagnosis]:
    """Whether a failed function acts as one of the two errors says."""
    find = _FOUND.get(report.name)
    if find is None or report.status is not Status.FAILED or report.name not in done.surroundings:
        return []
    family = families()["lstm"]
    cases = draw(family, done.settings.profile, done.settings.seed)
    with done.subject_for(family, report.name) as (subject, _):
        return [*find(subject, [*_returned(subject, cases)])]


Observed = list[tuple[Case, Tensors]]


def _returned(subject: Subject, cases: tuple[Case, ...]) -> Iterator[tuple[Case, Tensors]]:
    for case in cases:
        try:
            yield case, subject.run(case).values
        except Crash:
            continue


def _acts_like(
    subject: Subject, observed: Observed, name: str, printed: Callable[[Case], Any]
) -> bool:
    """Whether a result is the printed one on every case, and on some not the right one."""
    deciding = 0
    for case, values in observed:
        wanted, right = printed(case), subject.expected(case)[name]
        found = values.get(name)
        if found is None or not _equal(found, wanted):
            return False
        deciding += not _equal(found, right)
    return deciding >= DECIDING


def _equal(found: Any, wanted: Any) -> bool:
    if np.shape(found) != np.shape(wanted):
        return False
    scale = np.max(np.abs(wanted), initial=0.0)
    return bool(np.allclose(found, wanted, rtol=NEAR, atol=max(NEAR * scale, LEAST)))


def _printed_equations(subject: Subject, observed: Observed) -> Iterator[Diagnosis]:
    """The gates whose weights have the gradient that the printed equations give."""
    as_printed = [
        gate
        for gate, forms in _PRINTED.items()
        if any(
            _acts_like(subject, observed, f"dW{gate}", lambda c, f=form: _weight(subject, c, f))  # type: ignore[misc]
            for form in forms
        )
    ]
    if as_printed:
        numbers = [_RIGHT[gate].split()[0] for gate in as_printed]
        told = " and ".join(filter(None, [", ".join(numbers[:-1]), numbers[-1]]))
        several = len(numbers) > 1
        message = (
            f"this computes equation{'s' * several} {told} as older notebooks print "
            f"{'them' if several else 'it'}, without the outer parentheses: you have done what was "
            f"asked, and the print is wrong. Right {'are' if several else 'is'} "
            + "; ".join(_RIGHT[gate] for gate in as_printed)
        )
        yield Diagnosis("printed_equations", sentence(message))


def _weight(subject: Subject, case: Case, form: Callable[[Tensors, Any], Any]) -> Any:
    """The gradient of a gate's weight by a printed equation."""
    step = subject.expected_contents(case)[0]
    given = {**step, "da_next": case["da_next"], "dc_next": case["dc_next"]}
    through = given["ot"] * (1 - np.tanh(given["c_next"]) ** 2) * given["da_next"]
    return form(given, through) @ np.concatenate((step["a_prev"], step["xt"])).T


def _forget(v: Tensors, through: Any) -> Any:
    return v["dc_next"] * v["c_prev"] + through * v["c_prev"] * v["ft"] * (1 - v["ft"])


def _update(v: Tensors, through: Any) -> Any:
    return v["dc_next"] * v["cct"] + through * v["cct"] * v["it"] * (1 - v["it"])


def _candidate(extra: bool, squashed: bool) -> Callable[[Tensors, Any], Any]:
    """(8) has two errors more in print, which many readers have mended."""

    def form(v: Tensors, through: Any) -> Any:
        slope = 1 - (np.tanh(v["cct"]) if squashed else v["cct"]) ** 2
        return v["dc_next"] * v["it"] + through * v["it"] * (v["cct"] if extra else 1) * slope

    return form


_PRINTED: Mapping[str, tuple[Callable[[Tensors, Any], Any], ...]] = {
    "c": tuple(
        _candidate(extra, squashed) for extra in (True, False) for squashed in (True, False)
    ),
    "i": (_update,),
    "f": (_forget,),
}


def _printed_table(subject: Subject, observed: Observed) -> Iterator[Diagnosis]:
    """Both carries zero at every step; the biases their own, or all that of the forget gate."""
    own = {name: name for name in subject.functions.results(subject.function) if name != "da0"}
    copied = {**own, "dbi": "dbf", "dbc": "dbf", "dbo": "dbf"}

    def acts_like(names: Mapping[str, str]) -> bool:
        return all(
            _acts_like(subject, observed, name, lambda c, n=origin: _uncarried(subject, c)[n])  # type: ignore[misc]
            for name, origin in names.items()
        )

    if acts_like(own) or acts_like(copied):
        message = (
            "this gives the table that older notebooks print for lstm_backward (dx[1][2] begins "
            "with -0.00173313): you have done what was asked, and the table is wrong. It comes out "
            "when da_prevt and dc_prevt stay zero; what a step returns as da_prev and dc_prev must "
            "be handed to the step before it. Finite differences give dx[1][2] = 0.00218254 "
            "0.28205375 -0.48292508 -0.43281115"
        )
        yield Diagnosis("printed_table", sentence(message))


def _uncarried(subject: Subject, case: Case) -> Tensors:
    """The gradients of a sequence whose steps hand nothing on."""
    if "uncarried" not in case.memory:
        da, zero = case["da"], np.zeros_like(case["da"][:, :, 0])
        contents = subject.expected_contents(case)
        cell = subject.cell
        steps = [
            lstm_cell_backward(da[:, :, t], zero, tuple(contents[t][name] for name in cell.cache))
            for t in range(da.shape[2])
        ]
        dx = np.stack([step["dxt"] for step in steps], axis=2)
        sums = {name: sum(step[name] for step in steps) for name in steps[0]}
        case.memory["uncarried"] = {**sums, "dx": dx}
    return case.memory["uncarried"]  # type: ignore[no-any-return]


_FOUND: Mapping[str, Callable[[Subject, Observed], Iterator[Diagnosis]]] = {
    "lstm_cell_backward": _printed_equations,
    "lstm_backward": _printed_table,
}
