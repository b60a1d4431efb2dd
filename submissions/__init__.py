"""From a file to functions under test."""

from ..reading.files import Unreadable
from .opening import open_submission
from .submission import Submission

__all__ = ["Submission", "Unreadable", "open_submission"]
