"""A small class: who handed in what, and what there is to compare of the results."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from cellcheck.engine import SubmissionReport
from cellcheck.grading.task import Result, Task

from .hostile import CORRECT

RIGHT = CORRECT.format(top="", body="")
MEAN = RIGHT.replace("d.sum(axis=1, keepdims=True)", "d.mean(axis=1, keepdims=True)")
ENDS = CORRECT.format(top="", body="    import os; os._exit(3)")
ENDS_AT_ONCE = CORRECT.format(top="import os\nX = os._exit(5)", body="    X")

CLASS: Mapping[str, str] = {
    "Ada/rnn.py": RIGHT,
    "Ben/rnn.py": MEAN,
    "Cem/rnn.py": MEAN,
    "Dee/rnn.py": RIGHT.replace("a_next**2", "a_next"),
    "Eve/rnn.py": ENDS,
    "Fay/rnn.py": ENDS_AT_ONCE,
    "Gil/rnn.py": "def rnn_cell_forward(xt, a_prev, parameters):\n    pass\n",
    "Hal/rnn.py": "\0\0\0",
    "Ida/notes.docx": "I had no time.",
}


def folder(path: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def zipped(files: Mapping[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text, zipfile.ZIP_DEFLATED)
    return data.getvalue()


class Told:
    """Stands in for processes that judge: the report of a file is known by its text."""

    def __init__(self, reports: Mapping[str, SubmissionReport], *, final: bool = True) -> None:
        self.reports = reports
        self.final = final
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: Any) -> None:
        pass

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        for task in tasks:
            text = task.files.get(task.name, b"nowhere").decode().strip()
            self.asked.append(text)
            yield task, Result.of(self.reports[text], final=self.final)


def outcome(output: Path) -> dict[str, Any]:
    """All that was written, without what the clock said."""
    document = json.loads((output / "results.json").read_text("utf-8"))
    for one in document["submissions"]:
        del one["seconds"]
    texts: dict[str, Any] = {path.name: path.read_text("utf-8") for path in output.rglob("*.html")}
    for path in output.glob("gradescope/*.json"):
        texts[path.name] = {**json.loads(path.read_text("utf-8")), "execution_time": None}
    return {"json": document, "csv": (output / "results.csv").read_text("utf-8"), **texts}
