"""What the checks for frameworks share, and what is said where one is not installed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from cellcheck.frameworks import missing
from cellcheck.frameworks.formats import BFLOAT16, FLOAT32, require_near
from cellcheck.pairs.errors import Broken


@pytest.mark.full
def test_the_package_imports_no_framework() -> None:
    code = "import cellcheck, sys; cellcheck.check_pair; print({'torch', 'jax'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_a_framework_that_is_missing_costs_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"cellcheck\.torch needs torch.*cellcheck\[torch\]"):
        missing.required("torch")


RIGHT = {"x": np.array([1.0, -2.0, 0.5])}


def rounded(bits: int) -> dict[str, np.ndarray]:
    return {"x": RIGHT["x"] * (1 + 2.0**-bits)}


def test_a_format_may_round() -> None:
    require_near(RIGHT, {FLOAT32: rounded(23), BFLOAT16: rounded(8)})


@pytest.mark.parametrize(("single", "half"), [(12, 8), (23, 0)])
def test_a_format_may_not_do_more(single: int, half: int) -> None:
    with pytest.raises(Broken, match="more than the format rounds"):
        require_near(RIGHT, {FLOAT32: rounded(single), BFLOAT16: rounded(half)})


def test_what_is_not_finite_says_nothing() -> None:
    require_near(RIGHT, {BFLOAT16: {"x": np.array([np.inf, 0.0, 0.0])}})
