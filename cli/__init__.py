"""The command: ``cellcheck check``, ``prove``, ``adapt``, ``grade``, ``gradient``, ``match``,
``list`` and ``explain``.

Each is in a module of its own. Whatever costs time to import (the engine, numpy, a report) is
imported where it is used, so that ``--help`` and a mistyped option answer at once.
"""

from __future__ import annotations

from . import adapt, check, doctor, grade, gradient, known, match, prove
from .group import cli

__all__ = ["cli", "main"]

for _command in (
    check.check,
    prove.prove,
    adapt.adapt,
    gradient.gradient,
    grade.grade,
    match.match_,
    known.list_,
    known.explain,
    doctor.doctor,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command."""
    cli(prog_name="cellcheck")
