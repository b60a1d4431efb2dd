"""``cellcheck match``: tells a mistake by the numbers that it gives."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..reports import escape
from .group import FAILED, Trouble

if TYPE_CHECKING:
    from ..matching.examples import Example


@click.command("match")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--inputs",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Arrays of your own, by name, instead of the assignment's: JSON, CSV, or MATLAB's text.",
)
@click.pass_context
def match_(ctx: click.Context, text: tuple[str, ...], inputs: Path | None) -> None:
    """Tell which mistake gives the numbers that the assignment's examples print.

    TEXT is what was printed, or a file with it, or - for the standard input. The examples are those
    with np.random.seed(1), or with --inputs the arrays in FILE, whatever language computed with
    them.

    Exit status: 0 all are right, 1 some are not, 2 there is no printed value.

    \b
    Examples:
      cellcheck match "dx[1][2] = [-0.00173313 0.08287442 -0.30545663 -0.43281115]"
      cellcheck match post.txt
      cellcheck match --inputs arrays.json "a_next = [[0.1 0.2] [0.3 0.4]]"
    """
    from ..matching.match import match
    from ..reports._match import answered, beside

    printed = "\n".join(map(_printed, text))
    matched = match(printed, _examples(inputs, printed) if inputs else None)
    if not matched.answers:
        name = " ".join(text)
        if re.fullmatch(r"\S+\.\w+", name) and not Path(name).exists():
            raise Trouble(f"there is no file '{escape(name)}'.")
        unknown = f" ({', '.join(matched.unknown[:3])} is none)" if matched.unknown else ""
        raise Trouble(
            f"there is no value in this that an example of the assignment prints{unknown}: name it "
            'as in "a_next[4] = [...]", with all its numbers.'
        )
    print("\n\n".join([*map(answered, matched.answers), *beside(matched)]))
    ctx.exit(0 if all(answer.right for answer in matched.answers) else FAILED)


def _examples(inputs: Path, printed: str) -> dict[str, Example]:
    from ..matching.inputs import Insufficient, examples_of
    from ..reading.arrays import arrays_in
    from ..reading.files import Unreadable

    try:
        return examples_of(arrays_in(inputs), printed)
    except (Insufficient, Unreadable) as error:
        raise Trouble(escape(str(error))) from None


def _printed(text: str) -> str:
    """The text of a file, of the standard input, or the argument itself."""
    if text == "-":
        return sys.stdin.read()
    try:
        return Path(text).read_text("utf-8", errors="replace")
    except (OSError, ValueError):  # no file: a text may be longer than a name can be
        return text
