"""A SARIF 2.1.0 log, which code scanning and editors read: each broken law at its line.

Source: OASIS, Static Analysis Results Interchange Format Version 2.1.0 (2020).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote

from ..engine.outcome import Level, SubmissionReport
from ..properties import PROPERTIES
from . import version
from ._places import from_root
from ._remarks import Remark, remarks
from ._words import sentence

if TYPE_CHECKING:
    from ..engine import Settings

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"fault": "error", "advice": "warning"}


def render(reports: Iterable[SubmissionReport], settings: Settings, out: TextIO) -> None:
    """Write one log with one run: the laws as its rules, and a result for each remark."""
    results: list[dict[str, object]] = []
    unreadable: list[dict[str, object]] = []
    for report in reports:
        results += [_result(report.path, remark) for remark in remarks(report)]
        if report.error is not None:
            unreadable.append(_notification(report.path, report.error))
    run = {
        "tool": {"driver": _driver()},
        "invocations": [
            {
                "executionSuccessful": not unreadable,
                "toolExecutionNotifications": unreadable,
                "properties": {"profile": settings.profile, "seed": settings.seed},
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, out, indent=2)
    out.write("\n")


def _driver() -> dict[str, object]:
    return {
        "name": "cellcheck",
        "version": version(),
        "rules": [
            {
                "id": law.name,
                "shortDescription": {"text": f"{sentence(law.name)}."},
                "fullDescription": {"text": law.law},
                "help": {"text": f"{law.why} {law.breaks}"},
                "defaultConfiguration": {"level": _LEVELS[law.level]},
                "properties": {"tags": [law.family]},
            }
            for law in PROPERTIES.values()
        ],
    }


def _result(path: str, remark: Remark) -> dict[str, object]:
    location: dict[str, object] = {
        "physicalLocation": _place(path, remark.line, remark.end_line),
        "logicalLocations": [{"name": remark.function, "kind": "function"}],
    }
    result: dict[str, object] = {
        "ruleId": remark.law,
        "level": "error" if remark.level is Level.FAULT else "warning",
        "message": {"text": _text(f"{remark.function}: {remark.message}")},
        "locations": [location],
        "partialFingerprints": {"cellcheck/v1": _fingerprint(path, remark)},
    }
    if remark.law in PROPERTIES:
        result["ruleIndex"] = [*PROPERTIES].index(remark.law)
    return result


def _place(path: str, line: int | None = None, end_line: int | None = None) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": _uri(path)}}
    if line is not None:
        place["region"] = {"startLine": line, "endLine": end_line or line}
    return place


def _uri(path: str) -> str:
    name = from_root(path)
    return Path(name).as_uri() if Path(name).is_absolute() else quote(os.fsencode(name))


def _notification(path: str, error: str) -> dict[str, object]:
    return {
        "level": "error",
        "message": {"text": _text(error)},
        "locations": [{"physicalLocation": _place(path)}],
    }


def _fingerprint(path: str, remark: Remark) -> str:
    """The same for the same fault wherever its line has moved, so that it is not told as new."""
    parts = from_root(path), remark.function, remark.law, remark.message
    return sha256(_text("\0".join(parts)).encode()).hexdigest()


def _text(text: str) -> str:
    """The text without half characters, which no UTF-8 holds."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
