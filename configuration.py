"""What a folder settles for all who work in it: the table ``[tool.cellcheck]``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HINTS = ("concept", "place", "fix")
"""How much is told of a mistake, from the least to the most."""

PROFILES = ("quick", "default", "thorough")
"""How many cases are tried, from the least to the most."""

_KEYS = ("expected", "hint", "names", "profile")
_ENTRY = ("function", "path", "property", "reason")


class Misconfigured(Exception):
    """A file that settles something cannot be used; the text says why, a sentence a line."""


@dataclass(frozen=True)
class ExpectedFault:
    """A function of a file that is known to break a law, and why that is so for now."""

    path: Path
    function: str
    property: str
    reason: str


@dataclass(frozen=True)
class Configuration:
    """The table of one file; ``hint`` is the most that may be told."""

    hint: str = HINTS[-1]
    profile: str = "default"
    names: Mapping[str, str] = field(default_factory=dict)
    expected: tuple[ExpectedFault, ...] = ()


def allowed_hint(wanted: str | None, folder: Path) -> str:
    """The hint that is wanted (the most, where none is), up to what a course allows.

    The course says it with ``hint = "place"``. Raises `Misconfigured`.
    """
    return min(wanted or HINTS[-1], configured(folder).hint, key=HINTS.index)


def configured(folder: Path) -> Configuration:
    """What the nearest ``pyproject.toml`` says: in the folder, or in one that it lies in.

    Raises `Misconfigured` where that cannot be read.
    """
    for parent in (folder, *folder.parents):
        path = parent / "pyproject.toml"
        if path.is_file():
            return _read(path)
    return Configuration()


def toml(path: Path) -> dict[str, Any]:
    """What a TOML file says. Raises `Misconfigured` where it cannot be read."""
    import tomllib  # only where there is such a file

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} is not TOML: {error}.") from None


def _read(path: Path) -> Configuration:
    document = toml(path)
    tool = document.get("tool", {})
    table = tool.get("cellcheck", {}) if isinstance(tool, dict) else {}
    where = f"{path}: [tool.cellcheck]"
    if not isinstance(table, dict):
        raise Misconfigured(f"{where} is no table.")
    for key in table:
        if key not in _KEYS:
            raise Misconfigured(f"{where} has {key!r}; it can have {_either(_KEYS)}.")
    return Configuration(
        _one_of(table, "hint", HINTS, HINTS[-1], where),
        _one_of(table, "profile", PROFILES, "default", where),
        _names(table.get("names", {}), where),
        _expected(table.get("expected", []), where, path.parent),
    )


def _one_of(
    table: Mapping[str, object], key: str, allowed: tuple[str, ...], default: str, where: str
) -> str:
    value = table.get(key, default)
    if value not in allowed:
        raise Misconfigured(
            f"{where} has {key} = {value!r}; it can be {_either(map(repr, allowed))}."
        )
    return str(value)


def _names(table: object, where: str) -> dict[str, str]:
    """The contract's name of each function and parameter that has another."""
    if not isinstance(table, dict):
        raise Misconfigured(f'{where} has names = {table!r}; write my_step = "lstm_cell_forward".')
    for own_name, name in table.items():
        _must_be_known(name, "function or parameter", f"{where} names {own_name}")
    return {own_name: str(name) for own_name, name in table.items()}


def _expected(entries: object, where: str, folder: Path) -> tuple[ExpectedFault, ...]:
    where = where.replace("[tool.cellcheck]", "[[tool.cellcheck.expected]]")
    if not (isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)):
        raise Misconfigured(f"{where} is no list of tables.")
    return tuple(_entry(entry, f"{where} {n}", folder) for n, entry in enumerate(entries, 1))


def _entry(entry: Mapping[str, Any], where: str, folder: Path) -> ExpectedFault:
    for key in (*_ENTRY, *entry):
        text = entry.get(key)
        if key not in _ENTRY:
            raise Misconfigured(f"{where} has {key!r}; it has {_either(_ENTRY, 'and')}.")
        if not (isinstance(text, str) and text.strip()):
            raise Misconfigured(f"{where} needs a text as its {key}.")
    for kind in ("function", "property"):
        _must_be_known(entry[kind], kind, f"{where} has {kind}")
    path = folder / entry["path"]
    if not path.is_file():
        raise Misconfigured(f"{where} names {entry['path']}, which is not there.")
    return ExpectedFault(path.resolve(), entry["function"], entry["property"], entry["reason"])


def _must_be_known(name: object, kind: str, where: str) -> None:
    from . import catalogue  # which knows every law: only where one is named
    from .properties import PROPERTIES

    known: Iterable[str] = PROPERTIES if kind == "property" else catalogue.functions()
    if kind == "function or parameter":
        known = [*known, *catalogue.parameters()]
    if name not in [*known]:  # which may be anything, a list too
        hint = catalogue.suggestion(str(name), known)
        raise Misconfigured(f"{where} = {name!r}, and there is no such {kind}. {hint}")


def _either(words: Iterable[str], joint: str = "or") -> str:
    *others, last = words
    return f"{', '.join(others)} {joint} {last}"
