"""Code that shows a failure again, with numpy and the pair alone. It is run before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..strategies.literals import literal
from .cases import PairCase, Values
from .errors import Broken, PairCrash
from .protocol import Pair, nested
from .trial import RAISES, Trial


def snippet(pair: Pair, trial: Trial, broken: Broken) -> str:
    """The code; empty where there is none, or where it does not fail."""
    crash = broken.tensors[:1] == (RAISES,)
    if not (broken.check or crash):
        return ""
    names = _names(pair)
    if not all(name.isidentifier() for name in names):
        return ""
    lines = _calls(pair, trial)
    if not lines:
        return ""
    text = "\n".join([*lines, *broken.check])
    before = "\n".join(lines[:-1] if crash else lines)
    if pair.raises(before) or not pair.raises(text):
        return ""
    return "\n".join([*_header(pair, names), text]) + "\n"


def _calls(pair: Pair, trial: Trial) -> list[str]:
    """Each array by its name, then the two calls; nothing where there is no such code."""
    values = trial.case.values
    try:
        sketch = pair.sketch(values)
    except PairCrash:
        return []
    if sketch is None:
        return []
    heads = dict.fromkeys(name.partition(".")[0] for name in pair.inputs)
    return [
        *(f"{head} = {_text(head, pair, values)}" for head in heads),
        *(f"{name} = {literal(value)}" for name, value in sketch.constants.items()),
        *sketch.before,
        *(f"{name} = {literal(_number(trial.cotangents[k]))}" for name, k in sketch.cotangents),
        *sketch.after,
    ]


def _text(head: str, pair: Pair, values: Values) -> str:
    names = tuple(name for name in pair.inputs if name.partition(".")[0] == head)
    return literal(_number(nested(names, values, head)))


def _number(value: Any) -> Any:
    """Numbers for what has no axes."""
    if isinstance(value, Mapping):
        return {key: _number(one) for key, one in value.items()}
    return value.item() if value.ndim == 0 else value


def _names(pair: Pair) -> list[str]:
    """What the code calls by name: the functions, or their classes."""
    if pair.is_object:
        return [pair.backward.name.rpartition(".")[0]]
    return [*dict.fromkeys(code.name.partition(".")[0] for code in (pair.forward, pair.backward))]


def _header(pair: Pair, names: list[str]) -> list[str]:
    wanted = ", ".join(names)
    lines = ["import numpy as np", ""]
    code = pair.backward
    if code.presented and code.definition:
        return [*lines, f"# Run this below {code.definition.node.name}.", code.presented, ""]
    path = Path(code.path)
    if path.suffix == ".py" and path.stem.isidentifier() and not code.is_inner:
        return [*lines, f"from {path.stem} import {wanted}", ""]
    return [*lines, f"# Run this below {wanted}.", ""]


def shown_inputs(trial: Trial, case: PairCase) -> dict[str, object]:
    """The arrays of a case, by the names under which they are shown."""
    several = len(trial.cotangents) > 1
    given = {} if trial.pair.unit else {
        f"upstream gradient {k}" if several else "upstream gradient": c
        for k, c in enumerate(trial.cotangents)
    }  # fmt: skip
    return {**case.values, **given}
