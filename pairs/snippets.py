"""Code that shows a failure again, with numpy and the pair alone. It is run before it is shown."""

from __future__ import annotations

import inspect
from pathlib import Path

from .binding import name_of
from .calls import Pair
from .cases import Case
from .errors import Broken, Function
from .trial import Trial


def snippet(pair: Pair, trial: Trial, broken: Broken) -> str:
    """The code; empty where there is none, or where it does not fail."""
    crash = broken.tensors[:1] == ("raises",)
    if not (broken.check or crash):
        return ""
    names = _names(pair)
    if not all(name.isidentifier() for name in names):
        return ""
    lines = pair.code(trial.case.values, trial.cotangents)
    if not lines:
        return ""
    text = "\n".join([*lines, *broken.check])
    before = "\n".join(lines[:-1] if crash else lines)
    if _raises(before, names) or not _raises(text, names):
        return ""
    return "\n".join([*_header(pair, names), text]) + "\n"


def _names(pair: Pair) -> dict[str, object]:
    """What the code calls by name: the functions, or their class."""
    if isinstance(pair.owner, type):
        return {pair.owner.__name__: pair.owner}
    found: dict[str, object] = {}
    for function in (pair.forward_function, pair.backward_function):
        found[name_of(function)] = function
    return found


def _header(pair: Pair, names: dict[str, object]) -> list[str]:
    wanted = ", ".join(names)
    lines = ["import numpy as np", ""]
    path = Path(path_of(pair.backward_function))
    local = "<locals>" in str(getattr(pair.backward_function, "__qualname__", ""))
    if path.suffix == ".py" and path.stem.isidentifier() and not local:
        return [*lines, f"from {path.stem} import {wanted}", ""]
    return [*lines, f"# Run this below {wanted}.", ""]


def path_of(function: Function) -> str:
    """The file of a function; empty where there is none."""
    try:
        return inspect.getsourcefile(inspect.unwrap(function)) or ""
    except TypeError:
        return ""


def _raises(text: str, names: dict[str, object]) -> bool:
    namespace = {"np": __import__("numpy"), **names}
    try:
        exec(compile(text, "<snippet>", "exec", dont_inherit=True), namespace)
    except Exception:  # an assertion, or whatever the code raises
        return True
    return False


def shown_inputs(trial: Trial, case: Case) -> dict[str, object]:
    """The arrays of a case, by the names under which they are shown."""
    several = len(trial.cotangents) > 1
    given = {} if trial.pair.unit else {
        f"upstream gradient {k}" if several else "upstream gradient": c
        for k, c in enumerate(trial.cotangents)
    }  # fmt: skip
    return {**case.values, **given}
