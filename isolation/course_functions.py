"""What the course's ``rnn_utils`` offered to its students, for code that gets it from there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..cells.adam import FAMILY
from .child.course_helpers import HELPERS

COMPUTED: dict[str, Callable[..., object]] = {**FAMILY.reference}
"""What is offered besides the activations: correct functions, which never leave this process."""


def course_helpers() -> dict[str, object]:
    """All that there is in that module by name, ``np`` included."""
    return {"np": np, **HELPERS, **COMPUTED}
