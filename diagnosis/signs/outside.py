"""What a function reads from outside itself, where one of its own values was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from ...engine.outcome import Diagnosis
from ..code.source import Edit, Source, heads, names_of
from ..search.trials import Trial
from .hard_coded_sizes import shapes


def read_from_outside(trial: Trial) -> list[Diagnosis]:
    """A value beside the functions, with a value of the function's own in whose place it keeps all
    its laws.
    """
    source, namespace = trial.source, trial.done.submission.document.namespace
    given = {part.arg for part in ast.walk(source.tree) if isinstance(part, ast.arg)}
    own = {*names_of([source.tree], ast.Store), *given}
    for name in names_of([source.tree]):
        value = namespace.get(name)
        if name in own or isinstance(value, bool):
            continue
        if isinstance(value, int):
            message = f"`{name}` is read from outside the function, where it is {value}"
            kind, meant = "hard_coded_dimension", shapes(trial, source)
        elif isinstance(value, float | dict | list | tuple | np.ndarray):
            message = f"`{name}` is read from outside the function"
            kind, meant = "notebook_variable", sorted(given)
        else:
            continue
        edit = trial.first(source, _with_own(source, name, meant))
        if edit:
            message += ": right for the inputs that it was made for only"
            if name not in names_of(heads(edit.first)):
                message += f"; `{source.segment(edit.first)}` may give it a value"
            return [source.told(kind, message, edit.first, edit)]
    return []


def _with_own(source: Source, name: str, meant: list[str]) -> Iterator[Edit]:
    """The name given a value where a shape is taken apart without it, or another value for it:
    where it is read once there, else above its first use.
    """
    yield from unpacked(source, name)
    readers = [s for s in source.statements if name in names_of(heads(s))]
    top = next(s for s in source.tree.body if readers[0] in [*ast.walk(s)])
    for other in meant:
        if len(readers) == 1 and other.isidentifier():
            nodes = [n for n in heads(readers[0]) if isinstance(n, ast.Name) and n.id == name]
            yield source.changed(readers[0], dict.fromkeys(nodes, other))
        else:
            yield Edit(top, top, f"{name} = {other}\n{source.text_of(top, top)}")


def unpacked(source: Source, name: str) -> Iterator[Edit]:
    """The name in the place of one that nothing reads, where several values are taken apart."""
    read = names_of([source.tree])
    for statement in source.statements:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
            for part in statement.targets[0].elts:
                if isinstance(part, ast.Name) and part.id not in read:
                    yield source.changed(statement, {part: name})
