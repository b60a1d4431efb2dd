"""``cellcheck grade``: judges a class."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from ..configuration import configured
from ..reports import escape
from ..storage import hypothesis_elsewhere
from .group import Trouble
from .options import configuration_read, profile, seed


@click.command()
@click.argument("source", metavar="DIR_OR_ZIP")
@click.option("--output", metavar="OUT", required=True, help="The folder to write to.")
@click.option("--rubric", metavar="FILE", help="What gives points, as TOML.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes judge.  [default: one for each processor]",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Judge on the workers of the Dask scheduler at ADDRESS.",
)
@profile
@seed
@click.option(
    "--allow-reduced-isolation",
    is_flag=True,
    help="Judge also where some walls around the code do not stand.",
)
def grade(
    source: str,
    output: str,
    rubric: str | None,
    jobs: int | None,
    cluster: str | None,
    allow_reduced_isolation: bool,
    **choices: Any,
) -> None:
    """Grade all submissions of a class, a folder or a zip archive, and write pages and tables.

    OUT gets index.html, results.csv, results.json, and for each student a page and a document for
    Gradescope. The same command again goes on where it was interrupted: it judges only what is new.

    Exit status: 0 all are graded, 2 the command could not run.

    \b
    Examples:
      cellcheck grade submissions.zip --output graded
      cellcheck grade submissions/ --output graded --rubric rubric.toml --jobs 4
      cellcheck grade submissions.zip --output graded --cluster tcp://10.0.0.1:8786
    """
    if jobs and cluster:
        raise click.UsageError("--jobs and --cluster do not go together: name one.")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is there
    with hypothesis_elsewhere(), configuration_read():
        from ..engine import Settings
        from ..engine.isolated import ReducedIsolation
        from ..grading import Refused
        from ..grading.command import run

        names = configured(Path.cwd()).names
        try:
            run(
                Path(source),
                Path(output),
                Path(rubric) if rubric else None,
                Settings(**choices, names=names),
                jobs=jobs or os.cpu_count() or 1,
                cluster=cluster,
                allow_reduced=allow_reduced_isolation,
            )
        except Refused as reason:
            raise Trouble(f"{escape(str(reason))}.") from None
        except ReducedIsolation as reason:
            raise Trouble(str(reason)) from None
