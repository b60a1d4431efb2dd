"""The command: ``cellcheck check``, ``grade``, ``gradient``, ``match``, ``list`` and ``explain``.

Whatever costs time to import (the engine, numpy, a report) is imported where it is used, so that
``--help`` and a mistyped option answer at once.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from .configuration import HINTS, PROFILES, Misconfigured, allowed_hint, configured
from .reports import (
    Unavailable,
    beforehand,
    escape,
    formats,
    renderer,
    version,
    wants_pictures,
)
from .storage import hypothesis_elsewhere as _hypothesis_elsewhere

if TYPE_CHECKING:
    from .baseline import Known
    from .engine import Check, Settings
    from .engine.outcome import FunctionReport, SubmissionReport
    from .reports import Render

    _Judge = Callable[[str, Settings, Callable[[str], None]], SubmissionReport]

FAILED, COULD_NOT_RUN, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141


class _Trouble(click.ClickException):
    """One sentence for a command that could not do its work."""

    exit_code = COULD_NOT_RUN


class _Command(click.Group):
    """The group of commands: ends quietly when interrupted, or when nobody reads any more."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        if hasattr(sys.stdout, "reconfigure"):  # an ASCII terminal shows what it cannot as \xe9
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo("Interrupted: what was not reported yet has not been judged.", err=True)
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ENOSPC, errno.EIO):
                raise
            _leave(ctx, error)


def _leave(ctx: click.Context, error: OSError) -> NoReturn:
    """End after a failed write; what is still buffered must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        ctx.exit(BROKEN_PIPE)
    raise _Trouble(f"the report could not be written: {error.strerror or error}.") from error


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"cellcheck {version()}")
        ctx.exit()


@click.group(cls=_Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Tell what is wrong with a hand-written RNN, LSTM or Adam in numpy.

    \b
    Example:
      cellcheck check my_lstm.py
    """


def _known(_: click.Context, option: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names given to ``--function`` or ``--property``, if all are known."""
    if not names:
        return ()
    from . import catalogue
    from .properties import PROPERTIES

    known = catalogue.functions() if option.name == "functions" else PROPERTIES
    kind = "function" if option.name == "functions" else "property"
    for name in map(catalogue.snake, names):
        if name not in known:
            hint = catalogue.suggestion(name, known)
            raise click.BadParameter(f"there is no {kind} '{escape(name)}'. {hint}")
    return tuple(map(catalogue.snake, names))


def _allowed(_: click.Context, __: click.Parameter, wanted: str | None) -> str:
    """The hint given to ``--hint``, up to what the course's pyproject.toml allows."""
    with _configured():
        return allowed_hint(wanted, Path.cwd())


def _profile(_: click.Context, __: click.Parameter, wanted: str | None) -> str:
    """The profile given to ``--profile``, or the folder's."""
    with _configured():
        return wanted or configured(Path.cwd()).profile


@contextmanager
def _configured() -> Iterator[None]:
    """Around what reads the configuration, or a baseline."""
    try:
        yield
    except Misconfigured as reason:
        raise _Trouble(escape(str(reason))) from None


class _Ordered(click.Command):
    """Remembers in which order its options came: a file belongs to the format before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments as ever."""
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        ctx.meta["order"] = [option.name for option in given]
        return super().parse_args(ctx, args)


@cli.command(cls=_Ordered)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--function",
    "functions",
    metavar="NAME",
    multiple=True,
    callback=_known,
    help="Judge this function only (may be repeated).",
)
@click.option(
    "--property",
    "properties",
    metavar="NAME",
    multiple=True,
    callback=_known,
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
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    callback=_profile,
    help="How many cases to try.  [default: default, or what pyproject.toml says]",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Draw other cases: the same seed draws the same.",
)
@click.option(
    "--hint",
    type=click.Choice(HINTS),
    callback=_allowed,
    help="Tell the broken law, its line too, or the correction too.  [default: fix, or what the "
    "course allows]",
)
@click.option("--strict", is_flag=True, help="Let advice count as a failure.")
@click.option("--baseline", metavar="FILE", help="Let only faults fail that are not in FILE.")
@click.option(
    "--write-baseline",
    metavar="FILE",
    help="Write what fails now to FILE, as a baseline, and fail for none of it.",
)
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
    in_process: bool,
    **choices: Any,
) -> None:
    """Check the functions in each PATH: a .py, .ipynb or .md file.

    The code runs in a process that can neither change nor read anything else here.

    Exit status: 0 nothing failed, 1 a function failed, 2 no file could be read.

    \b
    Examples:
      cellcheck check my_lstm.py
      cellcheck check *.ipynb --function lstm_forward
      cellcheck check my_lstm.py --format text --format html --output report.html
    """
    with _hypothesis_elsewhere(), ExitStack() as stack:
        judge = _in_process if in_process else _isolated(stack)
        renders = _renders(ctx, format, output, paths, stack)
        from .engine import Settings
        from .reports._several import render_all

        known = _known_faults(baseline, write_baseline)
        gc.freeze()  # what is imported stays, so that no collection need look at it again
        names = configured(Path.cwd()).names
        settings = Settings(**choices, names=names, pictures=wants_pictures(format))
        done: list[SubmissionReport] = []
        progress = _Progress(all(out is not sys.stdout for _, out in renders))
        judged = _judge(judge, paths, settings, progress, done, known)
        render_all(renders, judged, settings)
    status = _exit_status(done, strict)
    if write_baseline:
        _write_baseline(write_baseline, done, strict)
        status = 0 if status == FAILED else status
    ctx.exit(status)


def _known_faults(read: str | None, written: str | None) -> Known:
    """What is known to fail; nothing where a baseline is to be written with all of it."""
    from . import baseline

    if read and written:
        raise click.UsageError("--baseline and --write-baseline do not go together: name one.")
    with _configured():
        if written:
            if Path(written).exists():
                baseline.read(written)  # nothing else is to be overwritten
            return baseline.Known()
        found = baseline.read(read) if read else baseline.Known()
        return replace(found, expected=configured(Path.cwd()).expected)


def _write_baseline(path: str, done: Iterable[SubmissionReport], strict: bool) -> None:
    from . import baseline

    try:
        baseline.write(path, done, configured(Path.cwd()).expected, strict)
    except OSError as error:
        reason = error.strerror or error
        raise _Trouble(f"The baseline {escape(path)} cannot be written: {reason}.") from None


def _renders(
    ctx: click.Context,
    names: Iterable[str],
    outputs: Iterable[str],
    paths: Iterable[str],
    stack: ExitStack,
) -> list[tuple[Render, TextIO]]:
    """Each report that is wanted, with the stream that it goes to."""
    from .reports._several import paired

    try:
        pairs = paired(ctx.meta["order"], names, outputs)
        return [
            (renderer(name), stack.enter_context(_destination(output, paths, beforehand(name))))
            for name, output in pairs
        ]
    except ValueError as reason:
        raise click.BadParameter(f"{escape(str(reason))}.", param_hint="--output") from None
    except Unavailable as reason:
        raise _Trouble(str(reason)) from None


def _in_process(path: str, settings: Settings, progress: Callable[[str], None]) -> SubmissionReport:
    """A path's report, by this process itself."""
    from .engine import check

    return check(path, settings, progress, _diagnose)


def _isolated(stack: ExitStack) -> _Judge:
    """What gives a path's report with its code in a process behind walls."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is there
    from .runtime.nursery import Nursery, possible

    nursery = stack.enter_context(Nursery()) if possible() else Nursery()
    from .engine.isolated import Isolated

    isolated = Isolated(nursery=nursery)

    def judge(path: str, settings: Settings, progress: Callable[[str], None]) -> SubmissionReport:
        return isolated.check(path, settings, progress, _diagnose)

    return judge


def _judge(
    judge: _Judge,
    paths: Iterable[str],
    settings: Settings,
    progress: _Progress,
    done: list[SubmissionReport],
    known: Known,
) -> Iterator[SubmissionReport]:
    """Each path's report, as soon as it is judged; ``done`` keeps them for the exit status."""
    from .reports._hints import hinted

    for path in paths:
        try:
            report = judge(path, settings, partial(progress, path))
        finally:
            progress.clear()
        if report.error is not None:
            named = path in report.error
            click.echo(escape(report.error if named else f"{path}: {report.error}"), err=True)
        report = known.applied(report)
        done.append(report)
        yield hinted(report, settings.hint)


def _diagnose(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
    """The reports with the mistakes named; imported only where there is one."""
    from .diagnosis import diagnose

    return diagnose(done, reports)


def _exit_status(reports: Iterable[SubmissionReport], strict: bool) -> int:
    readable = [report for report in reports if report.error is None]
    broken = any(
        report.status == "failed" or (strict and any(f.findings for f in report.functions))
        for report in readable
    )
    return FAILED if broken else 0 if readable else COULD_NOT_RUN


class _Progress:
    """One line on the terminal that names the function being judged; none where no one looks."""

    def __init__(self, stdout_is_free: bool) -> None:
        watched = sys.stderr.isatty() and (stdout_is_free or sys.stdout.isatty())
        self._shown = watched and os.environ.get("TERM") != "dumb"

    def __call__(self, path: str, function: str) -> None:
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
def _destination(output: str | None, paths: Iterable[str], meanwhile: str = "") -> Iterator[TextIO]:
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
        raise _Trouble(message) from error
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


@cli.command()
@click.argument("path", metavar="FILE")
@click.option(
    "--function",
    "functions",
    metavar="NAME",
    required=True,
    callback=lambda ctx, option, name: _known(ctx, option, (name,)),
    help="A backward function, or a forward function that has one.",
)
@click.option("--output", metavar="PICTURE", help="Write to PICTURE, an .svg or .png file.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Draw other cases: the same seed draws the same.",
)
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
    from .reports._gradient import Unpicturable, writer

    progress = _Progress(output is not None)
    try:
        write = writer(output)
        with _destination(output, [path]) as out, _hypothesis_elsewhere():
            from .engine.gradient import Impossible, check_gradient

            try:
                with _configured():
                    names = configured(Path.cwd()).names
                found = check_gradient(path, *functions, seed, partial(progress, path), names)
            except Impossible as reason:
                raise _Trouble(escape(str(reason))) from None
            finally:
                progress.clear()
            write(found, out)
    except Unpicturable as reason:
        raise _Trouble(escape(str(reason))) from None
    ctx.exit(FAILED if found.wrong else 0)


@cli.command()
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
    "--profile",
    type=click.Choice(["quick", "default", "thorough"]),
    default="default",
    show_default=True,
    help="How many cases to try.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Draw other cases: the same seed draws the same.",
)
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
    allow_reduced_isolation: bool,
    **choices: Any,
) -> None:
    """Grade all submissions of a class, a folder or a zip archive, and write pages and tables.

    OUT gets index.html, results.csv, results.json and a page for each student. The same command
    again goes on where it was interrupted, and judges only what is new.

    Exit status: 0 all are graded, 2 the command could not run.

    \b
    Examples:
      cellcheck grade submissions.zip --output graded
      cellcheck grade submissions/ --output graded --rubric rubric.toml --jobs 4
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is there
    with _hypothesis_elsewhere():
        from .engine import Settings
        from .engine.isolated import ReducedIsolation
        from .grading import Refused, RubricError
        from .grading.command import run

        try:
            run(
                Path(source),
                Path(output),
                Path(rubric) if rubric else None,
                jobs or os.cpu_count() or 1,
                Settings(**choices),
                allow_reduced=allow_reduced_isolation,
            )
        except Refused as reason:
            raise _Trouble(f"{escape(str(reason))}.") from None
        except RubricError as mistakes:
            raise _Trouble("\n".join(map(escape, str(mistakes).splitlines()))) from None
        except (ReducedIsolation, Unavailable) as reason:
            raise _Trouble(str(reason)) from None


@cli.command("match")
@click.argument("text", nargs=-1, required=True)
@click.pass_context
def match_(ctx: click.Context, text: tuple[str, ...]) -> None:
    """Tell which mistake gives the numbers that the assignment's examples print.

    TEXT is what was printed, or a file with it, or - for the standard input. The examples are those
    with np.random.seed(1).

    Exit status: 0 all are right, 1 some are not, 2 there is no printed value.

    \b
    Examples:
      cellcheck match "a_next[4] = [ 0.59584544  0.18141802  0.61311866 ...]"
      cellcheck match post.txt
    """
    from .diagnosis.matching import match
    from .reports._match import answered

    answers = match("\n".join(map(_printed, text)))
    if not answers:
        raise _Trouble(
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


@cli.command("list")
@click.argument("what", type=click.Choice(["cells", "properties", "faults"]), required=False)
def list_(what: str | None) -> None:
    """List the functions of the known cells, the properties, or the faults."""
    from .catalogue import table

    tables = [table(name) for name in ([what] if what else ["cells", "properties", "faults"])]
    print("\n\n".join(tables))


@cli.command()
@click.argument("name")
def explain(name: str) -> None:
    """Explain a property, a fault, a function or a cell by its NAME."""
    from . import catalogue

    known = catalogue.topics()
    found = catalogue.snake(name)
    if found not in known:
        hint = catalogue.suggestion(found, known)
        raise click.BadParameter(f"nothing is called '{escape(name)}'. {hint}", param_hint="NAME")
    print(catalogue.explain(found))


@cli.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Try the walls around a submission's code, each by what it must keep from happening.

    Exit status: 0 all stand, 1 some do not.
    """
    from .submissions.attempts import ATTEMPTS, put_up, tried

    reduced = False
    for wall in put_up():
        reduced |= bool(wall.missing)
        print(
            f"{'✗' if wall.missing else '✓'} {wall.name}" + f": {wall.missing}" * bool(wall.missing)
        )
    for attempt in ATTEMPTS:
        stands, result = tried(attempt)
        reduced |= not stands
        print(f"{'✓ it cannot' if stands else '✗ it can'} {attempt.__doc__}: {result}")
    if reduced:
        print("Reduced isolation: check only files here whose authors you trust.")
    ctx.exit(FAILED if reduced else 0)


def main() -> None:
    """Run the command."""
    cli(prog_name="cellcheck")
