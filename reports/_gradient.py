"""What the pictures of gradients say in words, on a terminal and in a file alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..engine.gradient import GradientCheck
    from ..engine.outcome import Compared


def verdict(found: GradientCheck) -> str:
    """One or two sentences: which gradients are wrong, and whether the function fails anyway."""
    name, wrong = found.report.name, found.wrong
    unknown = [tensor.called for tensor in found.tensors if not tensor.known]
    if wrong:
        names = ", ".join(tensor.called for tensor in wrong)
        number = f"{len(wrong)} of {len(found.tensors)} gradients"
        text = f"{name}: {number} {'differ' if len(wrong) > 1 else 'differs'}: {names}."
    elif found.report.status == "failed":
        text = (
            f"{name}: all {len(found.tensors)} gradients agree, but it fails the check otherwise."
        )
    else:
        text = f"{name}: all {len(found.tensors)} gradients agree."
    return f"{text} No derivative by: {', '.join(unknown)}." if unknown else text


def wrong_entries(tensor: Compared) -> str:
    """How much of a gradient is wrong."""
    size = tensor.numeric.size
    return f"is wrong in {'all' if tensor.wrong == size else f'{tensor.wrong} of'} {size} entries"


def worst_entry(tensor: Compared) -> str:
    """The entry that is off by most, beside its bound."""
    worst = tensor.worst
    return (
        f"{place(tensor)} should be {tensor.numeric[worst]:.6g} and is "
        f"{tensor.analytic[worst]:.6g}: off by {tensor.excess[worst]:.2g} times its bound, "
        f"{bound_at(tensor):.1g}"
    )


def place(tensor: Compared) -> str:
    """The worst entry as code: ``dWf[0, 3]``."""
    return f"{tensor.called}[{', '.join(map(str, tensor.worst))}]"


def shape(tensor: Compared) -> str:
    """``5 x 8``."""
    return " x ".join(map(str, tensor.numeric.shape))


def axes(tensor: Compared) -> str:
    """``n_a x (n_a + n_x)``."""
    return " x ".join(f"({axis})" if "+" in axis else axis for axis in tensor.axes)


def bound_at(tensor: Compared) -> float:
    """How far the worst entry may be off."""
    return float(tensor.bound[tensor.worst])


def error_at(tensor: Compared) -> float:
    """How far the worst entry is off."""
    return float(abs(tensor.analytic[tensor.worst] - tensor.numeric[tensor.worst]))


def grids(array: Any) -> list[Any]:
    """An array as matrices: one, or one for each step of a sequence."""
    if array.ndim == 3:
        return [array[:, :, step] for step in range(array.shape[2])]
    return [array.reshape(len(array), -1)]
