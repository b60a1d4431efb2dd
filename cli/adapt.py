"""``cellcheck adapt``: writes an adapter for a file."""

from __future__ import annotations

from pathlib import Path

import click

from ..configuration import configured
from ..reports import escape
from .group import Trouble
from .options import configuration_read
from .output import destination


@click.command()
@click.argument("path", metavar="FILE")
@click.option("--output", metavar="ADAPTER", help="Write to ADAPTER, and not to the screen.")
def adapt(path: str, output: str | None) -> None:
    """Write an adapter for FILE: which forward and backward functions it has, with their shapes.

    It has a line or a few for all that belong together by their names, their class or their calls,
    and are not judged without. Shapes are filled in that the file tells, or that its functions
    take, each tried behind walls; what is left to you is a "?". Look it through: what it says is
    what is checked.

    \b
    Examples:
      cellcheck adapt layers.py --output adapter.py
      cellcheck check layers.py --adapter adapter.py
    """
    from ..engine.adapter import Nothing, adapter_for

    with configuration_read():
        names = configured(Path.cwd()).names
    try:
        with destination(output, [path]) as out:
            out.write(adapter_for(path, names))
    except Nothing as reason:
        raise Trouble(escape(str(reason))) from None
