"""Caches: how a forward function keeps them, and how a backward function reads them."""

from __future__ import annotations

import ast
from typing import Literal

from ..code.differences import called
from .fault import BACK, FORTH, JOINING, Difference, Fault, Group, calls, rule

_Append = Literal["", "lost", "flattened", "overwritten"]
"""What becomes of something that was meant to be appended to a list: it stands alone, or in a call
whose result nothing takes; it is given to a function with the list; or it takes the list's place.
"""


def _append(statement: Difference) -> _Append:
    wrong, meant = statement.wrong, statement.meant
    if not (isinstance(meant, ast.Expr) and called(meant.value) == "append"):
        return ""
    call = getattr(wrong, "value", None)
    count = len(call.args) if isinstance(call, ast.Call) else 0
    if isinstance(wrong, ast.Expr):
        return "" if count == 1 and called(call) == "append" else "lost"
    return "flattened" if count > 1 else "overwritten"


def _is_read_in_another_order(statement: Difference) -> bool:
    if statement.exchanged and isinstance(statement.wrong, ast.Assign):
        first = statement.exchanged[0]
        return isinstance(first, ast.Name) and isinstance(first.ctx, ast.Store)
    target = statement.target
    return isinstance(target, ast.Tuple) and isinstance(target.ctx, ast.Store)


def _are_exchanged(statement: Difference) -> bool:
    wrong = statement.wrong
    return statement.is_exchange and not calls(wrong, JOINING) and "cache" in ast.unparse(wrong)


def _is_put_together_otherwise(part: Difference) -> bool:
    text = ast.unparse(part.statement)
    is_cache = "cache" in text or "memory" in text
    return is_cache and part.are_collections and not calls(part.statement, JOINING)


_STEP = "a_next, cache = step(x[:, :, t], a_next)"

FAULTS = (
    Fault(
        name="cache_not_stored",
        what="the caches of the steps are not kept",
        shows="The backward pass has nothing to work on; the forward values are all right.",
        why="No value of the forward pass shows it.",
        functions=Group.SEQUENCE_FORWARD,
        seen=4,
        within=FORTH,
        example=f"{_STEP} => {_STEP}\ncaches.append(cache)",
        missing=lambda missing: isinstance(missing.first, ast.Expr) and missing.in_loop,
        statement=lambda statement: _append(statement) == "lost",
    ),
    Fault(
        name="cache_overwritten",
        what="the list of caches is replaced instead of appended to",
        shows="The caches hold the last step only; the forward values are all right.",
        why="No value of the forward pass shows it.",
        functions=Group.SEQUENCE_FORWARD,
        seen=5,
        within=FORTH,
        example="caches = [cache] => caches.append(cache)",
        statement=lambda statement: _append(statement) == "overwritten",
    ),
    Fault(
        name="cache_flattened",
        what="numpy's append takes the caches apart instead of adding one",
        shows="An exception about an inhomogeneous shape, or caches in pieces.",
        why="Arrays have no append, and np.append bears the right name.",
        functions=Group.SEQUENCE_FORWARD,
        seen=7,
        within=FORTH,
        example="caches = np.append(caches, cache) => caches.append(cache)",
        statement=lambda statement: _append(statement) == "flattened",
    ),
    Fault(
        name="all_caches_for_one",
        what="the list of all caches is passed where one step's was meant",
        shows="An exception where the cache is unpacked, or gradients of the wrong step.",
        why="caches and cache: one letter.",
        functions=Group.SEQUENCE_BACKWARD,
        seen=1,
        within=BACK,
        example="step = backward(da_prevt, caches) => step = backward(da_prevt, caches[t])",
        part=rule("A => A[I]", sequence=True, in_loop=True, I="[^,]*"),
        sentence="`{wrong}` is the list of all caches; that of one step, `{meant}`, was meant",
    ),
    Fault(
        name="cache_read_in_another_order",
        what="the cache is taken apart in another order than it was made",
        shows="Gradients are wrong though the equations are right.",
        why="Ten entries in a fixed order, most of the same shape.",
        functions=Group.BACKWARD,
        example="c_next, a_next, xt = cache => a_next, c_next, xt = cache",
        statement=_is_read_in_another_order,
    ),
    Fault(
        name="cache_entries_exchanged",
        what="the cache holds values in the wrong places",
        shows="The forward values are right, and every gradient from them wrong.",
        why="Ten entries in a fixed order, most of the same shape.",
        functions=Group.STEP,
        example="cache = (c_next, a_next, xt) => cache = (a_next, c_next, xt)",
        statement=_are_exchanged,
        part=_is_put_together_otherwise,
    ),
)
