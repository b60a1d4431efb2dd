"""What the gradient benchmark measures of each tool: times, false alarms and faults found."""

from __future__ import annotations

import math
import signal
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from statistics import median

import numpy as np
from _gradient_cells import Case, Size, drawn, stored
from _gradient_faults import FAULTS
from _gradient_tools import TOOLS, Tool, of_passes

SIZES = (
    Size(3, 5, 2),
    Size(8, 16, 4),
    Size(32, 64, 16),
    Size(8, 16, 4, steps=5),
    Size(8, 16, 4, steps=50),
)
REPEATS = 15
LIMIT = 60.0
"""Seconds of the processor's time after which a check is broken off."""

SLOW = 1.0
"""Seconds from which on a check is not repeated."""

TOGETHER = 0.2
"""Seconds of checks that are timed together: some clocks of the processor's time are coarse."""

SCALES = (1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, None)
CASES = 300
DRAWS = 20

PASSES: dict[str, Callable[[Case], Case]] = {"as it is": lambda case: case, "stored": stored}
"""The two styles of the code under test, in each of which one forward and backward is timed."""

Results = list[dict[str, object]]


class OutOfTime(BaseException):
    """Above every `Exception`, so that no tool takes it for a fault of the function."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    def end(number: int, frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def quiet() -> Iterator[None]:
    """Without warnings: saturated gates overflow, and numdifftools tells of its steps."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


# Times


def times(quick: bool) -> Results:
    """The median milliseconds of each tool at each size; nothing where it took too long."""
    found: Results = []
    for size in SIZES[:1] if quick else SIZES:
        case = drawn(size, 1.0, seed=0)
        taken = taken_in_turn(case, 3 if quick else REPEATS)
        row = {
            tool: {"ms": round(1000 * median(runs), 4) if runs else None, "runs": len(runs)}
            for tool, runs in taken.items()
        }
        passes = {style: row.pop(style)["ms"] for style in PASSES}
        found.append({"size": str(size), "passes": passes, "tools": row})
        for tool, told in row.items():
            print(f"{size}: {tool}: {told['ms'] or f'> {1000 * LIMIT:.0f}'} ms", flush=True)
    return found


def taken_in_turn(case: Case, repeats: int) -> dict[str, list[float]]:
    """The seconds of each tool, several times; none where the first run was broken off."""
    checks: dict[str, Callable[[], object]] = {tool.name: tool.prepared(case) for tool in TOOLS}
    checks |= {style: of_passes(written(case)) for style, written in PASSES.items()}
    first = {name: warm_seconds(check) for name, check in checks.items()}
    taken = {name: [s] if SLOW <= s < math.inf else [] for name, s in first.items()}
    for _ in range(repeats):
        for name, check in checks.items():
            if first[name] < SLOW:
                taken[name].append(seconds(check, math.ceil(TOGETHER / max(first[name], 1e-3))))
    return taken


def warm_seconds(check: Callable[[], object]) -> float:
    """How long a check takes, not counting a first run that may have to compile something."""
    first = seconds(check)
    return first if first > LIMIT / 4 else seconds(check)


def seconds(check: Callable[[], object], runs: int = 1) -> float:
    """The processor's time for a check; infinite where it is broken off.

    On one thread that is the time it takes on a machine that does nothing else.
    """
    with quiet():
        started = time.process_time()
        try:
            with limited(LIMIT):
                for _ in range(runs):
                    check()
        except OutOfTime:
            return math.inf
        return (time.process_time() - started) / runs


# Verdicts


def judged(tool: Tool, case: Case) -> str:
    """The tool's verdict; a check that is broken off is undecided."""
    with quiet():
        try:
            with limited(LIMIT):
                return tool.prepared(case)()
        except OutOfTime:
            return "undecided"


def false_alarms(quick: bool) -> Results:
    """How often each tool fails, or cannot judge, a right backward function."""
    found: Results = []
    for kind, scale in product(("cell", "sequence"), SCALES):
        row = {}
        for tool in TOOLS:
            number = max(1, int(tool.part * (4 if quick else CASES)))
            cases = (random_size_drawn(kind, scale, seed) for seed in range(number))
            row[tool.name] = counted(Counter(judged(tool, case) for case in cases))
            told = "{failed} failed, {undecided} undecided, of {of}".format(**row[tool.name])
            print(f"right {kind} x {scale or 'mixed'}: {tool.name}: {told}", flush=True)
        found.append({"kind": kind, "scale": scale, "tools": row})
    return found


def random_size_drawn(kind: str, scale: float | None, seed: int) -> Case:
    random = np.random.default_rng(seed)
    n_x, n_a, m, steps = (int(n) for n in random.integers(1, (4, 6, 4, 5)))
    return drawn(Size(n_x, n_a, m, steps if kind == "sequence" else None), scale, seed)


def detection(quick: bool) -> Results:
    """How often each tool fails a planted fault and holds the right backward function there."""
    found: Results = []
    right = cache(lambda tool, size, scale, seed: judged(tool, drawn(size, scale, seed)))
    for scale, fault in product((1.0, 1e-3), FAULTS):
        row = {}
        for tool in TOOLS:
            verdicts: Counter[str] = Counter()
            for seed in range(max(1, int(tool.part * (2 if quick else DRAWS)))):
                told = judged(tool, fault.planted(drawn(fault.size, scale, seed)))
                fooled = told == "failed" == right(tool, fault.size, scale, seed)
                verdicts["failed either way" if fooled else told] += 1
            row[tool.name] = counted(verdicts)
            found_of = "{failed} found of {of}".format(**row[tool.name])
            print(f"{fault.title} x {scale}: {tool.name}: {found_of}", flush=True)
        kind = "sequence" if fault.size.steps else "cell"
        found.append({"fault": fault.title, "kind": kind, "scale": scale, "tools": row})
    return found


def counted(verdicts: Counter[str]) -> dict[str, int]:
    failed, undecided = verdicts["failed"], verdicts["undecided"]
    return {"failed": failed, "undecided": undecided, "of": verdicts.total()}
