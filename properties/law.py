"""What a law is, what it raises, and how laws are found.

A law is a function ``law(subject, case)`` in a module of this package. Its name is a sentence; its
docstring has three paragraphs: what it says and its source, why it holds, what usually breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from importlib import import_module
from inspect import cleandoc
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..cells.spec import FunctionSpec, Role

if TYPE_CHECKING:
    from ..strategies.case import Case
    from ..subject.subject import Asked, Subject

Law = Callable[["Subject", "Case"], None]

Asks = Callable[["Subject", "Case"], Iterable["Asked"]]

Related = Callable[["Subject", "Case"], tuple["Case", ...]]
"""Makes of a case others, whose results are related to its own."""


LAST = 100
"""When the laws of a module without ``ORDER`` have their turn."""


def _nothing(subject: Subject, case: Case) -> Iterable[Asked]:
    return ()


@dataclass(frozen=True)
class Property:
    """A law with what there is to know about it.

    ``every`` is how many cases pass between two that a costly law is tried on.
    ``consequence`` laws need not be tried where an earlier one is broken: they follow from it.
    ``asks`` tells the calls that it will make on a case, so far as they are known before any of
    them is made: where calls are dear, they are made together.
    """

    name: str
    family: str
    order: int
    check: Law
    roles: tuple[Role, ...]
    level: str = "fault"
    every: int = 1
    consequence: bool = True
    asks: Asks = _nothing
    law: str = ""
    why: str = ""
    breaks: str = ""

    @property
    def sentence(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ")

    @property
    def applies_to(self) -> str:
        """The roles it applies to, as words."""
        return ", ".join(role.value for role in self.roles)

    def applies(self, function: FunctionSpec) -> bool:
        """Whether the law speaks of such a function at all."""
        return function.role in self.roles


def related(make: Related) -> Related:
    """Has a case remember those that are made of it, as long as functions take the same."""

    @wraps(make)
    def made(subject: Subject, case: Case) -> tuple[Case, ...]:
        key = make, subject.function.takes
        if key not in case.memory:
            case.memory[key] = make(subject, case)
        cases: tuple[Case, ...] = case.memory[key]
        return cases

    return made


def runs(make: Related) -> Asks:
    """What a law asks that runs the function on cases made of the one at hand."""
    return lambda subject, case: [(one, "run") for one in make(subject, case)]


def law(
    *roles: Role,
    level: str = "fault",
    every: int = 1,
    consequence: bool = True,
    asks: Asks = _nothing,
) -> Callable[[Law], Law]:
    """Declares a function of this package as a law about functions of these roles."""

    def declare(check: Law) -> Law:
        declaration = (roles, level, every, consequence, asks)
        check.declaration = declaration  # type: ignore[attr-defined]  # how `find_properties` knows it
        return check

    return declare


@cache
def find_properties(package: str, path: tuple[str, ...]) -> Mapping[str, Property]:
    """Every law in the modules of a package, by name, in the order they are to be tried.

    A module says with ``ORDER`` when its family's turn is; inside a module it is as written.
    """
    found: list[Property] = []
    for name in sorted(m.name for m in iter_modules(path) if not m.name.startswith("test_")):
        module = import_module(f"{package}.{name}")
        for check in vars(module).values():
            if hasattr(check, "declaration") and check.__module__ == module.__name__:
                found.append(_property(check, name, getattr(module, "ORDER", LAST)))
    found.sort(key=lambda one: one.order)
    return MappingProxyType({one.name: one for one in found})


def _property(check: Any, family: str, order: int) -> Property:
    roles, level, every, consequence, asks = check.declaration
    text = cleandoc(check.__doc__ or "").split("\n\n")
    paragraphs = [" ".join(part.split()) for part in text] + [""] * 2
    says, why, breaks = paragraphs[:3]
    return Property(
        name=check.__name__,
        family=family,
        order=order,
        check=check,
        roles=roles,
        level=level,
        every=every,
        consequence=consequence,
        asks=asks,
        law=says,
        why=why,
        breaks=breaks,
    )
