"""``cellcheck list`` and ``cellcheck explain``: what there is to know by name."""

from __future__ import annotations

import click

from ..reports import escape

TABLES = ["cells", "properties", "faults", "conventions"]


@click.command("list")
@click.argument("what", type=click.Choice(TABLES), required=False)
def list_(what: str | None) -> None:
    """List the functions of the known cells, the properties, the faults, or the conventions."""
    from ..catalogue import table

    tables = [table(name) for name in ([what] if what else TABLES)]
    print("\n\n".join(tables))


@click.command()
@click.argument("name")
def explain(name: str) -> None:
    """Explain a property, a fault, a function, a cell or a convention by its NAME."""
    from .. import catalogue

    known = catalogue.topics()
    found = catalogue.snake(name)
    if found not in known:
        hint = catalogue.suggestion(found, known)
        raise click.BadParameter(f"nothing is called '{escape(name)}'. {hint}", param_hint="NAME")
    print(catalogue.explain(found))
