"""Runs the laws on a submission with drawn cases, and yields outcomes."""

from .checking import Check, Settings
from .file_report import check
from .outcome import (
    Compared,
    Counterexample,
    Diagnosis,
    FunctionReport,
    Level,
    Match,
    Outcome,
    Status,
    SubmissionReport,
    Verdict,
)
from .suite import Advice, LawTest, law_tests

__all__ = [
    "Advice",
    "Check",
    "Compared",
    "Counterexample",
    "Diagnosis",
    "FunctionReport",
    "LawTest",
    "Level",
    "Match",
    "Outcome",
    "Settings",
    "Status",
    "SubmissionReport",
    "Verdict",
    "check",
    "law_tests",
]
