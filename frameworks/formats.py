"""How far gradients in a coarser number format may be from those in float64.

A rounding error is proportional to the unit of the format. So the error in one format tells how
large that in another may be (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. 2002,
sections 2.2 and 26.1); besides, some roundings of the size of the largest entry are allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..gradients.bounds import GROWTH, ROUNDINGS
from ..pairs.cases import Array
from ..pairs.errors import Broken, Misuse, raised


@dataclass(frozen=True)
class Format:
    """A format of floating-point numbers, and its rounding unit."""

    name: str
    unit: float


FLOAT64 = Format("float64", 2.0**-53)
FLOAT32 = Format("float32", 2.0**-24)
BFLOAT16 = Format("bfloat16", 2.0**-9)

COARSER = (FLOAT32, BFLOAT16)
"""Those in which gradients are held against float64's: each bounds the other's error."""

Found = Mapping[str, Array]
"""Gradients by input name."""


def in_each(
    gradients: Callable[[Format], Found], tell: Callable[[str], None]
) -> dict[Format, Found]:
    """The gradients in each coarser format that the code takes; why not is told of the others."""
    found = {}
    for form in COARSER:
        try:
            found[form] = gradients(form)
        except Misuse:
            raise
        except Exception as error:  # whatever the code raises
            tell(f"not judged in {form.name}, where it raises {raised(error)[:80]}")
    return found


def require_near(exact: Found, found: Mapping[Format, Found]) -> None:
    """Raises `Broken` on the first gradient that is further from the exact one than its format
    explains. ``found`` has those in each format; one that is not finite says nothing.
    """
    for form, gradients in found.items():
        other = next((one for one in found if one is not form), None)
        for name, right in exact.items():
            bound = np.full(right.shape, ROUNDINGS * form.unit * np.max(np.abs(right), initial=0))
            if other is not None:
                error = np.abs(found[other][name] - right)
                bound = bound + GROWTH * form.unit / other.unit * np.nan_to_num(error, nan=np.inf)
            over = np.abs(gradients[name] - right) - bound
            if right.size and np.isfinite(gradients[name]).all() and np.max(over) > 0:
                index = tuple(int(i) for i in np.unravel_index(np.argmax(over), right.shape))
                raise Broken(
                    f"in {form.name} the gradient by {name}{[*index] if index else ''} is "
                    f"{gradients[name][index]:.4g}, and {right[index]:.4g} in float64: they differ "
                    f"by more than the format rounds",
                    name,
                )
