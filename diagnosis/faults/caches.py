"""Caches: how a forward function keeps them, and how a backward function reads them."""

from __future__ import annotations

import ast

from ..code.differences import called
from .fault import (
    BACKWARD,
    SEQUENCE_BACKWARD,
    SEQUENCE_FORWARD,
    STEP,
    Difference,
    Fault,
    is_collection,
    joins,
    rule,
    target_that_differs,
    value_of,
)


def _is_appended(statement: Difference) -> bool:
    """Whether something was meant to be appended to a list."""
    value = value_of(statement.meant)
    return isinstance(statement.meant, ast.Expr) and called(value) == "append"


def _is_overwritten(statement: Difference) -> bool:
    replaced = not isinstance(statement.wrong, ast.Expr)
    return _is_appended(statement) and replaced and not _is_flattened(statement)


def _is_lost(statement: Difference) -> bool:
    """Whether a value stands alone, or in a call whose result nothing takes."""
    value = value_of(statement.wrong)
    appended = isinstance(value, ast.Call) and called(value) == "append" and len(value.args) == 1
    return _is_appended(statement) and isinstance(statement.wrong, ast.Expr) and not appended


def _is_flattened(statement: Difference) -> bool:
    value = value_of(statement.wrong)
    return _is_appended(statement) and isinstance(value, ast.Call) and len(value.args) > 1


def _is_read_in_another_order(statement: Difference) -> bool:
    if statement.exchanged and isinstance(statement.wrong, ast.Assign):
        first = statement.exchanged[0]
        return isinstance(first, ast.Name) and isinstance(first.ctx, ast.Store)
    return isinstance(target_that_differs(statement), ast.Tuple)


def _are_exchanged(statement: Difference) -> bool:
    exchanged = statement.exchanged is not None and not isinstance(statement.wrong, ast.For)
    return exchanged and not joins(statement.wrong) and "cache" in ast.unparse(statement.wrong)


def _is_put_together_otherwise(part: Difference) -> bool:
    text = ast.unparse(part.statement)
    kept = "cache" in text or "memory" in text
    return kept and is_collection(part) and not joins(part.statement)


FAULTS = (
    Fault(
        name="cache_not_stored",
        what="the caches of the steps are not kept",
        shows="The backward pass has nothing to work on; the forward values are all right.",
        tempting="No value of the forward pass shows it.",
        functions=SEQUENCE_FORWARD,
        seen=4,
        wrong="for t in range(T_x):\n    a_next, cache = step(x[:, :, t], a_next)",
        right=(
            "for t in range(T_x):\n"
            "    a_next, cache = step(x[:, :, t], a_next)\n"
            "    caches.append(cache)"
        ),
        missing=lambda missing: isinstance(missing.first, ast.Expr) and missing.in_loop,
        statement=_is_lost,
    ),
    Fault(
        name="cache_overwritten",
        what="the list of caches is replaced instead of appended to",
        shows="The caches hold the last step only; the forward values are all right.",
        tempting="No value of the forward pass shows it.",
        functions=SEQUENCE_FORWARD,
        seen=5,
        wrong="for t in range(T_x):\n    caches = [cache]",
        right="for t in range(T_x):\n    caches.append(cache)",
        statement=_is_overwritten,
    ),
    Fault(
        name="cache_flattened",
        what="numpy's append takes the caches apart instead of adding one",
        shows="An exception about an inhomogeneous shape, or caches in pieces.",
        tempting="Arrays have no append, and np.append bears the right name.",
        functions=SEQUENCE_FORWARD,
        seen=7,
        wrong="for t in range(T_x):\n    caches = np.append(caches, cache)",
        right="for t in range(T_x):\n    caches.append(cache)",
        statement=_is_flattened,
    ),
    Fault(
        name="all_caches_for_one",
        what="the list of all caches is passed where one step's was meant",
        shows="An exception where the cache is unpacked, or gradients of the wrong step.",
        tempting="caches and cache: one letter.",
        functions=SEQUENCE_BACKWARD,
        seen=1,
        wrong="for t in reversed(range(T_x)):\n    step = backward(da_prevt, caches)",
        right="for t in reversed(range(T_x)):\n    step = backward(da_prevt, caches[t])",
        part=rule("A => A[I]", sequence=True, in_loop=True, I="[^,]*"),
        sentence="`{wrong}` is the list of all caches; that of one step, `{meant}`, was meant",
    ),
    Fault(
        name="cache_read_in_another_order",
        what="the cache is taken apart in another order than it was made",
        shows="Gradients are wrong though the equations are right.",
        tempting="Ten entries in a fixed order, most of the same shape.",
        functions=BACKWARD,
        wrong="c_next, a_next, xt = cache",
        right="a_next, c_next, xt = cache",
        statement=_is_read_in_another_order,
    ),
    Fault(
        name="cache_entries_exchanged",
        what="the cache holds values in the wrong places",
        shows="The forward values are right, and every gradient from them wrong.",
        tempting="Ten entries in a fixed order, most of the same shape.",
        functions=STEP,
        wrong="cache = (c_next, a_next, xt)",
        right="cache = (a_next, c_next, xt)",
        statement=_are_exchanged,
        part=_is_put_together_otherwise,
    ),
)
