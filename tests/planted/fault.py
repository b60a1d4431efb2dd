"""One planted fault: a small textual change to one function of correct code."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Literal

CORRECT = Path(__file__).resolve().parent.parent / "correct"

STYLES = {
    "a": "style_a.py",
    "b": "style_b.py",
    "gru": "gru_contract.py",
    "gru_keeps": "gru_update_gate_keeps.py",
    "gru_rows": "gru_rows.py",
    "rows": "rows_layout.py",
    "einsum": "einsum.py",
    "stacked": "stacked_gates.py",
    "comprehensions": "comprehension_loop.py",
    "nested": "nested_function.py",
    "recompute": "recompute_steps.py",
    "dataclass": "dataclass_caches.py",
    "reduce": "reduce_and_accumulate.py",
    "closures": "closures.py",
    "vectorised": "vectorised_time.py",
    "tables": "gate_tables.py",
    "scipy": "scipy_helpers.py",
}
"""The correct files that faults are planted into."""

OWN_NAMES = {
    ("rows", "lstm_cell_backward"): "lstm_step_backward",
    ("rows", "lstm_cell_forward"): "lstm_step_forward",
    ("rows", "rnn_cell_backward"): "rnn_step_backward",
    ("rows", "rnn_cell_forward"): "rnn_step_forward",
    ("gru_rows", "gru_cell_forward"): "gru_step_forward",
    ("gru_rows", "gru_cell_backward"): "gru_step_backward",
}
"""What a style calls a function, where that is not the contract's name."""


@dataclass(frozen=True)
class Fault:
    """A fault, the function that holds it and must be told, and how to plant it."""

    name: str
    function: str
    style: str
    replacements: tuple[tuple[str, str], ...]
    level: Literal["fault", "advice"] = "fault"
    count: int | None = None
    """How many of the public modules have it, where that was counted."""
    demo: str = ""
    """Assignments of a notebook's demo cell, added after the functions."""
    within: str = ""
    """The function in whose text it stands, where that is another, which makes what is called; or
    the name of the module that is assigned there.
    """

    @property
    def own_name(self) -> str:
        """What the file calls the function that is changed."""
        return self.within or OWN_NAMES.get((self.style, self.function), self.function)

    @property
    def line(self) -> str:
        """The first line that the change writes; empty where it only leaves lines out."""
        before = _parts(self.style, self.own_name)[1].splitlines()
        after = _changed(self).splitlines()
        changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        for kind, _, _, start, _ in changes:
            if kind in ("replace", "insert"):
                return after[start].strip()
        return ""


@cache
def correct_source(style: str) -> str:
    """The correct file that faults of this style are planted into."""
    return (CORRECT / STYLES[style]).read_text(encoding="utf-8")


def plant(fault: Fault) -> str:
    """The source with the fault in it; each old text must stand once in the function."""
    before, _, after = _parts(fault.style, fault.own_name)
    return before + _changed(fault) + after + (f"\n\n{fault.demo}" if fault.demo else "")


def _changed(fault: Fault) -> str:
    body = _parts(fault.style, fault.own_name)[1]
    for old, new in fault.replacements:
        found = body.count(old)
        if found != 1:
            raise ValueError(f"{fault.name}: {old!r} stands {found} times in {fault.function}")
        body = body.replace(old, new)
    return body


@cache
def _parts(style: str, function: str) -> tuple[str, str, str]:
    """The source before the function, the function, and the source after it."""
    source = correct_source(style)
    lines = source.splitlines(keepends=True)
    for node in ast.parse(source).body:
        is_table = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == function
        if is_table or (isinstance(node, ast.FunctionDef) and node.name == function):
            start, end = node.lineno - 1, node.end_lineno
            return "".join(lines[:start]), "".join(lines[start:end]), "".join(lines[end:])
    raise ValueError(f"the correct source has no function {function}")
