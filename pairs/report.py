"""What became of a pair of a forward and a backward function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import indent
from typing import Literal

from .cases import Array

Verdict = Literal["held", "failed", "undecided"]

MOST = 40
"""An array with more entries than this is only described."""


@dataclass(frozen=True)
class PairReport:
    """The verdict on a pair, and what it rests on.

    ``verdict`` is "failed" if a case fails, "held" if none does and every gradient was decided at
    some case, else "undecided". Of a failure, ``law`` is the one that is broken, as a name,
    ``message`` says in a sentence what is wrong, ``tensors`` are the inputs whose gradients are,
    ``line`` is where in the file ``path``, if that is known, ``source`` what stands there, and
    ``suggestion`` what should; ``match`` is "exact" where that was put in its place and is right on
    every case, "likely" where only the statement is known, empty where that is not;
    ``sizes`` and ``inputs`` are the smallest case, and ``snippet`` is code that shows it. ``cases``
    counts the cases that were judged. ``notes`` are sentences on what was left out, and why.
    """

    verdict: Verdict
    name: str
    seed: int
    cases: int
    law: str = ""
    message: str = ""
    tensors: tuple[str, ...] = ()
    line: int | None = None
    path: str = ""
    source: str = ""
    suggestion: str = ""
    match: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    inputs: Mapping[str, Array] = field(default_factory=dict)
    snippet: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.verdict}: {self.name}"
        if self.verdict == "held":
            head += f", on {self.cases} cases (seed {self.seed})"
        elif self.line is not None:
            head += f", line {self.line}" + (f" of {self.path}" if self.path else "")
        parts = [head]
        if self.message:
            parts.append(f"  {self.message}")
        if self.source:
            parts.append(indent(self.source, "    "))
        if self.suggestion:
            parts += ["  should be", indent(self.suggestion, "    ")]
        if self.inputs:
            parts.append(self._case())
        if self.snippet:
            parts += ["  to reproduce", indent(self.snippet.rstrip(), "    ")]
        parts += [f"  note: {note}" for note in self.notes]
        return "\n".join(parts)

    def _case(self) -> str:
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        lines = [f"  smallest case{'  ' if sizes else ''}{sizes}"]
        zero = [name for name, array in self.inputs.items() if not array.any() and array.size]
        width = max(map(len, self.inputs))
        lines += [
            f"    {name.ljust(width)}  {_shown(array)}"
            for name, array in self.inputs.items()
            if name not in zero
        ]
        return "\n".join(lines + ([f"    all 0: {', '.join(zero)}"] if zero else []))


def _shown(array: Array) -> str:
    if array.size > MOST:
        return f"{array.size} values, {' x '.join(map(str, array.shape))}"
    return repr(array.tolist())
