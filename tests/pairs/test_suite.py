"""`pair_test` under pytest: a test a law, with its name, on one worker as on two."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cellcheck
from cellcheck.pairs.laws import LAWS

from .layers_dense import affine_backward, affine_forward
from .test_forms import SHAPES

test_affine = cellcheck.pair_test(affine_forward, affine_backward, SHAPES, examples="N", cases=4)

WRONG = """
import cellcheck

def forward(x, w):
    return x @ w, (x, w)

def backward(dout, cache):
    x, w = cache
    dw = 2 * x.T @ dout
    dx = dout @ w.T
    return dx, dw

def flat(dout, cache):
    return backward(dout, cache)[0]

test_wrong = cellcheck.pair_test(forward, backward, {"x": "N D", "w": "D M"}, cases=3)
test_flat = cellcheck.pair_test(forward, flat, {"x": "N D", "w": "D M"}, cases=3)
"""


@pytest.mark.full
@pytest.mark.parametrize("workers", [0, 2])
def test_a_broken_law_fails_its_test(tmp_path: Path, workers: int) -> None:
    (tmp_path / "test_pair.py").write_text(WRONG, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-n", str(workers)] if workers else []
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "FAILED test_pair.py::test_wrong[gradients_are_the_derivative]" in run.stdout
    assert "failed: backward, line 9 of test_pair.py" in run.stdout
    assert "dw = 2 * x.T @ dout" in run.stdout
    assert "FAILED test_pair.py::test_flat[gradients_have_the_shapes_of_the_inputs]" in run.stdout
    count = len(LAWS) - 2  # all but that of examples, which are not named, and the one that fails
    assert f"2 failed, {count} passed, {count} skipped" in run.stdout


def test_a_bad_declaration_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="b has none; give its shape"):
        cellcheck.pair_test(affine_forward, affine_backward, {"x": "N D", "w": "D M"})
