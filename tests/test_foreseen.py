"""The calls that laws foresee, made together in the process of a submission."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cellcheck.cells import families
from cellcheck.engine import Settings, SubmissionReport, check, judging
from cellcheck.engine.drawing import draw
from cellcheck.engine.isolated import Isolated
from cellcheck.isolation.child.walls import Limits
from cellcheck.isolation.parent.fork_server import ForkServer
from cellcheck.isolation.parent.session import Session
from cellcheck.properties import PROPERTIES, Property, Subject, Violation
from cellcheck.reports import renderer
from cellcheck.strategies import Case
from cellcheck.subject.errors import Crash
from cellcheck.subject.subject import Asked, Returned, flat
from cellcheck.submissions import open_submission

from .hostile import CORRECT
from .planted import correct_source

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux'")

QUICK = Settings(profile="quick")
FAMILIES = families()
FUNCTIONS = [
    (family, name) for family in ("rnn", "lstm", "helpers") for name in FAMILIES[family].functions
]


@pytest.fixture(scope="module")
def fork_server() -> Iterator[ForkServer]:
    with ForkServer() as fork_server:
        yield fork_server


@pytest.fixture
def session(fork_server: ForkServer) -> Iterator[Session]:
    session = Session(fork_server, Limits())
    yield session
    session.close()


def foreseeing(subject: Subject, case: Case) -> dict[Property, list[Asked]]:
    """The laws that foresee calls on a case, and which."""
    laws = [law for law in PROPERTIES.values() if law.applies(subject.function)]
    asked = {law: [*law.asks(subject, case)] for law in laws}
    return {law: asks for law, asks in asked.items() if asks}


@pytest.mark.parametrize(("family", "name"), FUNCTIONS)
@pytest.mark.full
def test_what_was_foreseen_is_not_asked_again(
    family: str, name: str, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cells.py"
    file.write_text(correct_source("a"))
    functions = open_submission(file, session).by_family[family]
    case = draw(FAMILIES[family], "quick", 0)[7]
    subject = Subject(functions, FAMILIES[family], name, reference=functions.reference)
    laws = foreseeing(subject, case)
    assert laws
    alone = answers(subject.anew(), case, laws)

    subject.ahead([(case, "run"), *(one for asked in laws.values() for one in asked)])
    monkeypatch.setattr(session, "request", None)
    together = answers(subject, case, laws)
    assert together.keys() == alone.keys()
    for key, values in alone.items():
        for tensor, value in values.items():
            assert np.array_equal(value, together[key][tensor]), (key, tensor)


def answers(
    subject: Subject, case: Case, laws: dict[Property, list[Asked]]
) -> dict[Any, dict[str, Any]]:
    """What comes of the case, and of everything that laws ask besides."""
    found: dict[Any, dict[str, Any]] = {"run": flat(subject.run(case).values)}
    for law, asked in laws.items():
        for number, (one, what) in enumerate(asked):
            if what == "contents":
                steps = subject.contents(case) or ()
                found[what] = {f"{n}{t}": a for t, s in enumerate(steps) for n, a in s.items()}
                found[what] |= {key: str(a) for key, a in found[what].items() if type(a) is dict}
            elif what == "run":
                found[law.name, number] = flat(subject.apart(one).values)
            elif one is not case:
                found[law.name, number, what] = looked_at(subject.inspected_apart(one))
            else:
                returned = subject.again(one) if what == "again" else subject.inspected(one)
                found[what] = looked_at(returned)
    return found


def looked_at(returned: Returned) -> dict[str, Any]:
    seen = {"changed": returned.changed, "shared": returned.shared}
    return flat(returned.values) | seen | {"overwritten": returned.overwritten}


LATER = "np.abs(xt).max() > 2"
"""A condition that the first case does not fulfil, and later ones do."""

FAULTS = {
    "a cache changed": ("    return {", f"    if {LATER}: a_next += 1\n    return {{"),
    "an argument changed": ("    Wax, ", f"    if {LATER}: xt += 1\n    Wax, "),
    "memory shared": ("yt_pred, (", f"a_next if {LATER} else yt_pred, ("),
    "examples mixed": ("    yt_pred =", f"    if {LATER}: a_next -= xt.mean()\n    yt_pred ="),
    "large scores": ("np.max(x, axis=0, keepdims=True)", "0"),
}


@pytest.mark.parametrize("together", [100, 4])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.full
def test_a_fault_of_later_cases_is_told_as_without_walls(
    fault: str,
    together: int,
    fork_server: ForkServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "TOGETHER", together)
    family = FAMILIES["rnn"]
    xt = draw(family, "quick", 0)[0]["xt"]
    assert not eval(LATER, {"np": np, "xt": xt})

    old, new = FAULTS[fault]
    file = tmp_path / "cells.py"
    source = CORRECT.format(top="", body="")
    assert old in source
    file.write_text(source.replace(old, new))
    outside = check(str(file), QUICK)
    assert any(one.findings for one in outside.functions)
    assert text(Isolated(fork_server=fork_server).check(str(file), QUICK)) == text(outside)


def text(report: SubmissionReport) -> str:
    out = io.StringIO()
    renderer("json")([replace(report, seconds=0.0)], QUICK, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("misdeed", "message"),
    [
        ("raise ValueError('no')", "it raises ValueError: no"),
        ("while True: pass", "does not come to an end"),
        ("return None", "it returns None"),
        ("return np.zeros((1000, 1000)), xt, ()", "too large to look at"),
        ("return [np.zeros(1)] * 1000", "it returns 1000 values"),
        ("import os; os._exit(3)", "exit status 3"),
    ],
)
def test_a_call_that_fails_once_is_told_of(
    misdeed: str, message: str, session: Session, tmp_path: Path
) -> None:
    """Though another call with the same input would be right."""
    file = tmp_path / "cells.py"
    body = f"    counted.append(1)\n    if len(counted) == 12:\n        {misdeed}"
    file.write_text(CORRECT.format(top="counted = []", body=body))
    functions = open_submission(file, session).by_family["rnn"]
    subject = Subject(functions, FAMILIES["rnn"], "rnn_cell_forward", reference=None)
    cases = draw(FAMILIES["rnn"], "quick", 0)[:12]
    subject.ahead((case, "run") for case in cases)
    crashes = []
    for case in cases:
        try:
            subject.run(case)
        except Crash as crash:
            crashes.append(crash.message)
    assert len(crashes) == 1
    assert message in crashes[0]


@pytest.mark.parametrize(
    "law",
    [
        "the_same_input_gives_the_same_output",
        "permuting_the_examples_permutes_the_results",
        "permuting_the_hidden_units_permutes_the_states",
        pytest.param("examples_do_not_influence_each_other", marks=pytest.mark.full),
    ],
)
def test_a_further_call_of_a_law_that_fails_breaks_it(law: str, tmp_path: Path) -> None:
    file = tmp_path / "cells.py"
    body = "    counted.append(1)\n    if len(counted) > most[0]: raise ValueError('no more')"
    file.write_text(CORRECT.format(top="counted, most = [], [100]", body=body))
    submission = open_submission(file)
    functions = submission.by_family["rnn"]  # which calls it, too
    submission.document.namespace["most"][0] = len(submission.document.namespace["counted"]) + 1
    subject = Subject(functions, FAMILIES["rnn"], "rnn_cell_forward", reference=None)
    case = next(
        case for case in draw(FAMILIES["rnn"], "quick", 0) if case.dims["m"] > 1 < case.dims["n_a"]
    )
    subject.run(case)
    with pytest.raises(Violation, match="ValueError: no more"):
        PROPERTIES[law].check(subject, case)


@pytest.mark.full
def test_slow_calls_are_made_together_for_a_moment_only(session: Session, tmp_path: Path) -> None:
    """Whoever waited for all of them would take the function for one that has no end."""
    file = tmp_path / "cells.py"
    file.write_text(CORRECT.format(top="import time", body="    time.sleep(0.07)"))
    family = FAMILIES["rnn"]
    functions = open_submission(file, session).by_family["rnn"]
    cases = 2 * draw(family, "quick", 0)
    asked = [(case.having(), "run") for case in cases]
    answered = [*functions.ahead(family.functions["rnn_cell_forward"], asked)]
    assert 0 < len(answered) < len(cases)
    assert session.processes == 1
