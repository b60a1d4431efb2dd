"""Drawing the cases: one Hypothesis run for a family, whose cases all its laws share."""

from __future__ import annotations

from functools import cache

import hypothesis
from hypothesis import HealthCheck, Phase

from ..cells.spec import Family
from ..strategies import Case, cases

PROFILES = {"quick": 30, "default": 100, "thorough": 1000}
"""How many cases each function is run on."""


@cache
def draw(family: Family, profile: str, seed: int) -> tuple[Case, ...]:
    """The cases of a family: 30, 100 or 1000 in the profiles ``quick``, ``default``, ``thorough``.

    They are the same for the same profile and seed, and are drawn once.
    """
    drawn: list[Case] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=PROFILES[profile],
        phases=[Phase.generate],  # a failing case is made smaller by `strategies.smallest`
        database=None,
        derandomize=False,  # the seed decides, whatever profile is in force
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(cases(family))
    def collect(case: Case) -> None:
        drawn.append(case)

    collect()
    return tuple(drawn)
