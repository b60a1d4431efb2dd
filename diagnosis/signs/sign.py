"""What is seen of a mistake, before anything is tried: a sentence, and what may be meant."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from ..code.edit import Edit
from ..code.source import Source


@dataclass(frozen=True)
class Sign:
    """What the code itself shows of a mistake.

    The first of its ``edits`` that is proven is reported; without one a sign that has a
    ``statement`` is reported with that, and any other not at all.
    """

    source: Source
    fault: str
    sentence: str
    edits: Iterable[Edit] = ()
    statement: ast.stmt | None = None
