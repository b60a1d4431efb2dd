"""What the command knows by name: functions, cells, laws, faults and conventions, as tables and
explanations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import cleandoc
from textwrap import indent, wrap

from .cells import Family, FunctionSpec, Role, families
from .cells.spec import RecurrentFamily
from .diagnosis.faults.fault import Fault
from .diagnosis.faults.registry import faults
from .engine.pairs import FAULT
from .pairs.judge import BESIDES
from .pairs.laws import LAWS
from .properties import PROPERTIES, Property
from .subject.forms import Form, forms

PAIR_LAWS = {law.__name__: law.__doc__ or "" for law in LAWS} | BESIDES
"""The laws of pairs, and what each says."""

PAIR_FAULTS = {
    FAULT: "Every wrong gradient of the pair rests on the line that is told, and no right one does."
}
"""What a line of a pair is told as, and what that says."""

_WIDTH = 86
_CACHE = {Role.STEP: ("cache",), Role.SEQUENCE: ("caches",)}


def functions() -> dict[str, FunctionSpec]:
    """Every function of every family, by name."""
    return {name: spec for family in families().values() for name, spec in family.functions.items()}


def parameters() -> list[str]:
    """Every parameter of every cell, by name."""
    recurrent = (family for family in families().values() if isinstance(family, RecurrentFamily))
    return list(dict.fromkeys(name for family in recurrent for name in family.cell.all_parameters))


def snake(name: str) -> str:
    """The name behind a law's sentence, as reports print it."""
    return "_".join(name.replace("-", " ").split())


def suggestion(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: those that could be meant, or where all are listed."""
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(name.lower(), names, n=3)
    close = close or [other for other in names if name.lower() in other][:3]
    return f"Did you mean {' or '.join(close)}?" if close else "'cellcheck list' shows all names."


def _cells() -> Iterator[Sequence[str]]:
    yield "FUNCTION", "CELL", "TAKES", "RETURNS"
    for family in families().values():
        for spec in family.functions.values():
            yield spec.name, family.name, ", ".join(spec.takes), _returns(spec)


def _properties() -> Iterator[Sequence[str]]:
    yield "PROPERTY", "FAMILY", "LEVEL", "APPLIES TO"
    for law in PROPERTIES.values():
        everything = set(law.roles) == set(Role)
        yield law.name, law.family, law.level, "everything" if everything else law.applies_to


def _faults() -> Iterator[Sequence[str]]:
    yield "FAULT", "SEEN", "WHAT IT IS"
    for fault in faults().values():
        yield fault.name, str(fault.seen or ""), fault.what


def _conventions() -> Iterator[Sequence[str]]:
    yield "CONVENTION", "WHAT IT IS"
    for form in forms().values():
        yield form.name, form.what


_TABLES: Mapping[str, Callable[[], Iterator[Sequence[str]]]] = {
    "cells": _cells,
    "properties": _properties,
    "faults": _faults,
    "conventions": _conventions,
}


def table(what: str) -> str:
    """One of the tables, its columns aligned."""
    rows = list(_TABLES[what]())
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def topics() -> list[str]:
    """Every name that can be explained."""
    known = [*PROPERTIES, *PAIR_LAWS, *PAIR_FAULTS, *faults(), *functions(), *families()]
    return [*known, *forms()]


def explain(name: str) -> str:
    """What there is to say about one of the topics."""
    if name in PROPERTIES:
        return _property(PROPERTIES[name])
    if name in PAIR_LAWS or name in PAIR_FAULTS:
        about = "every forward function and its backward function (docs/pairs.md)"
        title = name.replace("_", " ")
        return _sections(
            title, ("What it says", (PAIR_LAWS | PAIR_FAULTS)[name]), ("Applies to", about)
        )
    if name in faults():
        return _fault(faults()[name])
    if name in forms():
        return _form(forms()[name])
    if name in families():
        family = families()[name]
        signatures = "\n".join(map(_signature, family.functions.values()))
        chosen = family.cell.variants if isinstance(family, RecurrentFamily) else ()
        variants = "Authors also choose", "\n".join(chosen)
        return _sections(family.title, ("Functions", signatures), _equations(family), variants)
    family = next(family for family in families().values() if name in family.functions)
    spec = family.functions[name]
    return _sections(
        f"{name} ({family.title})",
        ("Takes", ", ".join(spec.takes)),
        ("Returns", _returns(spec)),
        _equations(family),
    )


def _property(law: Property) -> str:
    weight = "fails the function" if law.level == "fault" else "is told as advice"
    return _sections(
        law.name.replace("_", " "),
        ("What it says", law.law),
        ("Why it holds", law.why),
        ("What usually breaks it", law.breaks),
        ("Applies to", law.applies_to),
        ("If it is broken", f"it {weight} (family: {law.family}; name: {law.name})."),
    )


def _fault(fault: Fault) -> str:
    return _sections(
        fault.name.replace("_", " "),
        ("What it is", f"{fault.what[0].upper()}{fault.what[1:]}."),
        ("How it shows", fault.shows),
        ("Why it is tempting", fault.why),
        ("Where it is found", f"{fault.functions}; {fault.frequency}."),
        ("Wrong", f"\n{fault.wrong}"),  # from a line of its own, so that its indents are kept
        ("Right", f"\n{fault.right}"),
    )


def _form(form: Form) -> str:
    return _sections(
        form.name.replace("_", " "),
        ("What it is", f"{form.what[0].upper()}{form.what[1:]}."),
        ("For example", f"\n{form.example}"),
        ("What is read, too", "\n".join(form.variants)),
        ("What is not read", "\n".join(form.not_read)),
    )


def _signature(spec: FunctionSpec) -> str:
    return f"{spec.name}({', '.join(spec.takes)}) -> {_returns(spec)}"


def _returns(spec: FunctionSpec) -> str:
    names = ", ".join((*spec.returns, *_CACHE.get(spec.role, ())))
    return f"dict of {names}" if spec.role.is_backward else names


def _equations(family: Family) -> tuple[str, str]:
    return "Equations", "\n".join(family.equations)


def _sections(title: str, *sections: tuple[str, str]) -> str:
    """A title, and each section that has a text under its heading."""
    blocks = [title]
    for heading, text in sections:
        paragraphs = cleandoc(text).splitlines()
        lines = [line for paragraph in paragraphs for line in wrap(paragraph, _WIDTH) or [""]]
        if lines:
            blocks.append("\n".join([heading, indent("\n".join(lines), "  ")]))
    return "\n\n".join(blocks)
