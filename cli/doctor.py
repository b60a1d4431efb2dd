"""``cellcheck doctor``: tries the walls."""

from __future__ import annotations

import click

from .group import FAILED


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Try the walls around a submission's code, each by what it must keep from happening.

    Exit status: 0 all stand, 1 some do not.
    """
    from ..engine.isolated import standing
    from ..isolation.doctor import ATTEMPTS, tried
    from ..isolation.parent.fork_server import ForkServer

    reduced = False
    with ForkServer() as fork_server:
        walls = standing(fork_server)
    for wall in walls:
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
