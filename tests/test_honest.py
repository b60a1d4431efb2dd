"""Every honest style of correct code passes, whatever the seed and the profile.

The plain tier takes every second one; all of them together cost a sixth of what it may.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cellcheck.engine import Settings, Status, Verdict, check

from .tiers import sampled

STYLES = sorted(path for path in (Path(__file__).parent / "correct").iterdir() if path.is_file())
QUICK = ("quick", 0)
MORE = [("default", 0), *(("quick", seed) for seed in range(1, 20))]
TRIED = [QUICK, *(pytest.param(*one, marks=pytest.mark.full) for one in MORE)]


def test_there_are_enough_styles() -> None:
    assert len(STYLES) >= 100


@pytest.mark.parametrize(("profile", "seed"), TRIED)
@pytest.mark.parametrize("path", sampled(STYLES, 2), ids=lambda path: path.name)
def test_an_honest_style_passes(path: Path, profile: str, seed: int) -> None:
    report = check(str(path), Settings(profile=profile, seed=seed))
    assert report.error is None
    judged = [f for f in report.functions if f.status is not Status.MISSING]
    assert judged
    assert [f.name for f in judged if f.status is not Status.PASSED] == []
    errored = [o for f in judged for o in f.outcomes if o.verdict is Verdict.ERRORED]
    assert errored == []
