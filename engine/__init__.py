"""Runs the laws on a submission with drawn cases, and yields outcomes."""

from .checking import Settings, check
from .outcome import (
    Counterexample,
    FunctionReport,
    Level,
    Outcome,
    Status,
    SubmissionReport,
    Verdict,
)

__all__ = [
    "Counterexample",
    "FunctionReport",
    "Level",
    "Outcome",
    "Settings",
    "Status",
    "SubmissionReport",
    "Verdict",
    "check",
]
