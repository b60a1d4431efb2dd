"""Which entries of an input lie on a kink, where the slopes to both sides differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .finite_differences import Array, bent
from .witness import Witness

WIDEST = 2.0**-10
"""The largest step that looks for a kink; two smaller ones follow."""

PROBES = 64
"""How many groups of entries are looked at for one."""


@dataclass(frozen=True)
class Kinks:
    """The entries on a kink, and a sentence that names them."""

    mask: Array
    sentence: str


def kinks(witness: Witness, name: str, by: Array, start: Array) -> Kinks | None:
    """The entries of an input that lie on a kink; nothing where none does, or too many to find.

    ``by`` is a direction through all of them, ``start`` the vector of all inputs.
    """

    def kinked(mask: Array) -> bool:
        return _kinked(witness, witness.layout.alone(name, np.where(mask, by, 0.0)))

    everywhere = np.ones(by.shape, bool)
    if not kinked(everywhere):
        return None
    x = witness.layout.part(start, name)
    likely = _likely(x)
    found: Array | None = None
    if likely.any() and not kinked(~likely):
        found = _among(kinked, likely)
        found = likely if found is None else found
    else:
        found = _among(kinked, everywhere)
    return None if found is None else Kinks(found, _sentence(name, found, x))


def _kinked(witness: Witness, direction: Array) -> bool:
    if not direction.any():
        return False
    steps = [WIDEST / 16**level for level in range(3)]
    with np.errstate(all="ignore"):
        bends = [abs(sum(witness.both(direction, h)) - 2 * witness.centre) / h for h in steps]
    return all(
        bent(near, wide, witness.noise / h)
        for wide, near, h in zip(bends, bends[1:], steps[1:], strict=False)
    )


def _likely(x: Array) -> Array:
    """Where kinks are in practice: at zero, and where two entries are equal."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    return np.asarray((x == 0) | (counts[inverse].reshape(x.shape) > 1))


def _among(kinked: Callable[[Array], bool], mask: Array) -> Array | None:
    """The entries on a kink among some, by halves; nothing where the probes run out."""
    found = np.zeros(mask.shape, bool)
    groups, probes = [np.flatnonzero(mask)], 0
    while groups:
        places = groups.pop()
        probes += 1
        if probes > PROBES:
            return None
        group = np.zeros(mask.shape, bool)
        group.flat[places] = True
        if not kinked(group):
            continue
        if len(places) == 1:
            found |= group
        else:
            groups += [places[: len(places) // 2], places[len(places) // 2 :]]
    return found


def _sentence(name: str, found: Array, x: Array) -> str:
    places = np.argwhere(found)
    shown = [f"{name}[{', '.join(map(str, p))}]" if len(p) else name for p in places[:4].tolist()]
    more = f" and {len(places) - 4} more" if len(places) > 4 else ""
    verb = "lie" if len(places) > 1 else "lies"
    values = x[found]
    tie = values.size > 1 and np.all(values == values[0]) and values[0] != 0
    why = "; they tie, for they are equal" if tie else ""
    return f"{', '.join(shown)}{more} {verb} on a kink: the slopes to both sides differ{why}"
