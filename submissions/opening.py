"""From a file to a submission: what of it answers to which contract."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from ..cells import families
from ..isolation.child.imports import StandIn
from ..reading.declared import DeclaredPair
from ..reading.files import Unreadable
from ..reading.recognition import (
    recognise,
    recognise_methods,
)
from ..reading.trees import parts_of
from .declared_pairs import declared_in, is_shown
from .document import Document, Here, Home
from .loading import read
from .submission import Submission


def open_submission(
    path: str | Path,
    home: Home | None = None,
    names: Mapping[str, str] | None = None,
    adapter: str = "",
) -> Submission:
    """Reads a file and finds its functions. Raises `Unreadable` with one sentence.

    ``names`` gives contracts' names to functions and parameters whose own names do not tell;
    ``adapter`` is the path of a file that declares pairs of it.
    """
    home = home or Here()
    return submitted(read(path, home, adapter), home, names)


def submitted(
    document: Document, home: Home | None = None, names: Mapping[str, str] | None = None
) -> Submission:
    """Finds the functions of what was read. Raises `Unreadable` with one sentence.

    What is declared as one of a pair is that, and no function of a cell.
    """
    home, names = home or Here(), names or {}
    declared = declared_in(document)
    pairs = [one for one in declared if isinstance(one, DeclaredPair)]
    paired = {name for pair in pairs for name in (pair.name, *pair.names)}
    free = {name: one for name, one in document.definitions.items() if name not in paired}
    free |= {name: one for name, one in document.methods.items() if name in free}
    found = recognise(free, families().values(), names)
    kinds = {name: one.kind for name, one in document.presented.items()}
    found |= recognise_methods(document.methods, kinds, families().values(), found)
    notes = list(document.notes)
    submission = Submission(document, found, notes, home, names=names, declared=declared)
    home.coerced, home.took = submission.coerced, submission.work.took
    broken = any(submission.unreadable(name) for name in _contract_names())
    if not (found or broken or submission.pairs or submission.not_judged() or is_shown(document)):
        raise Unreadable(
            f"{document.path} has no function that cellcheck knows; at its top level it looks for "
            f"{', '.join(_contract_names())}." + "".join(f" ({note}.)" for note in notes[:1])
        )
    _supply_missing(submission)
    return submission


def _contract_names() -> list[str]:
    return [name for family in families().values() for name in family.functions]


def _supply_missing(submission: Submission) -> None:
    """Gives correct functions for contracts' names that the file calls and does not define."""
    namespace = submission.document.namespace
    used = {
        n.id
        for d in submission.document.definitions.values()
        if d.node
        for n in parts_of(d.node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    for family in families().values():
        for name, reference in family.reference.items():
            if name in submission.found:  # under another name: its own is no name of the file's
                continue
            if name in submission.document.broken:
                namespace[name] = reference
            elif name in used and isinstance(namespace.get(name, StandIn), type | StandIn):
                namespace[name] = reference
                submission.notes.append(
                    f"{name} is called and not defined here; a correct one stands in"
                )
