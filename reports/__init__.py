"""The reports: consumers of one stream of results.

Each module here is a format of its own name: it has a function ``render`` of the type `Render`.
Only the chosen one is imported. Modules with a leading underscore are parts that formats share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, TextIO, TypeAlias

if TYPE_CHECKING:
    from ..engine import Settings
    from ..engine.outcome import SubmissionReport

__all__ = [
    "Render",
    "Unavailable",
    "beforehand",
    "escape",
    "formats",
    "renderer",
    "version",
    "wants_pictures",
]

Render: TypeAlias = Callable[["Iterable[SubmissionReport]", "Settings", TextIO], None]
"""Writes each report to the stream as it comes."""


class Unavailable(Exception):  # what cannot be written for a reason that is no error of the tool's
    """Something that is needed is not installed; one sentence says what to do."""


def formats() -> tuple[str, ...]:
    """The names of the formats that have a module here."""
    names = (module.name for module in iter_modules(__path__))
    return tuple(name for name in names if not name.startswith("_"))


def renderer(name: str) -> Render:
    """The ``render`` function of one of the `formats`."""
    render: Render = import_module(f"{__name__}.{name}").render
    return render


def beforehand(name: str) -> str:
    """What is to stand in a format's file until the report is there, if it says so: its ``DRAFT``.

    It is what remains if the process is killed.
    """
    draft: str = getattr(import_module(f"{__name__}.{name}"), "DRAFT", "")
    return draft


def wants_pictures(names: Iterable[str]) -> bool:
    """Whether one of the formats draws gradients, and says so with ``PICTURES``."""
    return any(getattr(import_module(f"{__name__}.{name}"), "PICTURES", False) for name in names)


def escape(text: str) -> str:
    """The text with everything that is not plainly visible spelt out.

    What a submission wrote (names, source lines, exceptions) must not steer a terminal, so control
    characters, direction marks and lone surrogates are shown as ``\\x1b`` and the like.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def version() -> str:
    """The installed version of cellcheck."""
    from importlib.metadata import PackageNotFoundError, version  # costs more than all of this

    try:
        return version("cellcheck")
    except PackageNotFoundError:
        return "unknown"
