"""Whose the folders of a Gradescope export are: its ``submission_metadata.yml`` says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .export_files import Entry, Refused
from .platforms import Owner

METADATA = "submission_metadata.yml"
"""The file beside the folders, whose keys are their names."""


def owners(entries: Iterable[Entry]) -> Mapping[str, Owner]:
    """The owner of each folder by its name; empty where this is no export of Gradescope's.

    A submission of a group belongs to all of its members together. Damaged metadata name nobody:
    the folders then bear their own names.
    """
    for entry in entries:
        if entry.parts == (METADATA,):
            import yaml  # only such an export needs it

            try:
                content: object = yaml.safe_load(entry.read())
            except (Refused, yaml.YAMLError, RecursionError, ValueError):
                return {}
            folders = content if isinstance(content, dict) else {}
            found = {str(folder): _owner(about) for folder, about in folders.items()}
            return {folder: whose for folder, whose in found.items() if whose}
    return {}


def _owner(about: object) -> Owner | None:
    """The members' names and numbers, as Gradescope writes them: keys begin with a colon."""
    members = about.get(":submitters") if isinstance(about, dict) else None
    people = [one for one in members or () if isinstance(one, dict) and one.get(":name")]
    if not people:
        return None
    names, numbers = ([str(one.get(key) or "") for one in people] for key in (":name", ":sid"))
    return Owner(", ".join(names), ", ".join(filter(None, numbers)))
