"""Equations (8) to (10) of the LSTM's backward pass: as older notebooks print them, and right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any

import numpy as np

from ...strategies import Case
from ...subject.subject import Subject

Tensors = Mapping[str, Any]


@dataclass(frozen=True)
class Print:
    """An equation by its number, what it is of, and how it should be; ``forms`` are the printed one
    and what readers make of it.
    """

    number: str
    of: str
    right: str
    forms: tuple[str, ...]

    def __str__(self) -> str:
        """The right equation."""
        return f"{self.number} {self.of} = {self.right.replace('**', '^')}"


def made_of(subject: Subject, case: Case) -> Tensors:
    """What the equations are made of, on a case."""
    step = subject.expected_contents(case)[0]
    return {**step, "da_next": case["da_next"], "dc_next": case["dc_next"]}


def value(form: str, given: Tensors) -> Any:
    """What a printed equation gives."""
    return eval(_compiled(form), {"tanh": np.tanh, **given})


@cache
def _compiled(form: str) -> CodeType:
    return compile(form, "<print>", "eval")


_HIDDEN = "ot * (1 - tanh(c_next)**2)"

PRINTS: Mapping[str, Print] = {
    "c": Print(
        "(8)",
        "dcct",
        f"(dc_next * it + {_HIDDEN} * it * da_next) * (1 - cct**2)",
        tuple(  # two errors more in print, which many readers have mended
            f"dc_next * it + {_HIDDEN} * it * da_next * {extra}(1 - {candidate}**2)"
            for extra in ("cct * ", "")
            for candidate in ("tanh(cct)", "cct")
        ),
    ),
    "i": Print(
        "(9)",
        "dit",
        f"(dc_next * cct + {_HIDDEN} * cct * da_next) * it * (1 - it)",
        (f"dc_next * cct + {_HIDDEN} * cct * da_next * it * (1 - it)",),
    ),
    "f": Print(
        "(10)",
        "dft",
        f"(dc_next * c_prev + {_HIDDEN} * c_prev * da_next) * ft * (1 - ft)",
        (f"dc_next * c_prev + {_HIDDEN} * c_prev * da_next * ft * (1 - ft)",),
    ),
}
"""By the gate whose gradient it gives."""
