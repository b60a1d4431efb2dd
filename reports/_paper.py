"""The paper that a text report is written on: plain, or styled where a person's terminal is."""

from __future__ import annotations

import os
import shutil
import sys
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TextIO

from . import escape

if TYPE_CHECKING:
    from rich.console import Console

Part = str | tuple[str, str]
"""A piece of a line: its text, or its text and style."""

WIDEST = 88
STYLES = {"passed": "green", "failed": "bold red", "incomplete": "yellow", "blocked": "yellow"}
_FANCY = {"passed": "✓", "failed": "✗", "incomplete": "○", "blocked": "–", "advice": "!"}
_ASCII = {"passed": "+", "failed": "x", "incomplete": "o", "blocked": "-", "advice": "!"}


class Paper:
    """Writes lines to a stream; everything written is escaped here, once."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._console = _console(out)
        # Prose is wrapped for the eye only: a line that is piped stays one line for grep.
        self._width = min(WIDEST, shutil.get_terminal_size().columns) if out.isatty() else None
        self.marks = _FANCY if encodes(out, "".join(_FANCY.values())) else _ASCII

    def line(self, *parts: Part) -> None:
        """Write one line."""
        pieces = [part if isinstance(part, tuple) else (part, "") for part in parts]
        pieces = [(escape(text.expandtabs(4)), style) for text, style in pieces]
        if self._console is None:
            self._out.write("".join(text for text, _ in pieces).rstrip() + "\n")
        else:
            self._console.print(_text(pieces), soft_wrap=True)

    def prose(self, text: str, indent: int, style: str = "", hang: int = 0) -> None:
        """Write sentences, indented; further lines of a paragraph by ``hang`` more."""
        for paragraph in text.splitlines():
            lines = [paragraph]
            if self._width and self._width > indent + hang + 20:
                further = " " * hang
                lines = wrap(paragraph, self._width - indent, subsequent_indent=further) or [""]
            for line in lines:
                self.line(" " * indent, (line, style))

    def flush(self) -> None:
        """Let a reader see what has been written so far."""
        self._out.flush()


def _console(out: TextIO) -> Console | None:
    """A console for colours, where they are wanted: rich is imported for nothing else."""
    forced = os.environ.get("FORCE_COLOR")
    wanted = out.isatty() if forced is None else forced != ""
    # FORCE_COLOR speaks of the standard output, not of a file that a report is written to.
    if not wanted or out is not sys.stdout or os.environ.get("NO_COLOR"):
        return None
    from rich.console import Console

    return Console(file=out, highlight=False)


def _text(pieces: list[tuple[str, str]]) -> Any:
    from rich.text import Text

    return Text.assemble(*pieces)


def encodes(out: TextIO, text: str) -> bool:
    """Whether a stream can show a text as it is."""
    try:
        text.encode(getattr(out, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
