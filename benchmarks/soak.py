"""Many submissions in a row in one process: what is left of them, and whether a verdict is wrong.

    python benchmarks/soak.py [--count 1000] [--every 100]

Of ten submissions three are correct, four have one planted mistake, and three are hostile (those of
`tests/hostile.py`). Prints, every so often, the memory, open files, child processes and temporary
files of this process, and every wrong verdict: a correct file that does not pass, a planted mistake
that is not found at its function, a hostile file whose report is not what the tests ask of it.
The aim: the last line as the one after the first hundred, and no wrong verdict.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--every", type=int, default=100)
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    from tests.soak import Soak

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        with Soak(Path(folder, "submission.py")) as soak:
            for number in range(options.count):
                wrong = soak.one(number)
                if wrong:
                    print(f"{number}: {wrong}", flush=True)
                if (number + 1) % options.every == 0:
                    gc.collect()
                    print(
                        f"{number + 1:>5} {left(Path(folder))} {time.monotonic() - started:6.0f} s",
                        flush=True,
                    )
            print(f"{soak.counts}, {soak.wrong} wrong verdicts")


def left(folder: Path) -> str:
    """What there is of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    files = len(os.listdir("/proc/self/fd"))
    children = len(Path("/proc/self/task", str(os.getpid()), "children").read_text().split())
    kept = sum(1 for _ in everything(folder))
    return (
        f"{pages * os.sysconf('SC_PAGE_SIZE') / 2**20:7.1f} MB {files:4} open files "
        f"{children:3} children {kept:4} temporary files"
    )


def everything(folder: Path) -> Iterator[Path]:
    return folder.rglob("*")


if __name__ == "__main__":
    main()
