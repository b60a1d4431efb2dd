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

    The first of its ``edits`` that is proven is told; without one a ``certain`` sign is told with
    its statement, and any other not at all. What has no ``fault`` is named after the edit; what
    has no ``sentence`` is worded after it, with ``besides`` as a last clause.
    """

    source: Source
    fault: str = ""
    sentence: str = ""
    edits: Iterable[Edit] = ()
    statement: ast.stmt | None = None
    besides: str = ""

    @property
    def is_certain(self) -> bool:
        """Whether it is told without a correction."""
        return self.statement is not None
