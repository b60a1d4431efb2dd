"""Variants of a cell: the same functions with other equations in their text."""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from types import ModuleType
from typing import Any

from .spec import CellSpec, Reference


class Variants(Mapping[str, CellSpec]):
    """The variants of a cell by a sentence each, as ``make`` gives them; they are made when the
    first of them is looked at, which takes longer than all else that is imported here.
    """

    def __init__(self, make: Callable[[], Mapping[str, CellSpec]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, CellSpec]:
        return self._make()

    def __getitem__(self, sentence: str) -> CellSpec:
        return self._made[sentence]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def variant(cell: CellSpec, changes: Mapping[str, str], **others: Any) -> CellSpec:
    """The cell in whose functions each of some texts is another, with ``others`` of its fields.

    Each text has to stand exactly once in the four functions. They get a module of their own, a
    copy of the cell's, in which they call each other; `inspect` finds their text. Raises
    `ValueError` for a text that stands there more often, or not at all.
    """
    roles = {
        role: function
        for role in ("step", "sequence", "step_backward", "sequence_backward")
        if (function := getattr(cell, role)) is not None
    }
    source = "\n\n".join(inspect.getsource(function) for function in roles.values())
    for old, new in changes.items():
        if source.count(old) != 1:
            raise ValueError(f"{old!r} stands {source.count(old)} times in {cell.name}")
        source = source.replace(old, new)
    namespace = _executed(cell.step, source)
    functions = {role: namespace[function.__name__] for role, function in roles.items()}
    return replace(cell, **functions, variants={}, **others)


def _executed(like: Reference, source: str) -> dict[str, Any]:
    """The globals of a new module like that of a function, once a source is executed in it."""
    base = sys.modules[like.__module__]
    number = sum(name.startswith(f"{base.__name__}.variant") for name in sys.modules)
    module = ModuleType(f"{base.__name__}.variant{number}")
    filename = f"<{module.__name__}>"
    vars(module).update(vars(base) | vars(module) | {"__file__": filename})
    sys.modules[module.__name__] = module
    linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
    exec(compile(source, filename, "exec", dont_inherit=True), vars(module))
    return vars(module)
