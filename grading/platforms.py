"""How learning platforms name what they export: whose it is, and what it was called."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """Whose a file or folder is: the name, the platform's ``number`` and the ``attempt``, where the
    platform says them, and the ``file`` as the student called it (empty for a folder). ``is_late``
    is whether the platform says that it came after the due date.
    """

    name: str
    number: str = ""
    file: str = ""
    attempt: str = ""
    is_late: bool = False


# Moodle: a folder `Ada Lovelace_1234567_assignsubmission_file`, or files with that in front.
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?", re.DOTALL
)

# Canvas: `lovelaceada_LATE_12345_678901_lstm-1.py`: the sortable name in one word, user, file, and
# how often it was sent. Files in exports of groups and of other years have LATE after the number.
_CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<before>_late)?_(?P<number>\d+)(?P<after>_late)?_\d+_(?P<file>.+)",
    re.DOTALL | re.IGNORECASE,
)
_AGAIN = re.compile(r"-\d+(?=\.\w+$)")

# Blackboard: `Homework 5_al123_attempt_2026-10-01-12-00-00_lstm.py`.
_BLACKBOARD = re.compile(
    r".*_(?P<name>[^_]+)_attempt_(?P<attempt>[\d-]+)(?:_(?P<file>.+)|\.zip)?", re.DOTALL
)


def owner(name: str) -> Owner | None:
    """Whose a file or folder of this name is, where a platform has named it."""
    for pattern in (_MOODLE, _CANVAS, _BLACKBOARD):
        if found := pattern.fullmatch(name):
            parts = {key: text or "" for key, text in found.groupdict().items()}
            if pattern is _CANVAS:
                file = _AGAIN.sub("", parts["file"])
                late = bool(parts["before"] or parts["after"])
                return Owner(parts["name"], parts["number"], file, is_late=late)
            return Owner(
                parts["name"], parts.get("number", ""), parts["file"], parts.get("attempt", "")
            )
    return None
