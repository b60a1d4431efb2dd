"""The name of a mistake, from what stands in the code and what was meant."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from ..code.differences import Pair, called, differences, leaves, word

_STEPS = ("concatenate", "vstack", "hstack", "stack", "column_stack", "append")

_MEANS = ("mean", "average")

_ACTIVATIONS = ("sigmoid", "tanh", "softmax")


def fault_of(
    wrong: ast.stmt | None, meant: Sequence[ast.stmt], sequence: bool, in_loop: bool
) -> str:
    """The kind of mistake that a statement is, when another was meant in its place."""
    if wrong is None or (len(meant) > 1 and any(ast.dump(s) == ast.dump(wrong) for s in meant)):
        added = [s for s in meant if wrong is None or ast.dump(s) != ast.dump(wrong)]
        if wrong is not None and meant[-1] is wrong and gives_what_is_read(added, wrong):
            return "unassigned_name"
        return _of_missing(added[0], in_loop)
    if not meant or isinstance(meant[0], ast.Pass):
        return "statement_too_many"
    if len(meant) > 1:
        return "expression_wrong"
    return _of_statements(wrong, meant[0], sequence, in_loop)


def gives_what_is_read(added: Sequence[ast.stmt], statement: ast.stmt) -> bool:
    """Whether statements before another give a name its value that this one reads."""
    given = {
        target.id
        for one in added
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return any(isinstance(n, ast.Name) and n.id in given for n in ast.walk(statement))


def _of_missing(added: ast.stmt, in_loop: bool) -> str:
    if isinstance(added, ast.Expr):
        return "cache_not_stored" if in_loop else "result_not_stored"
    target = getattr(added, "targets", [None])[0]
    if isinstance(target, ast.Name) and in_loop:
        return "carry_not_updated"
    if isinstance(target, ast.Subscript) or isinstance(added, ast.AugAssign):
        return "result_not_stored"
    return "statement_missing"


def _of_statements(wrong: ast.stmt, meant: ast.stmt, sequence: bool, in_loop: bool) -> str:
    value = getattr(wrong, "value", None)
    if isinstance(meant, ast.Return) and not isinstance(wrong, ast.Return):
        return "nothing_returned"
    if isinstance(meant, ast.Expr) and called(meant.value) == "append":
        if called(value) != "append":  # type: ignore[arg-type]
            return "cache_overwritten"
        if len(value.args) > 1:  # type: ignore[union-attr]
            return "cache_flattened"
    if isinstance(wrong, ast.AugAssign) and isinstance(meant, ast.Assign):
        if _does_the_same_apart(wrong, meant):
            return "arrays_aliased"
        return "carry_summed" if in_loop else "expression_wrong"
    if isinstance(wrong, ast.Assign) and isinstance(meant, ast.AugAssign):
        return "gradient_overwritten" if in_loop else "term_missing"
    if isinstance(wrong, ast.Expr) and isinstance(meant, ast.Assign):
        return "carry_not_updated" if in_loop else "result_not_stored"
    if isinstance(wrong, ast.AugAssign) and ast.unparse(wrong.target) == ast.unparse(wrong.value):
        return "gradient_onto_itself"
    if called(value) in _MAKERS and called(getattr(meant, "value", value)) in _STEPS:  # type: ignore[arg-type]
        return "array_not_filled"
    pairs = differences(wrong, meant)
    if not pairs:
        return "expression_wrong"
    if isinstance(wrong, ast.For):
        return _of_loop(wrong, pairs)
    if len(pairs) > 1:
        return _of_several(wrong, pairs)
    if isinstance(wrong, ast.Assign):
        inside = {id(n) for t in wrong.targets for n in ast.walk(t)}
        if id(pairs[0][0]) in inside:
            return _of_target(pairs[0])
    return _of_pair(*pairs[0], wrong, sequence, in_loop)


def _does_the_same_apart(wrong: ast.AugAssign, meant: ast.Assign) -> bool:
    """Whether the same operation makes a new array there of what is changed in place here."""
    if not isinstance(meant.value, ast.BinOp) or type(meant.value.op) is not type(wrong.op):
        return False
    sides = {ast.unparse(meant.value.left), ast.unparse(meant.value.right)}
    return sides == {ast.unparse(wrong.target), ast.unparse(wrong.value)}


def _of_target(pair: Pair) -> str:
    wrong, _ = pair
    if isinstance(wrong, ast.Tuple):
        return "cache_read_in_another_order"
    return "result_not_stored" if isinstance(wrong, ast.Name) else "wrong_index"


def _of_loop(loop: ast.For, pairs: list[Pair]) -> str:
    texts = [ast.unparse(part) for pair in pairs for part in pair]
    if any(called(part) == "reversed" for pair in pairs for part in pair) or "-1]" in texts[-1]:
        return "loop_in_reverse"
    wrong, meant = pairs[0]
    indexed = [n.slice for n in ast.walk(loop.iter) if isinstance(n, ast.Subscript)]
    shapes = wrong in indexed or ("shape" in texts[0] and "shape" in texts[1])
    if len(pairs) > 1 and len({frozenset((ast.unparse(a), ast.unparse(b))) for a, b in pairs}) == 1:
        return "names_exchanged"
    counted = any(called(node) == "range" for node in ast.walk(loop.iter))
    names = isinstance(wrong, ast.Name) and isinstance(meant, ast.Name)
    if names and not counted:
        return _of_values(wrong, meant)
    return "loop_over_another_axis" if names or shapes else "loop_bounds_wrong"


def _of_several(statement: ast.stmt, pairs: list[Pair]) -> str:
    """Several parts differ: two exchanged, or one that stands for another more than once."""
    texts = [(ast.unparse(a), ast.unparse(b)) for a, b in pairs]
    exchanged = len({frozenset(t) for t in texts}) == 1 and len(set(texts)) > 1
    if exchanged:
        first = pairs[0][0]
        if isinstance(first, ast.Name) and isinstance(first.ctx, ast.Store):
            return "cache_read_in_another_order"
        if any(called(n) in _STEPS for n in ast.walk(statement)):
            return "order_of_concatenation"
        if "cache" in ast.unparse(statement):
            return "cache_entries_exchanged"
        return "gates_exchanged" if _alike(*map(word, pairs[0])) else "names_exchanged"
    kinds = {_of_pair(a, b, statement, False, False) for a, b in pairs}
    return kinds.pop() if len(kinds) == 1 else "expression_wrong"


def _of_pair(
    wrong: ast.AST, meant: ast.AST, statement: ast.stmt, sequence: bool, in_loop: bool
) -> str:
    found = _of_states(wrong, meant, in_loop) if sequence else ""
    if found:
        return found
    for rule in (_of_shape, _of_calls, _of_operators, _of_order, _of_constants):
        found = rule(wrong, meant, statement)
        if found:
            return found
    return _of_values(wrong, meant)


def _is_t(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "T"


def _same(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one) == ast.dump(other)


def _of_shape(wrong: ast.AST, meant: ast.AST, statement: ast.stmt) -> str:
    if isinstance(wrong, ast.Attribute) and ast.unparse(meant) in ("float", "int", "bool"):
        return "numpy_name_dropped"
    if isinstance(meant, ast.Attribute) and _is_t(meant) and _same(meant.value, wrong):
        return "transpose_missing"
    if isinstance(wrong, ast.Attribute) and _is_t(wrong) and _same(wrong.value, meant):
        return "transpose_too_many"
    if isinstance(wrong, ast.Attribute) and _is_t(wrong) and isinstance(wrong.value, ast.Call):
        return "wrong_axis"
    if isinstance(wrong, ast.Slice) or isinstance(meant, ast.Slice):
        return "wrong_slice"
    if isinstance(meant, ast.UnaryOp) and _same(meant.operand, wrong):
        return "sign_wrong"
    if isinstance(wrong, ast.UnaryOp) and _same(wrong.operand, meant):
        return "sign_wrong"
    return ""


def _of_calls(wrong: ast.AST, meant: ast.AST, statement: ast.stmt) -> str:
    if isinstance(meant, ast.Call) and meant.args and _same(meant.args[0], wrong):
        if called(meant) in ("zeros_like", "ones_like"):
            return "initial_state_wrong"
        return "activation_missing" if called(meant) in _ACTIVATIONS else "function_exchanged"
    if isinstance(wrong, ast.Call) and len(wrong.args) == 1 and _same(wrong.args[0], meant):
        return "activation_too_many" if called(wrong) in _ACTIVATIONS else "function_exchanged"
    if isinstance(meant, ast.Call) and called(meant) == "copy":
        return "live_view"
    if isinstance(wrong, ast.Call) and isinstance(meant, ast.Call):
        return _of_two_calls(wrong, meant)
    one, other = word(wrong), word(meant)
    functions = {*_ACTIVATIONS, *_MEANS, "sum", "square", "max", "min", "exp", "sqrt"}
    if one in _STEPS and other in _STEPS and one != other:
        return "wrong_axis"
    if one in functions and other in functions and one != other:
        if one in _MEANS and other == "sum":
            return "bias_gradient_averaged"
        known = f"{one}_for_{other}"
        tells = ("sigmoid_for_tanh", "tanh_for_sigmoid", "sigmoid_for_softmax", "square_for_tanh")
        return known if known in tells else "function_exchanged"
    return ""


def _of_two_calls(wrong: ast.Call, meant: ast.Call) -> str:
    if len(meant.args) == 1 and isinstance(meant.args[0], ast.Tuple) and len(wrong.args) > 1:
        return "parts_not_in_a_tuple"
    before = {k.arg: ast.unparse(k.value) for k in wrong.keywords}
    after = {k.arg: ast.unparse(k.value) for k in meant.keywords}
    if before != after and called(wrong) == called(meant):
        if "axis" in after and "axis" not in before:
            big = called(wrong) in ("max", "amax")
            return "one_maximum_for_the_batch" if big else "axis_missing"
        if before.get("axis") != after.get("axis"):
            return "wrong_axis"
        if "keepdims" in after and "keepdims" not in before:
            return "keepdims_missing"
        return "result_has_another_type" if "dtype" in before else "expression_wrong"
    if sorted(map(ast.dump, wrong.args)) == sorted(map(ast.dump, meant.args)):
        return "order_of_concatenation" if called(wrong) in _STEPS else "names_exchanged"
    return ""


_SIZE = r"n_?[axy]|m|T_?x"

_NAMED = (ast.Name, ast.Subscript, ast.Attribute)

_MAKERS = {"zeros", "zeros_like", "ones", "ones_like", "empty", "empty_like"}

_GATES = {"forget", "update", "input", "write", "output", "candidate"}

_EXCHANGED = {
    (ast.Mult, ast.MatMult): "product_by_element",
    (ast.Mult, ast.Pow): "factor_two_for_square",
    (ast.Add, ast.Sub): "sign_wrong",
    (ast.Sub, ast.Add): "sign_wrong",
}


def _of_operators(wrong: ast.AST, meant: ast.AST, statement: ast.stmt) -> str:
    both = isinstance(wrong, ast.BinOp) and isinstance(meant, ast.BinOp)
    if both and _same(wrong.left, meant.left) and _same(wrong.right, meant.right):  # type: ignore[attr-defined]
        operators = type(wrong.op), type(meant.op)  # type: ignore[attr-defined]
        return _EXCHANGED.get(operators, "operator_exchanged")
    if both and _same(wrong.left, meant.right) and _same(wrong.right, meant.left):  # type: ignore[attr-defined]
        return "names_exchanged"
    for whole, part, missing in ((meant, wrong, True), (wrong, meant, False)):
        if isinstance(whole, ast.BinOp) and _contains(whole, part):
            return _of_operand(whole, part, missing)
    if leaves(wrong) == leaves(meant):
        return "parentheses_missing"
    return ""


def _contains(whole: ast.BinOp, part: ast.AST) -> bool:
    return _same(whole.left, part) or _same(whole.right, part)


def _of_operand(whole: ast.BinOp, part: ast.AST, missing: bool) -> str:
    rest = whole.right if _same(whole.left, part) else whole.left
    text = ast.unparse(rest)
    end = "missing" if missing else "too_many"
    if isinstance(whole.op, ast.Pow) or (isinstance(whole.op, ast.Mult) and _same(rest, part)):
        return f"square_{end}"
    if isinstance(whole.op, ast.Add | ast.Sub):
        if missing and re.fullmatch(r"d?b[a-z]{0,2}", word(rest)):
            return "bias_missing"
        if missing and isinstance(whole.op, ast.Sub) and called(rest) in ("max", "amax"):
            return "maximum_missing"
        if missing and isinstance(part, ast.Subscript) and isinstance(rest, ast.Name):
            return "carry_not_used"
        return f"term_{end}"
    if isinstance(whole.op, ast.Div) and not missing:
        return "divided_by_m" if "shape" in text or text == "m" else "factor_too_many"
    if missing and isinstance(whole.op, ast.Mult) and re.search(r"1(\.0)? - ", text):
        return "gate_derivative_factor_missing"
    return f"factor_{end}"


def _of_order(wrong: ast.AST, meant: ast.AST, statement: ast.stmt) -> str:
    if type(wrong) is not type(meant) or not isinstance(wrong, ast.Tuple | ast.List | ast.Dict):
        return ""
    if isinstance(wrong, ast.Dict):
        return "result_exchanged"
    if any(called(n) in _STEPS for n in ast.walk(statement)):
        return "order_of_concatenation"
    text = ast.unparse(statement)
    return "cache_entries_exchanged" if "cache" in text or "memory" in text else "names_exchanged"


def _of_constants(wrong: ast.AST, meant: ast.AST, statement: ast.stmt) -> str:
    if isinstance(wrong, ast.Constant) and isinstance(wrong.value, str):
        return "wrong_key" if isinstance(getattr(meant, "value", None), str) else ""
    if not isinstance(wrong, ast.Constant | ast.UnaryOp):
        return ""
    number = getattr(wrong, "value", 0)
    if isinstance(meant, ast.Name | ast.Attribute | ast.Subscript):
        return "hard_coded_dimension" if isinstance(number, int) and number > 2 else "wrong_index"
    for call in ast.walk(statement):
        if isinstance(call, ast.Call):
            for keyword in call.keywords:
                if keyword.arg == "axis" and _same(keyword.value, wrong):
                    return "wrong_axis"
    return "wrong_constant"


def _of_states(wrong: ast.AST, meant: ast.AST, in_loop: bool) -> str:
    made = called(wrong) in _MAKERS
    if not in_loop and {word(wrong), word(meant)} <= _MAKERS:
        return "initial_state_wrong"
    if not in_loop and made and isinstance(meant, ast.Name):
        return "initial_state_ignored"
    if not in_loop and called(meant) in ("zeros", "zeros_like"):
        return "initial_state_wrong"
    if in_loop and isinstance(meant, ast.Name):
        if isinstance(wrong, ast.Name) and wrong.id.rstrip("0_") != wrong.id:
            return "initial_state_at_every_step"
        if made:
            return "carry_not_used"
        if isinstance(wrong, ast.Subscript) and isinstance(wrong.slice, ast.Tuple):
            return "empty_slot_used"
    if in_loop and isinstance(meant, ast.Subscript) and _same(meant.value, wrong):
        return "wrong_index" if isinstance(meant.slice, ast.Tuple) else "all_caches_for_one"
    return ""


def _of_values(wrong: ast.AST, meant: ast.AST) -> str:
    one, other = word(wrong), word(meant)
    if not one or not other:
        named = isinstance(wrong, _NAMED) and isinstance(meant, _NAMED)
        return "name_for_another" if named else "expression_wrong"
    if isinstance(wrong, ast.Constant) and isinstance(meant, ast.Constant):
        return "wrong_key" if isinstance(wrong.value, str) else "wrong_constant"
    if one == f"d{other}":
        return "gradient_used_for_weight" if other[0] in "WUb" else "gradient_used_for_value"
    if other == f"d{one}":
        return "value_used_for_gradient"
    if re.fullmatch(r"d\w_?next", one) and re.fullmatch(r"d\w_?next", other):
        return "upstream_gradients_exchanged"
    if re.fullmatch(_SIZE, one) and not re.fullmatch(_SIZE, other):
        return "size_used_for_array"
    if re.search(r"next|after|new", one) and re.search(r"prev|before|old", other):
        return "new_state_for_old"
    if re.search(r"prev|before|old", one) and re.search(r"next|after|new", other):
        return "old_state_for_new"
    return "gates_exchanged" if _alike(one, other) else "name_for_another"


def _alike(one: str, other: str) -> bool:
    """Whether two names are the same but for the gate they name: Wf and Wi, dft and dot."""
    if {one, other} <= _GATES:
        return True
    if len(one) < 2 or abs(len(one) - len(other)) > 1:
        return False
    return re.sub(r"f|i|u|c+|o|g", "*", one) == re.sub(r"f|i|u|c+|o|g", "*", other)
