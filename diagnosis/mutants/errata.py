"""Two errors that were published: whoever follows them has done what was asked, and is told so.

Notebooks up to 2018, and some later ones, print equations (8) to (10) of the LSTM's backward pass
without their outer parentheses, and an expected output of ``lstm_backward`` that comes out when
both carries stay zero. Both are known by what a function returns, never by its text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ...cells import families
from ...cells.lstm import lstm_cell_backward
from ...engine import Check
from ...engine.drawing import draw
from ...engine.outcome import Diagnosis, FunctionReport, Status
from ...strategies import Case
from ...subject.errors import Crash
from ...subject.subject import Subject
from ..code.source import sentence
from ..search.harness import Harness, Trees
from ..telling import diagnoses
from .handovers import with_carries
from .misprints import PRINTS, Tensors, made_of, value
from .reprints import Equation, Reprint, with_equations

DECIDING = 3
"""On so many cases, at least, the printed result must differ from the right one."""

NEAR, LEAST = 1e-5, 1e-12
"""How near two results must lie, relatively or at all: a saturated gate leaves nothing but rounding
of its gradients.
"""


@dataclass(frozen=True)
class Erratum:
    """What is said of a function that acts as an error in print says, and how it is put right on a
    harness; not at all where that is not known.
    """

    said: tuple[Diagnosis, ...] = ()
    mend: Callable[[Harness], Reprint | None] = lambda harness: None

    def among(self, found: Sequence[Diagnosis]) -> list[Diagnosis]:
        """What is said of it and of the function's other mistakes; of one place once."""
        told = []
        rest = list(found)
        for one in self.said:
            same = next((other for other in rest if _at_one_place(one, other)), None)
            if same is not None:
                rest.remove(same)
                one = replace(same, fault=one.fault, message=one.message)
            told.append(one)
        return [*told, *rest]


def _at_one_place(one: Diagnosis, other: Diagnosis) -> bool:
    if one.line is None or other.line is None or one.cell != other.cell:
        return False
    return one.line <= (other.end_line or 0) and other.line <= (one.end_line or 0)


def errata(done: Check, report: FunctionReport) -> Erratum:
    """Whether a failed function acts as one of the two errors says, and where."""
    find = _FOUND.get(report.name)
    if find is None or report.status is not Status.FAILED or report.name not in done.surroundings:
        return Erratum()
    family = families()["lstm"]
    cases = draw(family, done.settings.profile, done.settings.seed)
    with done.subject_for(family, report.name) as (subject, _):
        observed = [*_returned(subject, cases)]
        note = find(subject, observed)
        if note is None:
            return Erratum()
        harness = Harness(done, subject, family, family.functions[report.name])
        harness.spends_its_cache = True
        try:
            return _placed(harness, note) or Erratum((note.told,))
        except Exception:  # what is not found out costs the line, not what is known
            return Erratum((note.told,))


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


@dataclass(frozen=True)
class _Note:
    """That a function follows a print: what is said of all of it, how it is put right, which
    results become right with that, and what is said of each place.
    """

    fault: str
    message: str
    mend: Callable[[Harness], Reprint | None]
    heals: Collection[str]
    at_place: Callable[[Sequence[str], bool], str]

    @property
    def told(self) -> Diagnosis:
        """The note without a line."""
        return Diagnosis(self.fault, sentence(self.message))


def _placed(harness: Harness, note: _Note) -> Erratum | None:
    """The note at its lines, where the results are right with what is written there instead."""
    made = note.mend(harness)
    if made is None or not _heals(harness, made.trees, note.heals):
        return None
    said = [
        replace(one, fault=note.fault)
        for one in diagnoses(
            harness.sources, harness.trees, made.trees, "sequence" in harness.spec.role.value
        )
    ]
    if not said:  # what is meant are lines at several places that cannot be told apart
        said = [harness.sources[own].diagnosis(note.fault, "", s) for own, s, _ in made.places[:1]]
    at = [(one, _names_at(one, made, harness)) for one in said]
    noted = [(one, names) for one, names in at if names] or at[:1]
    placed = [
        replace(one, message=sentence(note.at_place(names, number == 0)))
        for number, (one, names) in enumerate(noted)
    ]
    others = [one for one in said if not any(one is other for other, _ in noted)]
    return Erratum((*placed, *others), note.mend)


def _names_at(one: Diagnosis, made: Reprint, harness: Harness) -> list[str]:
    """The equations that stand at the lines of a diagnosis."""
    first, last = one.line or 0, one.end_line or 0
    found = [name for own, s, name in made.places if first <= harness.sources[own].line(s) <= last]
    return list(dict.fromkeys(found))


def _heals(harness: Harness, trees: Trees, names: Collection[str]) -> bool:
    """Whether some results are right on every case in other functions."""
    with harness.running(harness.compiled(trees)):
        for case in harness.cases:
            try:
                found = harness.subject.anew().run(case).values
            except Crash:
                return False
            right = harness.subject.expected(case)
            if not all(_equal(found.get(name), right[name]) for name in names):
                return False
    return True


def _printed_equations(subject: Subject, observed: Observed) -> _Note | None:
    """The gates whose weights have the gradient that the printed equations give."""
    as_printed = {
        gate: form
        for gate, print_ in PRINTS.items()
        for form in print_.forms
        if _acts_like(subject, observed, f"dW{gate}", partial(_weight, subject, form))
    }
    if not as_printed:
        return None

    def mend(harness: Harness) -> Reprint | None:
        given = made_of(harness.subject, harness.own_case())
        equations = [
            Equation(gate, PRINTS[gate].right, value(form, given))
            for gate, form in as_printed.items()
        ]
        return with_equations(harness, equations, given)

    return _Note(
        "printed_equations",
        f"{_followed(list(as_printed), True)}. Right {'are' if len(as_printed) > 1 else 'is'} "
        + "; ".join(str(PRINTS[gate]) for gate in as_printed),
        mend,
        [f"dW{gate}" for gate in as_printed],
        _followed,
    )


def _followed(gates: Sequence[str], first: bool) -> str:
    """What is said of the equations at one place, the first of all in full."""
    numbers = [PRINTS[gate].number for gate in gates]
    several = len(numbers) > 1
    which = " and ".join(filter(None, [", ".join(numbers[:-1]), numbers[-1]]))
    what = f"this computes equation{'s' * several} {which} as older notebooks print"
    if not first:
        return f"{what} {'them' if several else 'it'} too"
    return (
        f"{what} {'them' if several else 'it'}, without the outer parentheses: you have done what "
        "was asked, and the print is wrong"
    )


def _weight(subject: Subject, form: str, case: Case) -> Any:
    """The gradient of a gate's weight by a printed equation."""
    given = made_of(subject, case)
    return value(form, given) @ np.concatenate((given["a_prev"], given["xt"])).T


_TABLE = (
    "this gives the table that older notebooks print for lstm_backward (dx[1][2] begins "
    "with -0.00173313): you have done what was asked, and the table is wrong. It comes out "
    "when da_prevt and dc_prevt stay zero; what a step returns as da_prev and dc_prev must "
    "be handed to the step before it. Finite differences give dx[1][2] = 0.00218254 "
    "0.28205375 -0.48292508 -0.43281115"
)


def _printed_table(subject: Subject, observed: Observed) -> _Note | None:
    """Both carries zero at every step; the biases their own, or all that of the forget gate."""
    own = {name: name for name in subject.functions.results(subject.function) if name != "da0"}
    copied = {**own, "dbi": "dbf", "dbc": "dbf", "dbo": "dbf"}

    def acts_like(names: Mapping[str, str]) -> bool:
        return all(
            _acts_like(subject, observed, name, lambda c, n=origin: _uncarried(subject, c)[n])  # type: ignore[misc]
            for name, origin in names.items()
        )

    names = next((names for names in (own, copied) if acts_like(names)), None)
    if names is None:
        return None

    def mend(harness: Harness) -> Reprint | None:
        step = harness.functions.file.found.get("lstm_cell_backward")
        return with_carries(harness, step.name, "da", ["da_prev", "dc_prev"]) if step else None

    heals = [name for name, origin in names.items() if name == origin]
    return _Note("printed_table", _TABLE, mend, heals, lambda *_: _TABLE)


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


_FOUND: Mapping[str, Callable[[Subject, Observed], _Note | None]] = {
    "lstm_cell_backward": _printed_equations,
    "lstm_backward": _printed_table,
}
