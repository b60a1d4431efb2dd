"""A mistake is told in one sentence, with what the student wrote and what was meant."""

from __future__ import annotations

import ast

import pytest

from cellcheck.diagnosis.faults.fault import Fault
from cellcheck.diagnosis.faults.registry import fault_of, faults
from cellcheck.diagnosis.faults.wording import of_a_change


def said(wrong: str, meant: str, sequence: bool = False) -> str:
    (old,), (new,) = ast.parse(wrong).body, ast.parse(meant).body
    fault = fault_of(old, [new], sequence, in_loop=False)
    return of_a_change(fault, old, new, ast.unparse, ast.unparse, meant)


@pytest.mark.parametrize(
    ("wrong", "meant", "sentence"),
    [
        (
            "concat[n_a:, :] = n_x",
            "concat[n_a:, :] = xt",
            "`concat[n_a:, :]` is filled with the number `n_x`; the array `xt` was meant",
        ),
        (
            "ot = sigmoid(Wi @ z + bo)",
            "ot = sigmoid(Wo @ z + bo)",
            "`ot` is computed with `Wi`, the update gate's; `Wo`, the output gate's, was meant",
        ),
        (
            "c_next = it * c_prev + ft * cct",
            "c_next = ft * c_prev + it * cct",
            "`ft` and `it` stand in each other's place in `c_next = it * c_prev + ft * cct`",
        ),
        (
            "a = np.tanh(Wa @ x)",
            "a = np.tanh(Wa @ x + ba)",
            "`a` is computed as `Wa @ x`: the bias `ba` is missing",
        ),
        (
            "f, i = sigmoid(x), np.tanh(y)",
            "f, i = sigmoid(x), sigmoid(y)",
            "`i` is computed with `np.tanh(y)` where `sigmoid(y)` was meant",
        ),
        (
            "y[:, :, -1] = yt",
            "y[:, :, t] = yt",
            "`y[:, :, -1]` is the wrong entry or step; `y[:, :, t]` was meant",
        ),
        (
            "d = {'dWa': z @ a_next.T}",
            "d = {'dWa': z @ a_prev.T}",
            "`dWa` is computed with `a_next`, the state after the step; the one before it, "
            "`a_prev`, was meant",
        ),
        (
            "cells.append(hidden)",
            "cells.append(cell)",
            "what is appended to `cells` is computed with `hidden` where `cell` was meant",
        ),
        (
            "for g, d in zip(gates, (di, df)): pass",
            "for g, d in zip(gates, (df, di)): pass",
            "the loop runs over `zip(gates, (di, df))` where `zip(gates, (df, di))` was meant",
        ),
        (
            "for t in range(x.shape[1]): pass",
            "for t in range(x.shape[2]): pass",
            "the loop runs over `range(x.shape[1])`, which is not time; `range(x.shape[2])` "
            "was meant",
        ),
    ],
)
def test_a_sentence_says_what_is_done_and_what_was_meant(
    wrong: str, meant: str, sentence: str
) -> None:
    assert said(wrong, meant) == sentence


@pytest.mark.parametrize(
    "fault",
    [fault for fault in faults().values() if fault.sentence],
    ids=lambda fault: fault.name,
)
def test_every_sentence_shows_what_was_written(fault: Fault) -> None:
    assert "{wrong}" in fault.sentence
    assert "{meant}" in fault.sentence or "{rest}" in fault.sentence
