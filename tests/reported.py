"""Outcomes as the engine would yield them, and what a format makes of them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np

from cellcheck.engine import Settings
from cellcheck.engine.outcome import (
    Counterexample,
    Diagnosis,
    FunctionReport,
    Level,
    Outcome,
    Status,
    SubmissionReport,
    Verdict,
)
from cellcheck.reports import renderer

CASE = Counterexample(
    {"n_x": 1, "m": 2},
    {
        "x": np.array([[1.0, float("nan")]]),
        "a0": np.array([[-0.0, 0.1 + 0.2]]),
        "parameters": {"Wax": np.zeros((2, 1)), "ba": np.full((3, 2), 0.5), "by": np.zeros((1, 1))},
        "big": np.arange(42.0).reshape(6, 7),
        "t": 3,
    },
)


MISTAKE = Diagnosis(
    "concat_rows_hold_n_x",
    "`concat` holds sizes; values were meant.",
    line=40,
    end_line=41,
    source="concat[n_a:, :] = n_x",
    suggestion="concat[n_a:, :] = xt",
)

HOSTILE = (
    "</script><script>pwned()</script></style><img src=x onerror='pwned()'> \" ' & {{ 7 * 7 }} "
    "]]> ``` `x` | \x1b[31m \u202e \udcff \r\n::error file=a::%0A\r\t\x00" + 200 * "x"
)
"""A text that would be something else to a terminal, a browser, XML, Markdown or a CI system."""


def hostile() -> SubmissionReport:
    """A submission that has the hostile text wherever it can have a text of its own."""
    broken = finding(message=HOSTILE, expected=HOSTILE, found=HOSTILE, snippet=f"# {HOSTILE}")
    mistake = replace(MISTAKE, message=HOSTILE, source=HOSTILE, suggestion=HOSTILE)
    report = submission(broken, diagnosis=(mistake,), path=f"{HOSTILE}.py", notes=(HOSTILE,))
    functions = [replace(f, found_as=HOSTILE, reason=HOSTILE) for f in report.functions[:2]]
    advice = finding(level=Level.ADVICE, message=HOSTILE)
    functions.append(FunctionReport("softmax", Status.PASSED, outcomes=(advice,)))
    functions.append(FunctionReport("rnn_forward", Status.BLOCKED, reason=HOSTILE))
    return replace(report, functions=tuple(functions))


def finding(**changes: Any) -> Outcome:
    contents: dict[str, Any] = {
        "function": "lstm_forward",
        "property": "a_later_input_changes_no_earlier_output",
        "verdict": Verdict.FAILED,
        "message": "c[:, :, 0] changes with x[:, :, 1].",
        "expected": "0.5",
        "found": "0.25",
        "counterexample": CASE,
        "snippet": "import numpy as np\nassert np.ones(1) == 2",
    }
    return Outcome(**contents | changes)


def submission(
    *outcomes: Outcome, diagnosis: tuple[Diagnosis, ...] = (), **changes: Any
) -> SubmissionReport:
    failed = any(outcome.level is Level.FAULT for outcome in outcomes)
    functions = (
        FunctionReport("sigmoid", Status.PASSED, "sigmoid", 3, None, 120),
        FunctionReport(
            "lstm_forward",
            Status.FAILED if failed else Status.PASSED,
            "lstm_loop",
            31,
            4,
            212,
            outcomes=outcomes,
            diagnosis=diagnosis,
        ),
        FunctionReport("lstm_cell_backward", Status.MISSING),
        FunctionReport("lstm_backward", Status.MISSING),
        FunctionReport("rnn_forward", Status.MISSING),
    )
    contents: dict[str, Any] = {"path": "a.ipynb", "seconds": 1.23456, "functions": functions}
    return SubmissionReport(**contents | changes)


def written(style: str, *reports: SubmissionReport, **settings: Any) -> str:
    out = io.StringIO()
    renderer(style)(reports, Settings(**settings), out)
    return out.getvalue()
