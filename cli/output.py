"""Where a command writes to: its report, and how far it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from ..reports import escape
from .group import Trouble


class Progress:
    """One line on the terminal that names the function being judged; none where no one looks."""

    def __init__(self, stdout_is_free: bool) -> None:
        watched = sys.stderr.isatty() and (stdout_is_free or sys.stdout.isatty())
        self._shown = watched and os.environ.get("TERM") != "dumb"

    def __call__(self, path: str, function: str) -> None:
        """Name the function, and the file that it is in."""
        if self._shown:
            width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
            text = escape(f"{Path(path).name}: {function}")
            sys.stderr.write(f"\r\x1b[K{text[: width - 1]}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty for what is written next."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def destination(output: str | None, paths: Iterable[str], meanwhile: str = "") -> Iterator[TextIO]:
    """Standard output, or a file that is replaced by the whole report at the end.

    Until then it holds what it held, or what is to stand there ``meanwhile``.
    """
    if output is None:
        yield sys.stdout
        return
    target = Path(output)
    replaced = target.is_file() or not target.exists()  # and not a terminal, a pipe, a folder
    if replaced:
        target = target.resolve()  # through a link, which stays one
    if any(target == Path(path).resolve() for path in paths):
        raise click.BadParameter(
            "the report would overwrite a file to check.", param_hint="--output"
        )
    draft = target.with_name(f".{target.name}.{os.getpid()}") if replaced else target
    try:
        if target.is_file() and not os.access(target, os.W_OK):
            raise PermissionError(None, "it is write-protected")
        out = draft.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        message = f"the report cannot be written to {escape(output)}: {error.strerror}."
        raise Trouble(message) from error
    try:
        with out:
            if meanwhile and replaced:
                target.write_text(meanwhile, encoding="utf-8")
            yield out
        if replaced:
            draft.replace(target)
    finally:
        if replaced:
            draft.unlink(missing_ok=True)
