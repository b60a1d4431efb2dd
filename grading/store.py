"""What is known already, in one file: so that nothing is done twice, and nothing is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Self

from .entries import Refused
from .task import Result

FILE = "state.sqlite"


class Store:
    """Results by their keys, each safe as soon as it is put; one run at a time has it.

    A journal on its own would need memory that processes share, which network drives do not have.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the file in a folder. Raises `Refused` where another run has it, or it is none."""
        path = folder / FILE
        try:
            self._connection = sqlite3.connect(path, timeout=1.0, isolation_level=None)
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("BEGIN EXCLUSIVE")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, report TEXT NOT NULL)"
            )
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Refused(f"another run is writing to {folder}: let it end first") from None
            raise Refused(f"{path} cannot be opened: {error}") from None
        except sqlite3.DatabaseError:
            raise Refused(f"{path} is damaged: remove it, and all is judged anew") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: Any) -> None:
        self._connection.close()

    def put(self, key: str, result: Result) -> None:
        """Keeps a result. The same key always has the same. Raises `Refused` where it cannot."""
        row = key, result.report
        try:
            self._connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", row)
        except sqlite3.OperationalError as error:
            raise Refused(f"a result cannot be kept: {error}") from None

    def get(self, key: str) -> Result | None:
        """The result of a key, if it is known."""
        row = self._connection.execute(
            "SELECT report FROM results WHERE key = ?", (key,)
        ).fetchone()
        return Result(row[0]) if row else None

    def __contains__(self, key: str) -> bool:
        found = self._connection.execute("SELECT 1 FROM results WHERE key = ?", (key,))
        return found.fetchone() is not None
