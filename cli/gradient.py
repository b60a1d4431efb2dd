"""``cellcheck gradient``: shows gradients beside numerical ones."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from ..configuration import configured
from ..reports import escape
from ..storage import hypothesis_elsewhere
from .group import FAILED, Trouble
from .options import configuration_read, known_names
from .options import seed as seed_option
from .output import Progress, destination


@click.command()
@click.argument("path", metavar="FILE")
@click.option(
    "--function",
    "functions",
    metavar="NAME",
    required=True,
    callback=lambda ctx, option, name: known_names(ctx, option, (name,)),
    help="A backward function, or a forward function that has one.",
)
@click.option("--output", metavar="PICTURE", help="Write to PICTURE, an .svg or .png file.")
@seed_option
@click.pass_context
def gradient(
    ctx: click.Context, path: str, functions: tuple[str], output: str | None, seed: int
) -> None:
    """Show a function's gradients beside numerical ones, and the error of those by their step.

    A forward function's derivative is compared with a correct backward function. On a terminal,
    or as a picture in a file, for which matplotlib is needed.

    Exit status: 0 the gradients agree, 1 they differ, 2 there is nothing to compare.

    \b
    Examples:
      cellcheck gradient my_lstm.py --function lstm_cell_backward
      cellcheck gradient my_lstm.py --function lstm_backward --output gradients.svg
    """
    from ..reports._gradient_writers import Unpicturable, writer

    progress = Progress(output is not None)
    try:
        write = writer(output)
        with destination(output, [path]) as out, hypothesis_elsewhere():
            from ..engine.gradient import Impossible, check_gradient

            try:
                with configuration_read():
                    names = configured(Path.cwd()).names
                found = check_gradient(path, *functions, seed, partial(progress, path), names)
            except Impossible as reason:
                raise Trouble(escape(str(reason))) from None
            finally:
                progress.clear()
            write(found, out)
    except Unpicturable as reason:
        raise Trouble(escape(str(reason))) from None
    ctx.exit(FAILED if found.wrong else 0)
