"""Many submissions at once: the same check, spread over workers, with points and a class page.

Every submission's work is a `Task` that holds all there is to know, and what comes of it is kept
under its key: so it can be done anywhere, again, and in any order.
"""

from .course import Course, Summary
from .export_files import Refused
from .rubric import Rubric, read_rubric
from .run import grade

__all__ = ["Course", "Refused", "Rubric", "Summary", "grade", "read_rubric"]
