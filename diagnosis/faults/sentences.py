"""What is said of a mistake: what the statement does, and what was meant, in its own names."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..code.differences import Pair, differences
from .kinds import KINDS

Text = Callable[[ast.AST], str]
"""How to write a node: as the author has it, or in the author's manner."""

_WITH = "{of} {made} with `{wrong}`"
_AS = "{of} is computed as `{wrong}`"

OF_A_PART: Mapping[str, str] = MappingProxyType(
    {
        "new_state_for_old": f"{_WITH}, the state after the step; the one before it, "
        "`{meant}`, was meant",
        "old_state_for_new": f"{_WITH}, the state before the step; the one after it, "
        "`{meant}`, was meant",
        "gates_exchanged": f"{_WITH}{{whose}}; `{{meant}}`{{whose_meant}} was meant",
        "gradient_used_for_weight": f"{_WITH}, the gradient of a weight; the weight itself, "
        "`{meant}`, was meant",
        "gradient_used_for_value": f"{_WITH}, a gradient; the value itself, `{{meant}}`, was meant",
        "value_used_for_gradient": f"{_WITH}, a value; its gradient, `{{meant}}`, was meant",
        "upstream_gradients_exchanged": f"{_WITH}, the gradient of the other state; `{{meant}}` "
        "was meant",
        "size_used_for_array": "{of} is filled with the number `{wrong}`; the array `{meant}` "
        "was meant",
        "wrong_key": "{of} takes the entry `{wrong}`{whose}; `{meant}`{whose_meant} was meant",
        "term_missing": f"{_AS}: the term `{{rest}}` is missing",
        "term_too_many": f"{_AS}: the term `{{rest}}` does not belong there",
        "bias_missing": f"{_AS}: the bias `{{rest}}` is missing",
        "maximum_missing": f"{_AS}, without subtracting the maximum `{{rest}}` first, so that "
        "large inputs overflow",
        "factor_missing": f"{_AS}: the factor `{{rest}}` is missing",
        "factor_too_many": f"{_AS}: `{{rest}}` does not belong there",
        "gate_derivative_factor_missing": f"{_AS}: the activation's own derivative, `{{rest}}`, "
        "is missing",
        "divided_by_m": f"{_AS}, divided by the number of examples; the sum over them, "
        "`{meant}`, was meant",
        "square_missing": f"{_WITH}; its square, `{{meant}}`, was meant",
        "square_too_many": f"{_WITH}; `{{meant}}`, without the square, was meant",
        "factor_two_for_square": f"{_WITH}, twice the value; its square, `{{meant}}`, was meant",
        "sign_wrong": f"{_WITH}, which has the wrong sign; `{{meant}}` was meant",
        "parentheses_missing": f"{_AS}: the parentheses are not where they should be, `{{meant}}` "
        "was meant",
        "product_by_element": "`{wrong}` multiplies entry by entry; the matrix product "
        "`{meant}` was meant",
        "operator_exchanged": f"{_AS}; `{{meant}}` was meant",
        "activation_missing": f"{_WITH}, without its activation; `{{meant}}` was meant",
        "activation_too_many": f"{_WITH}, an activation of what has had it already; `{{meant}}` "
        "was meant",
        "bias_gradient_averaged": f"{_WITH}, a mean over the examples; their sum, `{{meant}}`, "
        "was meant",
        "transpose_missing": f"{_WITH}; its transpose, `{{meant}}`, was meant",
        "transpose_too_many": f"{_WITH}; `{{meant}}`, not transposed, was meant",
        "wrong_axis": f"{_WITH}, which runs over the wrong axis; `{{meant}}` was meant",
        "axis_missing": "`{wrong}` runs over the whole array instead of one axis; `{meant}` "
        "was meant",
        "keepdims_missing": "`{wrong}` loses the axis that it runs over; `{meant}` was meant",
        "one_maximum_for_the_batch": "`{wrong}` is one maximum for all the columns; one for each, "
        "`{meant}`, was meant",
        "order_of_concatenation": "`{wrong}` joins the parts in the wrong order; `{meant}` "
        "was meant",
        "wrong_slice": "{of} takes the part `{wrong}` of an array; `{meant}` was meant",
        "wrong_index": "`{wrong}` is the wrong entry or step; `{meant}` was meant",
        "hard_coded_dimension": "the dimension `{meant}` is written as the number {wrong}, right "
        "for inputs of that size only",
        "initial_state_ignored": "{of} starts from `{wrong}`; the state that is given, `{meant}`, "
        "was meant",
        "initial_state_wrong": "{of} starts from `{wrong}`; `{meant}` was meant",
        "initial_state_at_every_step": "every step starts from the first state, `{wrong}`; the "
        "one of the step before, `{meant}`, was meant",
        "empty_slot_used": "`{wrong}` is a slot that the step has yet to fill; `{meant}` was meant",
        "carry_not_used": "`{wrong}` leaves out what another step hands on; `{meant}` was meant",
        "all_caches_for_one": "`{wrong}` is the list of all caches; that of one step, `{meant}`, "
        "was meant",
        "loop_bounds_wrong": "the loop over `{wrong}` starts or ends at the wrong step; "
        "`{meant}` was meant",
        "loop_over_another_axis": "the loop runs over `{wrong}`, which is not time; `{meant}` "
        "was meant",
        "loop_in_reverse": "the loop runs through time the wrong way round with `{wrong}`; "
        "`{meant}` was meant",
        "gradient_onto_itself": "`{wrong}` is added to itself; the step's gradient, `{meant}`, "
        "was meant",
        "numpy_name_dropped": "`{wrong}` is gone from numpy: it is `{meant}` today",
        "live_view": "`{wrong}` shares memory with what changes later; a copy, `{meant}`, "
        "was meant",
    }
)
"""What is said where one part of a statement stands for another, by the name of the mistake."""

_OTHERWISE = f"{_WITH} where `{{meant}}` was meant"

_SHOWN: Mapping[str, tuple[type[ast.AST], ...]] = {
    "wrong_index": (ast.Subscript,),
    "wrong_slice": (ast.Subscript,),
    "wrong_key": (ast.Subscript,),
    "wrong_axis": (ast.Call,),
    "wrong_constant": (ast.BinOp, ast.Call, ast.Subscript),
    "initial_state_wrong": (ast.Call,),
    "sigmoid_for_tanh": (ast.Call,),
    "tanh_for_sigmoid": (ast.Call,),
    "sigmoid_for_softmax": (ast.Call,),
    "square_for_tanh": (ast.Call,),
    "function_exchanged": (ast.Call,),
    "bias_gradient_averaged": (ast.Call,),
}
"""What is shown whole where a part of it is wrong."""

_GATES = {
    "f": "forget gate",
    "i": "update gate",
    "u": "update gate",
    "o": "output gate",
    "c": "candidate",
    "cc": "candidate",
    "g": "candidate",
}


def of_a_change(
    fault: str, old: ast.stmt, new: ast.stmt, written: Text, meant: Text, whole: str
) -> str:
    """What is said of a statement that another was meant for; ``whole`` is the other's text."""
    pairs = differences(old, new)
    if isinstance(old, ast.For) and isinstance(new, ast.For) and _holds(old.iter, pairs[0][0]):
        if fault in OF_A_PART:
            return _of_a_part(fault, old, (old.iter, new.iter), written, meant)
        return f"the loop runs over `{written(old.iter)}` where `{meant(new.iter)}` was meant"
    if len(pairs) == 1 and pairs[0][0] is not old and hasattr(pairs[0][0], "col_offset"):
        pair = _around(old, new, pairs[0][0], _SHOWN.get(fault, ()), pairs[0])
        return _of_a_part(fault, old, pair, written, meant)
    exchanged = {frozenset((written(a), meant(b))) for a, b in pairs}
    if len(pairs) > 1 and len(exchanged) == 1:
        one, other = sorted(next(iter(exchanged)))
        if (written(pairs[0][0]), written(pairs[1][0])) in ((one, other), (other, one)):
            return f"`{one}` and `{other}` stand in each other's place in `{written(old)}`"
    if len({(written(a), meant(b)) for a, b in pairs}) == 1 and pairs[0][0] is not old:
        return _of_a_part(fault, old, pairs[0], written, meant)
    if fault == "expression_wrong":
        return of_a_block(written(old), whole)
    return f"{KINDS[fault]} in `{written(old)}`; `{whole}` was meant"


def of_missing(fault: str, after: str, added: str) -> str:
    """What is said of a statement that is left out."""
    if fault == "unassigned_name":
        return f"a name has no value yet in `{after}`: `{added}` is missing before it"
    return f"{KINDS[fault]}: `{added}` is missing at `{after}`"


def of_needless(text: str) -> str:
    """What is said of a statement that should not be there."""
    return f"`{text}` should not be there: without it the function does what it should"


def of_a_block(text: str, meant: str) -> str:
    """What is said of several statements, or of one for which several were meant."""
    return f"`{text}` was written where `{meant}` was meant"


def _of_a_part(fault: str, statement: ast.stmt, pair: Pair, written: Text, meant: Text) -> str:
    wrong, right = written(pair[0]), meant(pair[1])
    missing, needless = _rest(*pair), _rest(pair[1], pair[0])
    rest = meant(missing) if missing else written(needless) if needless else ""
    if isinstance(getattr(pair[1], "op", None), ast.Div) and rest:
        rest = f"1 / ({rest})"
    template = OF_A_PART.get(fault, _OTHERWISE)
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
        if _holds(one, part):
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
            target, value = next((p for p in pairs if _holds(p[1], part)), (target, value))
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
            if _holds(item, part) and isinstance(key, ast.Constant):
                return f"`{key.value!s}`"
    return ""


def _holds(whole: ast.AST, part: ast.AST) -> bool:
    return any(node is part for node in ast.walk(whole))
