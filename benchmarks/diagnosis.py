"""How many planted faults are told with the right line and the right correction, and how fast.

python benchmarks/diagnosis.py [faults|pairs] [EVERY]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Check, FunctionReport, Settings, Status, check
from cellcheck.tests.planted import FAULTS, Fault, plant
from cellcheck.tests.planted.truth import corrected, lines_of, pairs, touches, whole_correct

NAMES = ("undefined_name", "unassigned_name", "notebook_variable")
"""Mistakes that are told where the name is read, which may be far from what is left out."""

DIAGNOSED: list[float] = []


def timed(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
    started = time.perf_counter()
    reports = diagnose(done, reports)
    DIAGNOSED.append(time.perf_counter() - started)
    return reports


def verdict(fault: Fault, source: str, folder: Path, all_places: bool = False) -> str:
    """What was said of a fault: silent, right or wrong in line and correction.

    Of a pair ``all_places`` must be told; one fault may be corrected at some of its places.
    """
    path = folder / "faulty.py"
    path.write_text(source, encoding="utf-8")
    report = check(str(path), Settings(functions=(fault.function,)), None, timed)
    (function,) = (f for f in report.functions if f.name == fault.function)
    told = [one for one in function.diagnosis if one.line is not None]
    if not told:
        return "silent"
    places = lines_of(source, whole_correct(fault))
    lines = set().union(*places)
    if not all(one.fault in NAMES or touches(one, lines) for one in told):
        return "wrong line"
    every = all(any(touches(one, place) for one in told) for place in places)
    if not all(one.suggestion for one in told):
        return "line only"
    path.write_text(corrected(source, told), encoding="utf-8")
    again = check(str(path), Settings(functions=(fault.function,)))
    passed = again.error is None and all(
        f.status is Status.PASSED for f in again.functions if f.name == fault.function
    )
    if passed:
        return "line and correction" if every or not all_places else "correction of both at one"
    return "wrong correction" if every or not all_places else "one of two"


def main() -> None:
    """Prints a line for each fault that is not wholly told, and the figures."""
    what = sys.argv[1] if len(sys.argv) > 1 else "faults"
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    faults = [(f, plant(f)) for f in FAULTS] if what == "faults" else list(pairs(FAULTS))
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for fault, source in faults[::every]:
            said = verdict(fault, source, Path(folder), what == "pairs")
            counted[said] += 1
            if said != "line and correction":
                print(f"{said:22} {fault.name}", flush=True)
    total = sum(counted.values())
    for said, count in counted.most_common():
        print(f"{count:5} of {total}  {said}")
    print(f"seconds added: median {statistics.median(DIAGNOSED):.2f}, most {max(DIAGNOSED):.2f}")


if __name__ == "__main__":
    main()
