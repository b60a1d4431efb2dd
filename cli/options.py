"""What several commands can be told, and what they are told by the folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..configuration import PROFILES, Misconfigured, allowed_hint, configured
from ..reports import escape
from .group import Trouble


def known_names(
    _: click.Context, option: click.Parameter, names: tuple[str, ...]
) -> tuple[str, ...]:
    """The names given to ``--function`` or ``--property``, if all are known."""
    if not names:
        return ()
    from .. import catalogue
    from ..properties import PROPERTIES

    known = catalogue.functions() if option.name == "functions" else PROPERTIES
    kind = "function of a cell" if option.name == "functions" else "property"
    for name in map(catalogue.snake, names):
        if name not in known:
            hint = catalogue.suggestion(name, known)
            raise click.BadParameter(f"there is no {kind} called '{escape(name)}'. {hint}")
    return tuple(map(catalogue.snake, names))


def allowed(_: click.Context, __: click.Parameter, wanted: str | None) -> str:
    """The hint given to ``--hint``, up to what the course's pyproject.toml allows."""
    with configuration_read():
        return allowed_hint(wanted, Path.cwd())


def _profile(_: click.Context, __: click.Parameter, wanted: str | None) -> str:
    """The profile given to ``--profile``, or the folder's."""
    with configuration_read():
        return wanted or configured(Path.cwd()).profile


profile = click.option(
    "--profile",
    type=click.Choice(PROFILES),
    callback=_profile,
    help="How many cases to try.  [default: default, or what pyproject.toml says]",
)

adapter = click.option(
    "--adapter",
    metavar="FILE",
    default="",
    help="Judge the pairs, too, that FILE declares: cellcheck adapt writes one.",
)

seed = click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Draw other cases: the same seed draws the same.",
)


@contextmanager
def configuration_read() -> Iterator[None]:
    """Around what reads the configuration, a baseline or a rubric."""
    try:
        yield
    except Misconfigured as reason:
        raise Trouble("\n".join(map(escape, str(reason).splitlines()))) from None
