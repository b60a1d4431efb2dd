"""A gradient check is only as good as the smallest fault it sees: each factor, off by 1e-6."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from cellcheck.cells import lstm, rnn
from cellcheck.cells.spec import CellSpec, concrete
from cellcheck.gradients import check_vjp

OFF = ast.parse("1 + 1e-6", mode="eval").body
DIMS = {"n_x": 3, "n_a": 4, "n_y": 2, "m": 2, "T_x": 3}
MODULES = {"rnn": rnn, "lstm": lstm}
BACKWARD = [
    (name, backward)
    for name, module in MODULES.items()
    for backward in ("step_backward", "sequence_backward")
    if getattr(module.CELL, backward)
]


def factors(tree: ast.AST) -> Iterator[tuple[ast.BinOp, str]]:
    """Every operand of a product or a matrix product: the node, and the side it is on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult):
            yield node, "left"
            yield node, "right"


def with_factor_off(module: Any, backward: str, number: int) -> tuple[str, dict[str, Any]]:
    """The module's names with one factor multiplied, and the factor as it was written."""
    name = getattr(module.CELL, backward).__name__
    tree = ast.parse(inspect.getsource(getattr(module, name)))
    node, side = list(factors(tree))[number]
    factor = getattr(node, side)
    setattr(node, side, ast.BinOp(factor, ast.Mult(), OFF))
    names = dict(vars(module))
    exec(compile(ast.fix_missing_locations(tree), f"<{name}>", "exec"), names)
    return ast.unparse(factor), names


def count(module: Any, backward: str) -> int:
    source = inspect.getsource(getattr(module.CELL, backward))
    return len(list(factors(ast.parse(source))))


def functions(cell: CellSpec, backward: str) -> tuple[Callable[..., Any], Any, dict[str, Any]]:
    """The forward function's states, a maker of the backward function, and inputs of scale 1."""
    spec = cell.family.functions[getattr(cell, backward).__name__]
    forward = cell.family.functions[spec.forward]
    reference = cell.family.reference[forward.name]
    random = np.random.default_rng(2)
    shapes = {n: cell.shapes[n] for n in spec.gradients.values()}
    inputs = {n: random.standard_normal(concrete(s, DIMS)) for n, s in shapes.items()}
    rest = {
        n: random.standard_normal(concrete(s, DIMS))
        for n, s in cell.all_parameters.items()
        if n not in inputs
    }
    upstream = [n.removeprefix("d") for n in spec.takes if not n.startswith("cache")]
    places = [forward.returns.index(name) for name in upstream]

    def called(given: dict[str, Any]) -> Any:
        arguments = {n: given[n] for n in forward.takes if n in given}
        parameters = rest | {n: x for n, x in given.items() if n not in arguments}
        return reference(**arguments, parameters=parameters)

    def f(**given: Any) -> Any:
        result = called(given)
        return tuple(result[place] for place in places)

    def backward_of(function: Callable[..., Any]) -> Callable[..., Any]:
        def vjp(cotangents: Any, **given: Any) -> dict[str, Any]:
            gradients = function(*cotangents, called(given)[-1])
            return {spec.gradients[name]: value for name, value in gradients.items()}

        return vjp

    return f, backward_of, inputs


@pytest.mark.parametrize(("cell", "backward"), BACKWARD)
def test_the_functions_as_they_are_hold(cell: str, backward: str) -> None:
    f, backward_of, inputs = functions(MODULES[cell].CELL, backward)
    right = backward_of(getattr(MODULES[cell].CELL, backward))
    assert check_vjp(f, right, inputs).verdict == "held"
    assert check_vjp(f, right, inputs, reference=right).verdict == "held"


@pytest.mark.parametrize(
    ("cell", "backward", "number"),
    [
        pytest.param(*which, n, marks=pytest.mark.full if n % 7 else ())
        for which in BACKWARD
        for n in range(count(MODULES[which[0]], which[1]))
    ],
)
def test_each_factor_off_by_a_millionth_is_caught(cell: str, backward: str, number: int) -> None:
    module = MODULES[cell]
    f, backward_of, inputs = functions(module.CELL, backward)
    right = getattr(module.CELL, backward)
    factor, names = with_factor_off(module, backward, number)
    wrong = backward_of(names[right.__name__])
    assert check_vjp(f, wrong, inputs).verdict == "failed", factor
    assert check_vjp(f, wrong, inputs, reference=backward_of(right)).verdict == "failed", factor


@pytest.mark.parametrize("cell", MODULES)
@pytest.mark.full
def test_a_factor_off_in_the_step_is_caught_in_the_sequence(cell: str) -> None:
    module = MODULES[cell]
    f, backward_of, inputs = functions(module.CELL, "sequence_backward")
    through_time = module.CELL.sequence_backward
    for number in range(count(module, "step_backward")):
        factor, names = with_factor_off(module, "step_backward", number)
        exec(compile(inspect.getsource(through_time), "<through time>", "exec"), names)
        wrong = backward_of(names[through_time.__name__])
        assert check_vjp(f, wrong, inputs).verdict == "failed", factor
