"""What all commands share: how they end, and how they say why."""

from __future__ import annotations

import errno
import os
import sys
from typing import NoReturn

import click

from ..reports import Unavailable, version

FAILED, COULD_NOT_RUN, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141


class Trouble(click.ClickException):
    """One sentence for a command that could not do its work."""

    exit_code = COULD_NOT_RUN


class Commands(click.Group):
    """The group of commands: ends quietly when interrupted, or when nobody reads any more."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        if hasattr(sys.stdout, "reconfigure"):  # an ASCII terminal shows what it cannot as \xe9
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            os.getcwd()
        except OSError:
            raise Trouble("the current folder is not there any more: go to another one.") from None
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo("Interrupted: what was not reported yet has not been judged.", err=True)
            ctx.exit(INTERRUPTED)
        except Unavailable as reason:
            raise Trouble(str(reason)) from None
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ENOSPC, errno.EIO):
                raise
            _leave(ctx, error)


def _leave(ctx: click.Context, error: OSError) -> NoReturn:
    """End after a failed write; what is still buffered must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        ctx.exit(BROKEN_PIPE)
    raise Trouble(f"the report could not be written: {error.strerror or error}.") from error


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"cellcheck {version()}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
