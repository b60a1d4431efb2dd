"""What is known already, in one file: so that nothing is done twice, and nothing is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Self

from .export_files import Refused
from .task import Result

FILE = "state.sqlite"

_OPENING = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "BEGIN EXCLUSIVE",
    "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, report TEXT NOT NULL)",
    "COMMIT",
)


class Store:
    """Results by their keys, each safe as soon as it is put; one run at a time has it.

    Every method raises `Refused` where the file cannot be used. The journal is the ordinary one:
    a write-ahead log is nothing for a network drive.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the file in a folder. Raises `Refused` where another run has it, or it is none."""
        self._path = folder / FILE
        self._connection: sqlite3.Connection | None = None
        try:
            self._connection = sqlite3.connect(self._path, timeout=1.0, isolation_level=None)
            for statement in _OPENING:
                self._connection.execute(statement)
        except sqlite3.DatabaseError as error:
            self.__exit__()
            raise Refused(_why(error, self._path)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def _asked(self, statement: str, *values: str) -> tuple[str] | None:
        """The first row of an answer, if there is one. Raises `Refused` where there is none."""
        assert self._connection is not None
        try:
            row: tuple[str] | None = self._connection.execute(statement, values).fetchone()
        except sqlite3.DatabaseError as error:
            raise Refused(_why(error, self._path)) from None
        return row

    def put(self, key: str, result: Result) -> None:
        """Keeps a result. The same key always has the same."""
        self._asked("INSERT OR REPLACE INTO results VALUES (?, ?)", key, result.report)

    def get(self, key: str) -> Result | None:
        """The result of a key, if it is known."""
        row = self._asked("SELECT report FROM results WHERE key = ?", key)
        return Result(row[0]) if row else None

    def __contains__(self, key: str) -> bool:
        return self._asked("SELECT 1 FROM results WHERE key = ?", key) is not None


def _why(error: sqlite3.DatabaseError, path: Path) -> str:
    if "locked" in str(error):
        return f"another run is writing to {path.parent}: let it end first"
    if isinstance(error, sqlite3.OperationalError):
        return f"{path} cannot be used: {error}"
    return f"{path} is damaged: remove it, and all is judged anew"
