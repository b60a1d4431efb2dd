"""Which parameters of a test are tried in the plain tier, and which with ``--full`` only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(values: Iterable[Any], every: int) -> list[Any]:
    """The values as parameters of a test: one of every so many is tried in the plain tier."""
    return [
        pytest.param(value, marks=pytest.mark.full if number % every else ())
        for number, value in enumerate(values)
    ]
