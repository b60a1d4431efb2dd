"""The gradients of one function of a file, beside the numerical ones: the data of a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..cells import families
from ..cells.spec import FunctionSpec, RecurrentFamily
from ..gradients.steps import StepErrors
from ..properties import PROPERTIES, Violation
from ..strategies import Case, seeded_case, smallest
from ..subject.budget import Budget
from ..subject.errors import Crash
from ..subject.live import quiet
from ..subject.subject import Functions, Subject
from ..submissions import Submission, Unreadable, open_submission
from .checking import Check, Progress, Settings
from .drawing import draw
from .gradient_entries import JudgedPair
from .outcome import Compared, FunctionReport, Status

WORK = 3.0
"""Seconds of work (see `subject.budget`) for finding, and as many for making small, a drawn case on
which gradients differ.
"""


class Impossible(Exception):  # what cannot be drawn, for a reason that is no error of the tool's
    """There is no gradient to look at; one sentence says why."""


@dataclass(frozen=True)
class GradientCheck:
    """All gradients of one function on one case, the wrong ones first, and the V of the first.

    ``report`` is what the whole check says of the function; ``numeric`` and ``analytic`` say where
    the two come from, ``case`` which input it is.
    """

    path: str
    report: FunctionReport
    numeric: str
    analytic: str
    case: str
    dimensions: Mapping[str, int]
    tensors: tuple[Compared, ...]
    by_step: StepErrors

    @property
    def wrong(self) -> tuple[Compared, ...]:
        """The gradients with a wrong entry, or of a wrong form."""
        return tuple(tensor for tensor in self.tensors if tensor.wrong or tensor.problem)


def check_gradient(
    path: str,
    name: str,
    seed: int,
    progress: Progress | None = None,
    names: Mapping[str, str] | None = None,
) -> GradientCheck:
    """The gradients of the function that a file has for the contract's ``name``.

    They are taken on a seeded case of moderate size, in which a pattern shows; where they agree
    there, and the check knows a case where they do not, on the smallest such. Raises `Impossible`
    where there is no gradient to look at: none in the contract, no such function in the file, a
    stub, a function that comes to no result. ``names`` are those of `Settings`.
    """
    family, backward = _with_gradients(name)
    submission = _opened(path, name, names)
    done = Check(submission, path, Settings(seed=seed, functions=(name,)), progress or _silent)
    report = next(report for report in done.run() if report.name == name)
    if name not in submission.found:
        raise Impossible(f"{name} cannot be read: {report.reason}.")
    if report.status in (Status.INCOMPLETE, Status.BLOCKED):
        raise Impossible(f"{name} is {report.status.value}: {report.reason}.")
    with done.subject_for(family, name) as (subject, _):
        family, backward = _of(subject, backward)
        pair = JudgedPair(subject, family, backward, _differentiated(done, subject, backward))
        try:
            case, words, tensors = _shown(pair, report, seed)
            by_step = pair.by_step(case, tensors[0])
        except Crash as crash:
            raise Impossible(f"{name} comes to no result: {crash.message}.") from None
    if not any(tensor.known for tensor in tensors):
        raise Impossible(f"{backward.forward} has no finite derivative to compare with.")
    used = {**case.dims_of(pair.forward), **case.dims_of(backward)}
    dimensions = {symbol: used[symbol] for symbol in family.cell.dimensions if symbol in used}
    return GradientCheck(path, report, *pair.words, words, dimensions, tensors, by_step)


def with_gradients(done: Check, reports: Iterable[FunctionReport]) -> list[FunctionReport]:
    """The reports with the gradients that differ, for each function that breaks a law about them.

    They are taken on the seeded case of moderate size; there are none where they agree on it.
    """
    return [
        replace(report, gradients=_differing(done, report))
        if any(PROPERTIES[outcome.property].family == "gradients" for outcome in report.findings)
        else report
        for report in reports
    ]


def _differing(done: Check, report: FunctionReport) -> tuple[Compared, ...]:
    try:
        family, backward = _with_gradients(report.name)
        with done.subject_for(family, report.name) as (subject, _):
            family, backward = _of(subject, backward)
            functions = _differentiated(done, subject, backward)
            pair = JudgedPair(subject, family, backward, functions)
            case = seeded_case(family, _sizes(family), done.settings.seed)
            tensors = pair.compared(case)
            wrong = [tensor for tensor in tensors if tensor.wrong or tensor.problem]
            return tuple(_with_steps(pair, case, one) if one is wrong[0] else one for one in wrong)
    except Exception:  # what a function does on another case costs nothing but the picture
        return ()


def _with_steps(pair: JudgedPair, case: Case, tensor: Compared) -> Compared:
    """The gradient with the errors by step of its worst entry, which cost two calls each."""
    if tensor.problem:
        return tensor
    entry = np.full(tensor.numeric.shape, np.nan)
    entry[tensor.worst] = tensor.numeric[tensor.worst]
    curve = pair.by_step(case, replace(tensor, numeric=entry))
    return replace(tensor, by_step=tuple(map(float, curve.errors)))


def _differentiated(done: Check, subject: Subject, backward: FunctionSpec) -> Functions:
    """The functions with the forward to differentiate: the file's own where it serves.

    A backward function that has no right forward beside it is held against a correct one, and so
    is one whose forward rounds to single precision, which would hide all but gross mistakes.
    """
    functions, reference = subject.functions, subject.need_reference()
    forward = subject.family.functions[backward.forward]
    if subject.function is forward:
        return functions
    right = forward.name in functions and forward.name not in done.replaced
    exact = right and functions.epsilon(forward) <= reference.epsilon(forward)
    return functions if exact else reference


def _silent(_: str) -> None:
    """For no one who watches."""


def _with_gradients(name: str) -> tuple[RecurrentFamily, FunctionSpec]:
    """The family of a function, and the backward function that it is or has."""
    for family in families().values():
        if isinstance(family, RecurrentFamily):
            for spec in family.functions.values():
                if spec.role.is_backward and name in (spec.name, spec.forward):
                    return family, spec
    raise Impossible(f"{name} has no gradient to look at, because it has no backward function.")


def _of(subject: Subject, backward: FunctionSpec) -> tuple[RecurrentFamily, FunctionSpec]:
    """The same of the variant of the cell that the file has."""
    assert isinstance(subject.family, RecurrentFamily)
    return subject.family, subject.family.functions[backward.name]


def _opened(path: str, name: str, names: Mapping[str, str] | None) -> Submission:
    try:
        with quiet():
            submission = open_submission(path, names=names)
    except Unreadable as reason:
        text = str(reason)
        raise Impossible(text if path in text else f"{path}: {text}") from None
    if name not in submission.found and not submission.unreadable(name):
        raise Impossible(f"{path} has no function {name}; it has {', '.join(submission.found)}.")
    return submission


_Shown = tuple[Case, str, tuple[Compared, ...]]
"""A case, in words what it is, and the gradients on it."""


def _shown(pair: JudgedPair, report: FunctionReport, seed: int) -> _Shown:
    """The case to look at."""
    crash: Crash | None = None
    tensors: tuple[Compared, ...] = ()
    moderate = seeded_case(pair.family, _sizes(pair.family), seed)
    try:
        tensors = pair.compared(moderate)
    except Crash as error:
        if error.is_late:  # another case would only take as long again
            raise
        crash = error
    if report.status is Status.FAILED and not any(t.wrong or t.problem for t in tensors):
        for case in _failing(pair, seed):
            with suppress(Crash):
                others = pair.compared(case)
                if any(tensor.wrong or tensor.problem for tensor in others):
                    return case, f"the smallest of the check that differs, seed {seed}", others
    if crash is not None:
        raise crash
    return moderate, f"of moderate size, seed {seed}", tensors


def _sizes(family: RecurrentFamily) -> dict[str, int]:
    """Half of each dimension's own size: a derivative is taken of every entry."""
    return {symbol: (size + 1) // 2 for symbol, size in family.cell.dimensions.items()}


def _failing(pair: JudgedPair, seed: int) -> tuple[Case, ...]:
    """The first drawn case on which a law about gradients fails: made small, and as it is."""
    fails = _within(WORK, pair)
    first = next(filter(fails, draw(pair.family, "default", seed)), None)
    if first is None:
        return ()
    return smallest(first, _within(WORK, pair)), first


def _within(seconds: float, pair: JudgedPair) -> Callable[[Case], bool]:
    """Whether a law about gradients fails on a case, for so many seconds of work."""
    budget = Budget(pair.subject.functions.work, seconds)
    function = pair.subject.function
    laws = [p for p in PROPERTIES.values() if p.family == "gradients" and p.applies(function)]

    def fails(case: Case) -> bool:
        for law in laws if not budget.is_over else ():
            budget.spend()
            try:
                law.check(pair.subject, case)
            except Violation:
                return True
            except Exception:  # not applicable, a crash, or a result too strange to look at
                continue
        return False

    return fails
