"""Drawing the cases: one Hypothesis run for a family, whose cases all its laws share."""

from __future__ import annotations

from functools import cache

import hypothesis
from hypothesis import HealthCheck, Phase

from ..cells.spec import Family, RecurrentFamily
from ..strategies import Case, cases, seeded_case

PROFILES = {"quick": 30, "default": 100, "thorough": 1000}
"""How many cases each function is run on."""

LONG = 12
"""The steps and examples of the one case that is longer than any drawn: more than ten, which is
what people write who write a number.
"""


@cache
def draw(family: Family, profile: str, seed: int) -> tuple[Case, ...]:
    """The cases of a family: 30, 100 or 1000 in the profiles ``quick``, ``default``, ``thorough``.

    The last one of a cell has many steps and examples. They are the same for the same profile and
    seed, and are drawn once.
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
    if isinstance(family, RecurrentFamily):
        long = {symbol: LONG if symbol in ("m", "T_x") else 2 for symbol in family.cell.dimensions}
        drawn[-1] = seeded_case(family, long, seed)
    return tuple(drawn)
