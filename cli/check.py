"""``cellcheck check``: judges files, and reports."""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from ..configuration import HINTS, configured
from ..reports import beforehand, escape, formats, renderer, wants_pictures
from ..storage import hypothesis_elsewhere
from .ahead import ahead
from .fixing import fixing, proposing
from .group import COULD_NOT_RUN, FAILED, Trouble
from .judges import in_this_process, isolated
from .options import adapter, allowed, configuration_read, known_names, profile, seed
from .output import Progress, destination

if TYPE_CHECKING:
    from ..baseline import Known
    from ..engine import Settings
    from ..engine.outcome import SubmissionReport
    from ..reports import Render
    from .judges import Judge


class _Ordered(click.Command):
    """Remembers in which order its options came: a file belongs to the format before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments as ever."""
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        ctx.meta["order"] = [option.name for option in given]
        return super().parse_args(ctx, args)


@click.command(cls=_Ordered)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--function",
    "functions",
    metavar="NAME",
    multiple=True,
    callback=known_names,
    help="Judge this function only, by its name in cellcheck list (may be repeated).",
)
@click.option(
    "--property",
    "properties",
    metavar="NAME",
    multiple=True,
    callback=known_names,
    help="Check this law only (may be repeated).",
)
@click.option(
    "--format",
    type=click.Choice(formats()),
    multiple=True,
    help="How to report (may be repeated).  [default: text]",
)
@click.option(
    "--output",
    metavar="FILE",
    multiple=True,
    help="Write the report of the --format before it to FILE.",
)
@profile
@seed
@click.option(
    "--hint",
    type=click.Choice(HINTS),
    callback=allowed,
    help="Tell the broken law, its line too, or the correction too.  [default: fix, or what the "
    "course allows]",
)
@click.option(
    "--verbose",
    is_flag=True,
    help="Show every broken law in the text report, with its smallest case and code.",
)
@click.option("--strict", is_flag=True, help="Let advice count as a failure.")
@click.option("--baseline", metavar="FILE", help="Let only faults fail that are not in FILE.")
@click.option(
    "--write-baseline",
    metavar="FILE",
    help="Write what fails now to FILE, as a baseline, and fail for none of it.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    default=1,
    show_default=True,
    help="Judge so many files at a time.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Put proven corrections into the files, where they are then better by every law.",
)
@click.option(
    "--diff", is_flag=True, help="With --fix: show what would be changed, and change nothing."
)
@click.option(
    "--propose",
    metavar="COMMAND",
    help="Have COMMAND propose changes where no correction is known; only proven ones are told.",
)
@adapter
@click.option(
    "--in-process",
    is_flag=True,
    help="Run the code without walls around it: for your own only.",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    format: tuple[str, ...],
    output: tuple[str, ...],
    strict: bool,
    baseline: str | None,
    write_baseline: str | None,
    jobs: int,
    fix: bool,
    diff: bool,
    propose: str | None,
    in_process: bool,
    **choices: Any,
) -> None:
    """Check the functions in each PATH: a .py, .ipynb or .md file.

    The code runs in a process that can neither change nor read anything else here.

    Exit status: 0 what was judged passed, 1 a function failed, 2 nothing but helpers could be
    judged, or a function is blocked by something else, or no file could be read.

    \b
    Examples:
      cellcheck check my_lstm.py
      cellcheck check *.ipynb --function lstm_forward
      cellcheck check my_lstm.py --format text --format html --output report.html
      cellcheck check my_lstm.py --fix --diff
    """
    if diff and not fix:
        raise click.UsageError("--diff shows what --fix would do: give both.")
    if diff and jobs > 1:
        raise click.UsageError("--diff and --jobs do not go together: name one.")
    with hypothesis_elsewhere(), ExitStack() as stack:
        making = partial(_made, in_process, propose, fix, diff)
        judge = making(stack) if jobs == 1 else None  # which starts while all else is imported
        renders = _renders(ctx, format, output, paths, stack)
        from ..engine import Settings
        from ..reports._several import render_all
        from ..subject.limits import SELDOM

        known = _known_faults(baseline, write_baseline)
        gc.set_threshold(*SELDOM)
        gc.freeze()  # what is imported stays, so that no collection need look at it again
        names = configured(Path.cwd()).names
        settings = Settings(**choices, names=names, pictures=wants_pictures(format))
        if (fix or propose) and settings.hint != "fix":
            raise Trouble(
                "Corrections may not be told here (--hint, or the course): --fix and --propose "
                "do nothing."
            )
        if judge is None:
            judge = stack.enter_context(ahead(paths, settings, jobs, making))
        done: list[SubmissionReport] = []
        progress = Progress(all(out is not sys.stdout for _, out in renders))
        judged = _judge(judge, paths, settings, progress, done, known)
        if diff:
            deque(judged, maxlen=0)  # the differences are all that is shown
        else:
            render_all(renders, judged, settings)
    status = _exit_status(done, strict)
    if write_baseline:
        _write_baseline(write_baseline, done, strict)
        status = 0 if status == FAILED else status
    ctx.exit(status)


def _made(in_process: bool, propose: str | None, fix: bool, diff: bool, stack: ExitStack) -> Judge:
    """What judges a file, and what it does with it besides."""
    judge = in_this_process if in_process else isolated(stack)
    if propose:
        judge = proposing(judge, propose)
    return fixing(judge, diff=diff) if fix else judge


def _known_faults(read: str | None, written: str | None) -> Known:
    """What is known to fail; nothing where a baseline is to be written with all of it."""
    from .. import baseline

    if read and written:
        raise click.UsageError("--baseline and --write-baseline do not go together: name one.")
    with configuration_read():
        if written:
            if Path(written).exists():
                baseline.read(written)  # nothing else is to be overwritten
            return baseline.Known()
        found = baseline.read(read) if read else baseline.Known()
        return replace(found, expected=configured(Path.cwd()).expected)


def _write_baseline(path: str, done: Iterable[SubmissionReport], strict: bool) -> None:
    from .. import baseline

    try:
        baseline.write(path, done, configured(Path.cwd()).expected, strict)
    except OSError as error:
        reason = error.strerror or error
        raise Trouble(f"The baseline {escape(path)} cannot be written: {reason}.") from None


def _renders(
    ctx: click.Context,
    names: Iterable[str],
    outputs: Iterable[str],
    paths: Iterable[str],
    stack: ExitStack,
) -> list[tuple[Render, TextIO]]:
    """Each report that is wanted, with the stream that it goes to."""
    from ..reports._several import paired

    try:
        pairs = paired(ctx.meta["order"], names, outputs)
        return [
            (renderer(name), stack.enter_context(destination(output, paths, beforehand(name))))
            for name, output in pairs
        ]
    except ValueError as reason:
        raise click.BadParameter(f"{escape(str(reason))}.", param_hint="--output") from None


def _judge(
    judge: Judge,
    paths: Iterable[str],
    settings: Settings,
    progress: Progress,
    done: list[SubmissionReport],
    known: Known,
) -> Iterator[SubmissionReport]:
    """Each path's report, as soon as it is judged; ``done`` keeps them for the exit status."""
    from ..engine import SubmissionReport
    from ..reports._hints import hinted

    for path in paths:
        try:
            report = judge(path, settings, partial(progress, path))
        except Exception as error:  # a failure of ours costs this file's report, and no other's
            text = f"cellcheck itself could not judge {path} ({type(error).__name__}: {error})."
            report = SubmissionReport(path, text)
        finally:
            progress.clear()
        if report.error is not None:
            named = path in report.error
            click.echo(escape(report.error if named else f"{path}: {report.error}"), err=True)
        report = known.applied(report)
        done.append(report)
        yield hinted(report, settings.hint)


def _exit_status(reports: Iterable[SubmissionReport], strict: bool) -> int:
    """Failed, if anything did; else whether all that there is could be judged."""
    readable = [report for report in reports if report.error is None]
    if any(report.status == "failed" or (strict and _is_lax(report)) for report in readable):
        return FAILED
    blocked = any(f.status == "blocked" for report in readable for f in report.functions)
    judged = any(report.status == "passed" for report in readable)
    return 0 if judged and not blocked else COULD_NOT_RUN


def _is_lax(report: SubmissionReport) -> bool:
    """Whether there is advice, or something that was not judged."""
    advised = any(function.findings for function in report.functions)
    return advised or bool(report.not_judged) or report.status == "not_judged"
