"""``cellcheck match``: tells a mistake by the numbers that it gives."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from ..reports import escape
from .group import FAILED, Trouble


@click.command("match")
@click.argument("text", nargs=-1, required=True)
@click.pass_context
def match_(ctx: click.Context, text: tuple[str, ...]) -> None:
    """Tell which mistake gives the numbers that the assignment's examples print.

    TEXT is what was printed, or a file with it, or - for the standard input. The examples are those
    with np.random.seed(1).

    Exit status: 0 all are right, 1 some are not, 2 there is no printed value.

    \b
    Examples:
      cellcheck match "dx[1][2] = [-0.00173313 0.08287442 -0.30545663 -0.43281115]"
      cellcheck match post.txt
    """
    from ..diagnosis.mutants.matching import match
    from ..reports._match import answered

    answers = match("\n".join(map(_printed, text)))
    if not answers:
        name = " ".join(text)
        if re.fullmatch(r"\S+\.\w+", name) and not Path(name).exists():
            raise Trouble(f"there is no file '{escape(name)}'.")
        raise Trouble(
            "there is no value in this that an example of the assignment prints: name it as in "
            '"a_next[4] = [...]", with all its numbers.'
        )
    print("\n\n".join(map(answered, answers)))
    ctx.exit(0 if all(answer.right for answer in answers) else FAILED)


def _printed(text: str) -> str:
    """The text of a file, of the standard input, or the argument itself."""
    if text == "-":
        return sys.stdin.read()
    try:
        return Path(text).read_text("utf-8", errors="replace")
    except (OSError, ValueError):  # no file: a text may be longer than a name can be
        return text
