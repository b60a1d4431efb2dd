"""What a busy machine changes: nothing, is the aim.

python benchmarks/busy.py [--loops N] FILE...

Checks each file as it is, and beside N processes that do nothing but compute (24, if nothing is
said), in this process and behind walls. Prints the places of the reports, as JSON, that differ; the
seconds that a check took are left out. Ends with status 1 if there are such.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, check
from cellcheck.engine.isolated import Isolated
from cellcheck.reports import renderer

LOOPS = 24


@contextlib.contextmanager
def busy(loops: int) -> Iterator[None]:
    """So many processes that compute all the time."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(loops)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def report(path: str, *, walls: bool) -> Any:
    """The report of a file, as JSON has it."""
    settings, out = Settings(), io.StringIO()
    if walls:
        with Isolated() as isolated:
            found = isolated.check(path, settings, diagnose=diagnose)
    else:
        found = check(path, settings, diagnose=diagnose)
    renderer("json")([replace(found, seconds=0.0)], settings, out)
    return json.loads(out.getvalue())


def differing(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """The places in which two reports differ, with both values."""
    if type(one) is type(other) is dict and one.keys() == other.keys():
        for key in one:
            yield from differing(one[key], other[key], f"{place}/{key}")
    elif type(one) is type(other) is list and len(one) == len(other):
        for number, both in enumerate(zip(one, other, strict=True)):
            yield from differing(*both, f"{place}/{number}")
    elif one != other:
        yield f"{place}: {one!r}, and busy {other!r}"


def main() -> int:
    """Checks the files that are named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--loops", type=int, default=LOOPS)
    options = parser.parse_args()
    changed = 0
    for path in options.files:
        for walls in (False, True):
            before = report(path, walls=walls)
            with busy(options.loops):
                after = report(path, walls=walls)
            found = [*differing(before, after)]
            changed += len(found)
            where = "behind walls" if walls else "in this process"
            print(f"{path}, {where}: {len(found)} differences", *found, sep="\n  ", flush=True)
    return int(changed > 0)


if __name__ == "__main__":
    sys.exit(main())
