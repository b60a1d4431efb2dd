"""What is said of a mistake: what the statement does, and what was meant, in its own names."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from ..code.differences import Pair, differences
from ..code.sites import holds
from .registry import UNNAMED, faults

Text = Callable[[ast.AST], str]
"""How to write a node: as the author has it, or in the author's manner."""

_OTHERWISE = "{of} {made} with `{wrong}` where `{meant}` was meant"

_GATES = {
    "f": "forget gate", "i": "update gate", "u": "update gate", "o": "output gate",
    "c": "candidate", "cc": "candidate", "g": "candidate",
}  # fmt: skip


def of_a_change(
    fault: str, old: ast.stmt, new: ast.stmt, written: Text, meant: Text, whole: str
) -> str:
    """What is said of a statement that another was meant for; ``whole`` is the other's text."""
    pairs = differences(old, new)
    if isinstance(old, ast.For) and isinstance(new, ast.For) and holds(old.iter, pairs[0][0]):
        if faults()[fault].sentence:
            return _of_a_part(fault, old, (old.iter, new.iter), written, meant)
        return f"the loop runs over `{written(old.iter)}` where `{meant(new.iter)}` was meant"
    if len(pairs) == 1 and pairs[0][0] is not old and hasattr(pairs[0][0], "col_offset"):
        pair = _around(old, new, pairs[0][0], faults()[fault].shown, pairs[0])
        return _of_a_part(fault, old, pair, written, meant)
    exchanged = {frozenset((written(a), meant(b))) for a, b in pairs}
    if len(pairs) > 1 and len(exchanged) == 1:
        one, other = sorted(next(iter(exchanged)))
        if (written(pairs[0][0]), written(pairs[1][0])) in ((one, other), (other, one)):
            return f"`{one}` and `{other}` stand in each other's place in `{written(old)}`"
    if len({(written(a), meant(b)) for a, b in pairs}) == 1 and pairs[0][0] is not old:
        return _of_a_part(fault, old, pairs[0], written, meant)
    if fault == UNNAMED:
        return of_a_block(written(old), whole)
    return f"{faults()[fault].what} in `{written(old)}`; `{whole}` was meant"


def of_missing(fault: str, after: str, added: str) -> str:
    """What is said of a statement that is left out."""
    if fault == "unassigned_name":
        return f"a name has no value yet in `{after}`: `{added}` is missing before it"
    return f"{faults()[fault].what}: `{added}` is missing at `{after}`"


def of_needless(fault: str, text: str) -> str:
    """What is said of a statement that should not be there."""
    why = "" if fault == "statement_too_many" else f" ({faults()[fault].what})"
    return f"`{text}` should not be there{why}: without it the function does what it should"


def of_a_block(text: str, meant: str) -> str:
    """What is said of several statements, or of one for which several were meant."""
    return f"`{text}` was written where `{meant}` was meant"


def _of_a_part(fault: str, statement: ast.stmt, pair: Pair, written: Text, meant: Text) -> str:
    wrong, right = written(pair[0]), meant(pair[1])
    missing, needless = _rest(*pair), _rest(pair[1], pair[0])
    rest = meant(missing) if missing else written(needless) if needless else ""
    if isinstance(getattr(pair[1], "op", None), ast.Div) and rest:
        rest = f"1 / ({rest})"
    template = faults()[fault].sentence or _OTHERWISE
    if "{rest}" in template and not rest:
        template = _OTHERWISE
    return template.format(
        of=_computed(statement, pair[0], written),
        made="is put together" if _is_collection(statement, pair[0]) else "is computed",
        wrong=wrong,
        meant=right,
        rest=rest,
        whose=_whose(wrong),
        whose_meant=_whose(right) and _whose(right) + ",",
    )


def _around(
    old: ast.AST, new: ast.AST, part: ast.AST, kinds: tuple[type[ast.AST], ...], best: Pair
) -> Pair:
    """The innermost nodes of some kinds around what differs."""
    if old is part:
        return best
    best = (old, new) if isinstance(old, kinds) else best
    for one, other in zip(ast.iter_child_nodes(old), ast.iter_child_nodes(new), strict=False):
        if holds(one, part):
            return _around(one, other, part, kinds, best)
    return best


def _rest(part: ast.AST, whole: ast.AST) -> ast.AST | None:
    """What an operation has beside a part of it."""
    if not isinstance(whole, ast.BinOp):
        return None
    sides = whole.left, whole.right
    same = [ast.dump(side) == ast.dump(part) for side in sides]
    return sides[same.index(True) - 1] if any(same) else None


def _whose(text: str) -> str:
    """Of which gate a weight, a bias or a value is, if its name says so."""
    name = re.search(r"(\w+)\W*$", text)
    parts = re.fullmatch(r"d?(?:[WbU](cc|[fiuocg])|(cc|[fiuocg])t)", name[1] if name else "")
    if parts is None:
        return ""
    of_gate = _GATES[parts[1] or parts[2]]
    return f", the {of_gate}'s" if parts[1] or parts[0].startswith("d") else f", the {of_gate}"


def _computed(statement: ast.stmt, part: ast.AST, written: Text) -> str:
    """What a part of a statement goes into: the name or the entry that is given its value."""
    if isinstance(statement, ast.Assign | ast.AugAssign):
        target = statement.target if isinstance(statement, ast.AugAssign) else statement.targets[0]
        value = statement.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = zip(target.elts, value.elts, strict=False)
            target, value = next((p for p in pairs if holds(p[1], part)), (target, value))
        return _entry(value, part) or f"`{written(target)}`"
    if isinstance(statement, ast.Return) and statement.value is not None:
        return _entry(statement.value, part) or "what is returned"
    call = statement.value if isinstance(statement, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) else None
    if isinstance(function, ast.Attribute) and function.attr == "append":
        return f"what is appended to `{written(function.value)}`"
    return f"`{written(statement)}`"


def _is_collection(statement: ast.stmt, part: ast.AST) -> bool:
    """Whether a part of a statement is one of the values that it puts together."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        value = statement.value
        return isinstance(value, ast.Tuple | ast.List) and part in value.elts
    return False


def _entry(value: ast.expr, part: ast.AST) -> str:
    """The key of the entry of a dictionary that is written out, in which a part stands."""
    if isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values, strict=True):
            if holds(item, part) and isinstance(key, ast.Constant):
                return f"`{key.value!s}`"
    return ""
