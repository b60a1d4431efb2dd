"""How long ``cellcheck check`` takes on a complete, correct file.

    python benchmarks/check_time.py [FILE] [--repeats N]

Prints the cases that each function was run on, the median and the least seconds of the command
(default profile, output to a pipe) and of importing numpy and Hypothesis' numpy extra alone, and
the ratio of the two, which says little about the machine. Both are run in turn, so that whatever
else the machine does falls on both. The aim: a ratio of 4 at most, with at least 100 cases a
function.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

IMPORTS = [sys.executable, "-c", "import numpy, hypothesis.extra.numpy"]
CHECK = [sys.executable, "-m", "cellcheck", "check"]
NOT_USERS = ("OPENBLAS_CORETYPE", "PYTHONDONTWRITEBYTECODE")


def main() -> None:
    parser = argparse.ArgumentParser()
    default = Path(__file__).with_name("eight_functions.py")
    parser.add_argument("file", nargs="?", type=Path, default=default)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    file = str(options.file.resolve())

    cases = cases_of(file)
    for name, number in cases.items():
        print(f"{name:<28}{number:>6} cases")
    print()
    imports, checks = [], []
    for _ in range(options.repeats):
        imports.append(seconds(IMPORTS))
        checks.append(seconds([*CHECK, file]))
    for label, times in (("imports alone", imports), ("cellcheck check", checks)):
        print(f"{label:<20}median {median(times):.3f} s   least {min(times):.3f} s")
    ratios = [check / alone for check, alone in zip(checks, imports, strict=True)]
    print(
        f"{'ratio':<20}of medians {median(checks) / median(imports):.2f}   "
        f"of the least {min(checks) / min(imports):.2f}   median of pairs {median(ratios):.2f}"
    )
    print(f"{'aim':<20}at most 4, with at least 100 cases (here: {min(cases.values())})")


def cases_of(file: str) -> dict[str, int]:
    """The cases of each function; this first run also leaves compiled modules for the others."""
    report = json.loads(run([*CHECK, file, "--format", "json"]))
    functions = [f for f in report["submissions"][0]["functions"] if f["status"] != "missing"]
    faulty = [function["name"] for function in functions if function["status"] != "passed"]
    if faulty:
        sys.exit(f"{', '.join(faulty)} should pass: the time of a failure is another one.")
    return {function["name"]: function["cases"] for function in functions}


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    run(command)
    return time.perf_counter() - started


def run(command: list[str]) -> bytes:
    # What this shell asks of BLAS and of compiled modules is not what users have.
    environment = {name: value for name, value in os.environ.items() if name not in NOT_USERS}
    # Not in the current folder, whose modules `-m` would put first.
    with tempfile.TemporaryDirectory() as elsewhere:
        result = subprocess.run(command, stdout=subprocess.PIPE, env=environment, cwd=elsewhere)
    if result.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with exit status {result.returncode}.")
    return result.stdout


if __name__ == "__main__":
    main()
