"""What may be asked how a pair that failed is mended: declared here, known above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .cases import Drawing
from .laws import Reference
from .protocol import Pair
from .trial import Trial


@dataclass(frozen=True)
class Failure:
    """A pair that failed, and the failing trials, the small one last.

    ``holds`` tells whether a changed pair is right on every case that is judged; ``reference``
    gives what is right, of a function that only gives a value.
    """

    pair: Pair
    drawing: Drawing
    examples: str | None
    trials: tuple[Trial, ...]
    holds: Callable[[Pair], bool]
    reference: Reference | None = None


@dataclass(frozen=True)
class Correction:
    """The line in the file of the first statement to be changed, its text, and what was meant."""

    line: int | None
    source: str
    suggestion: str


class Mender(Protocol):
    """Finds what should be changed, a correction for each statement; none where it is not known."""

    def __call__(self, failure: Failure) -> list[Correction]:
        """The corrections, with which all is right."""


_menders: list[Mender] = []


def install(mender: Mender) -> None:
    """Makes known what is asked from now on."""
    _menders[:] = [mender]


def corrections(failure: Failure) -> list[Correction]:
    """What the mender says, if there is one."""
    return [one for mender in _menders for one in mender(failure)]
