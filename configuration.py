"""What a course may settle for all who work in a folder: the table ``[tool.cellcheck]``."""

from __future__ import annotations

from pathlib import Path

HINTS = ("concept", "place", "fix")
"""How much is told of a mistake, from the least to the most."""


class Misconfigured(Exception):
    """The table cannot be used; the text is one sentence that says why."""


def allowed_hint(wanted: str | None, folder: Path) -> str:
    """The hint that is wanted (the most, where none is), up to what a course allows.

    The course says it with ``hint = "place"`` in the table of the nearest ``pyproject.toml``: in
    the folder, or in one that it lies in. Raises `Misconfigured` where that cannot be read.
    """
    wanted = wanted or HINTS[-1]
    for parent in (folder, *folder.parents):
        path = parent / "pyproject.toml"
        if path.is_file():
            return min(wanted, _cap(path), key=HINTS.index)
    return wanted


def _cap(path: Path) -> str:
    import tomllib  # only where there is such a file

    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} is not TOML: {error}.") from None
    tool = document.get("tool", {})
    table = tool.get("cellcheck", {}) if isinstance(tool, dict) else {}
    hint = table.get("hint", HINTS[-1]) if isinstance(table, dict) else None
    if hint not in HINTS:
        allowed = ", ".join(map(repr, HINTS[:-1]))
        raise Misconfigured(
            f"{path}: [tool.cellcheck] has hint = {hint!r}; it can be {allowed} or {HINTS[-1]!r}."
        )
    return str(hint)
