"""Changes that a command proposes for what fails: of those only a proven one is told.

The command is anything that reads JSON and writes JSON: a script, or an assistant's own client.
cellcheck itself asks nobody.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from ..engine.outcome import Diagnosis, FunctionReport, Status, SubmissionReport
from ..reports.json import described, plain
from .better import is_better
from .documents import Text, text_of
from .judged import Judge, judged_as
from .patches import NoPatch, patched

SECONDS, MOST, LONGEST = 60.0, 5, 1 << 20
"""How long a command may take for a function, how many patches of it are tried, and how many bytes
of an answer are read.
"""


@dataclass(frozen=True)
class Proposer:
    """A command that proposes, and the seconds that it may take for a function."""

    command: str
    seconds: float = SECONDS

    def patches(self, path: str, text: str, function: FunctionReport) -> tuple[list[str], str]:
        """The patches that it proposes for a function, and why there are none, if there are none.

        On its standard input it gets a JSON document: ``path``, ``text``, and ``function`` as
        ``cellcheck check --format json`` describes it. It answers ``{"patches": ["..."]}``.
        """
        (told,) = described(SubmissionReport(path, functions=(function,)))["functions"]
        asked = {"schema": 1, "path": path, "text": text, "function": told}
        answer, why = self._answer(json.dumps(plain(asked)))
        if why:
            return [], why
        try:
            patches = json.loads(answer)["patches"]
            given = [one for one in patches if isinstance(one, str)][:MOST]
        except (ValueError, LookupError, TypeError, RecursionError):
            return [], 'it does not answer {"patches": ["..."]}'
        return given, ""

    def _answer(self, question: str) -> tuple[str, str]:
        """What it writes, and why that is of no use. All that it has started ends with it."""
        with tempfile.TemporaryFile() as answer:
            try:
                process = subprocess.Popen(
                    shlex.split(self.command),
                    stdin=subprocess.PIPE,
                    stdout=answer,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                return "", f"it cannot be started ({getattr(error, 'strerror', None) or error})"
            try:
                process.communicate(question.encode(), timeout=self.seconds)
            except subprocess.TimeoutExpired:
                return "", f"it does not come to an end within {self.seconds:g} seconds"
            finally:
                _end(process)
            answer.seek(0)
            data = answer.read(LONGEST + 1)
        if process.returncode:
            return "", f"it ends with status {process.returncode}"
        if len(data) > LONGEST:
            return "", f"it writes more than {LONGEST} bytes"
        return data.decode("utf-8", "replace"), ""


def proposed(
    path: str, report: SubmissionReport, judge: Judge, proposer: Proposer
) -> SubmissionReport:
    """The report with the proven proposals for functions that fail without a proven correction.

    Raises `OSError` and `ValueError` where the file cannot be read, or no file be written beside.
    """
    text = text_of(Path(path))
    functions, notes = [*report.functions], []
    for place, function in enumerate(functions):
        if function.status is not Status.FAILED or function.is_corrected:
            continue
        found, why = proposer.patches(path, text.text, function)
        proven = next(_proven(path, report, text, function, found, judge), None)
        if proven is not None:
            functions[place] = replace(function, diagnosis=proven, is_cut=False)
        else:
            why = why or f"none of {len(found)} proposals makes it right"
            notes.append(f"{function.name}: {proposer.command}: {why}")
    return replace(report, functions=tuple(functions), notes=(*report.notes, *notes))


def _proven(
    path: str,
    report: SubmissionReport,
    text: Text,
    function: FunctionReport,
    patches: Iterable[str],
    judge: Judge,
) -> Iterator[tuple[Diagnosis, ...]]:
    """What is told of the patches with which the function is right, and nothing else worse."""
    for patch in patches:
        try:
            changed = text.written(patched(text.text, patch))
            changed.encoded()
            after = judged_as(path, changed, judge)
        except (NoPatch, UnicodeError):
            continue
        if is_better(report, after, {function.name}):
            yield tuple(_diagnoses(text.text, changed.text, notebook=path.endswith(".ipynb")))


def _diagnoses(before: str, after: str, *, notebook: bool) -> Iterator[Diagnosis]:
    """The places that a change is made of; of a notebook, whose text is JSON, without lines."""
    message = "With a change that was proposed the function keeps every law."
    if notebook:
        yield Diagnosis("", message)
        return
    old, new = before.splitlines(), after.splitlines()
    for kind, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if i == j:  # what is put in is told with the line before it
            i, k = max(i - 1, 0), max(k - 1, 0)
        source, meant = "\n".join(old[i:j]).strip(), "\n".join(new[k:n]).strip()
        yield Diagnosis("", message, i + 1, max(j, i + 1), None, source, meant or "# (left out)")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (OSError, AttributeError):
        process.kill()
    process.wait()
