"""Shapes and types: what comes back has the form that the contract names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..cells.spec import FunctionSpec, Role, concrete
from ..strategies.case import Case
from ..subject.compare import entry, number, wrong_shape
from ..subject.errors import Crash, Violation
from ..subject.message import Message, Name, listed
from ..subject.subject import Subject, flat
from .law import law

ORDER = 1


@law(*Role)
def it_returns_the_results_of_the_contract(subject: Subject, case: Case) -> None:
    """On every input of the contract's shapes the function comes to its end, and returns every
    result that the contract names: all states, predictions and a cache, or one gradient for each
    input and parameter.

    A caller unpacks the results by place or by key; whichever is not there stops the caller.

    A name that is undefined or assigned too late; a dimension written as a number; a
    concatenation without its tuple; a key left out of the dict of gradients.
    """
    try:
        returned = subject.run(case).values
    except Crash as crash:
        check = "runs" if crash.error else "form"
        raise Violation(crash.message, check=check) from crash
    results = subject.functions.results(subject.function)
    arrays = flat(returned)
    for name in shapes_of_results(subject.function, case):
        whole = name.partition("[")[0]
        if whole in results and arrays.get(name) is None:
            what = "is not an array" if isinstance(returned.get(name), Mapping) else "is missing"
            message = Message("the result ", Name(name), f" {what}")
            raise Violation(message, check="present", tensor=name)


@law(*Role)
def results_have_the_shapes_of_the_contract(subject: Subject, case: Case) -> None:
    """Every result has the shape that the contract gives it; a gradient has its input's shape.

    Numpy broadcasts silently: a bias gradient of shape (n_a,) or a state of shape (n_a, 1) is
    accepted by the next line and gives wrong numbers there.

    ``keepdims`` lost in a sum; a missing transpose; a sum over the wrong axis; ``n_x`` taken for
    ``n_a``.
    """
    found = flat(subject.run(case).values)
    for name, shape in shapes_of_results(subject.function, case).items():
        value = found.get(name)
        if isinstance(value, np.ndarray | np.generic | float | int) and np.shape(value) != shape:
            raise Violation(
                wrong_shape(name, np.shape(value), shape),
                check="shape",
                tensor=name,
                expected=shape,
                found=np.shape(value),
            )


@law(*Role)
def results_are_finite_floating_point_arrays(subject: Subject, case: Case) -> None:
    """Every result is a numpy array of floating-point numbers, none of them infinite or NaN.

    The inputs are finite and of ordinary size, and every equation is finite there.

    An array made of integers, which cuts off what is stored into it; a logarithm or a division by
    zero; an array of objects made from a list of unequal parts.
    """
    for name, value in flat(subject.run(case).values).items():
        if not isinstance(value, np.ndarray) or not np.issubdtype(value.dtype, np.floating):
            kind = _kind(value)
            raise Violation(
                Message(Name(name), f" should be an array of floating-point numbers and is {kind}"),
                check="floating",
                tensor=name,
                found=kind,
            )
        if not np.isfinite(value).all():
            index = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
            raise Violation(
                Message(entry(name, index), f" should be finite and is {number(value[index])}"),
                check="finite",
                tensor=name,
                found=value,
            )


@law(Role.STEP, Role.SEQUENCE, level="advice", every=50, consequence=False)
def results_come_in_the_order_of_the_contract(subject: Subject, case: Case) -> None:
    """Results are returned in the contract's order.

    A caller that follows the contract unpacks by place and would take one for the other. Inside
    one file another order does no harm, so this is advice.

    The prediction returned first; the cell state returned before the hidden state.
    """
    found = subject.functions.order(subject.function)
    wanted = tuple(n for n in subject.functions.results(subject.function) if n in found)
    if found != wanted:
        raise Violation(
            Message(
                "results come in the order ",
                listed(found),
                "; the contract's is ",
                listed(wanted),
            ),
            check="order",
            expected=wanted,
            found=found,
        )


@law(*Role, level="advice", every=50, consequence=False)
def it_is_written_as_the_contract_has_it(subject: Subject, case: Case) -> None:
    """What bears the contract's name takes and returns what the contract says, in its layout.

    Code that is written otherwise throughout is right, and is read as it is written, so this is
    advice: a grader that calls it by the contract would not read it.

    Time first; ``[xt; a_prev]`` for ``[a_prev; xt]``; no prediction; gradients as a tuple; a
    softmax for one column alone.
    """
    if departures := subject.functions.departures(subject.function):
        raise Violation("; ".join(departures), check="order")


def shapes_of_results(function: FunctionSpec, case: Case) -> dict[str, tuple[int, ...]]:
    """The shape in numbers of every result, entries of dicts included."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name in function.returns:
        symbolic: Any = function.shapes.get(name)
        if symbolic is None:
            prefix = "d" if function.role is Role.INITIALISER else ""
            source = case.shapes["parameters" if prefix else name]
            symbolic = {f"{prefix}{key}": shape for key, shape in source.items()}
        if isinstance(symbolic, Mapping):
            shapes |= {f"{name}[{k!r}]": concrete(s, case.dims) for k, s in symbolic.items()}
        else:
            shapes[name] = concrete(symbolic, case.dims)
    return shapes


def _kind(value: object) -> str:
    """What a value is that is no array of floating-point numbers, in words."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    name = type(value).__name__
    return f"{'an' if name.startswith(tuple('aeiouAEIOU')) else 'a'} {name}"
