"""What a check in a notebook gives: it shows itself there, and is plain text elsewhere."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from ..engine.outcome import SubmissionReport
from . import escape
from .text import render

if TYPE_CHECKING:
    from ..engine import Settings

_numbers = count(1)


@dataclass(frozen=True, repr=False)
class Display:
    """The result of a check: ``report`` is what was found, ``settings`` how it was sought."""

    report: SubmissionReport
    settings: Settings

    def __repr__(self) -> str:
        """The report as text."""
        if self.report.error is not None:
            return escape(self.report.error)
        out = io.StringIO()
        render([self.report], self.settings, out)
        return out.getvalue().rstrip("\n")

    def _repr_html_(self) -> str:
        """The report for a notebook's page."""
        from ._template import template
        from .html import shown

        page = template("notebook.html")
        return page.render(submission=shown(self.report), number=next(_numbers))
