"""What a person is told of one form of code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """One way of writing a cell down: what it is, a short correct ``example``, which ``variants``
    of it are read, and what is ``not_read``; each of these a sentence without its full stop.
    """

    name: str
    order: int
    what: str
    example: str
    variants: tuple[str, ...]
    not_read: tuple[str, ...]
