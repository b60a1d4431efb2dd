"""From a file to functions under test."""

from ..reading.files import Unreadable
from .submission import Submission, open_submission

__all__ = ["Submission", "Unreadable", "open_submission"]
