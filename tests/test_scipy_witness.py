"""scipy as a witness that shares no code with cellcheck: activations, gradients and derivatives.

The drawn cases are as many as the profile says, a thousand in ``thorough``.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from scipy import special
from scipy.optimize._numdiff import approx_derivative

from cellcheck.cells import families
from cellcheck.cells.helpers import sigmoid, softmax
from cellcheck.gradients import numerical_jacobian
from cellcheck.strategies import Case, cases

from .planted.fault import CORRECT
from .test_factors import BACKWARD, MODULES, functions


@given(cases(families()["helpers"]))
def test_the_activations_are_scipy_s(case: Case) -> None:
    x = case.tensors["x"]
    np.testing.assert_allclose(sigmoid(x), special.expit(x), rtol=1e-14)
    np.testing.assert_allclose(softmax(x), special.softmax(x, axis=0), rtol=1e-13)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.longdouble])
def test_the_logistic_function_keeps_its_kind_to_the_ends_of_its_range(kind: Any) -> None:
    x = np.concatenate([np.linspace(-40, 40, 201), [-1e4, 1e4, -np.inf, np.inf]]).astype(kind)
    ours = sigmoid(x)
    assert ours.dtype == kind
    np.testing.assert_allclose(ours, special.expit(x), rtol=8 * float(np.finfo(kind).eps))


@pytest.mark.parametrize(("cell", "backward"), BACKWARD)
def test_the_gradients_of_the_cells_are_scipy_s(cell: str, backward: str) -> None:
    f, backward_of, inputs = functions(MODULES[cell].CELL, backward)
    vjp = backward_of(getattr(MODULES[cell].CELL, backward))
    random = np.random.default_rng(0)
    cotangents = tuple(random.standard_normal(np.shape(result)) for result in f(**inputs))
    for name, gradient in vjp(cotangents, **inputs).items():

        def contracted(entries: Any, name: str = name) -> float:
            results = f(**inputs | {name: entries.reshape(inputs[name].shape)})
            return sum(float(np.sum(c * r)) for c, r in zip(cotangents, results, strict=True))

        derivative = approx_derivative(contracted, inputs[name].ravel(), method="3-point")
        np.testing.assert_allclose(gradient.ravel(), derivative.ravel(), rtol=1e-7, atol=1e-8)


def test_the_numerical_jacobian_is_scipy_s() -> None:
    x = np.array([0.3, -0.2, 1.0])
    ours = numerical_jacobian(special.softmax, {"x": x})["x"]
    np.testing.assert_allclose(ours, approx_derivative(special.softmax, x), rtol=1e-7, atol=1e-9)


@pytest.mark.full
def test_a_check_does_without_scipy() -> None:
    """What scipy takes to import is more than a check takes."""
    file = str(CORRECT / "style_a.py")
    arguments = ["check", file, "--function", "lstm_backward", "--profile", "quick"]
    code = (
        "import sys\n"
        "from cellcheck.cli import cli\n"
        "try:\n"
        f"    cli({arguments!r})\n"
        "finally:\n"
        "    print(*sorted(name for name in sys.modules if name.startswith('scipy')))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == ""
