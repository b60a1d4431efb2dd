"""A class of 500: submissions a minute, memory, and whether a kill costs anything.

    python benchmarks/grading.py [--count 500] [--jobs 2] [--profile default] [--keep FOLDER]

Of ten submissions three are correct, four have one planted mistake, two are hostile (those of
`tests/hostile.py`, but those that act by chance, or by what is in memory and what is left of it and
the disk, whose reports cannot be the same twice), and one is junk: half a notebook, bytes, an
essay, a stub, nothing. They are graded once without an interruption; then, into another folder,
with a SIGKILL after a third of that time, and again with the same command; then, into a third one,
on a Dask cluster of three workers here, one of which is killed after a third of the time. Prints
submissions a minute, the peak of the memory of all processes together, and whether the folders hold
the same, but for the seconds that each took. The aim: the same; and memory that does not grow with
the class.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
GRADE = [sys.executable, "-m", "cellcheck", "grade"]

BY_CHANCE = (
    "disk", "hunts_for_the_answer", "large_file", "memory", "now_and_then", "right_now_and_then",
    "shared_memory",
)  # fmt: skip
JUNK = {
    "lstm.ipynb": b'{"cells": [{"cell_type": "code", "source": "def lstm_forw',
    "lstm.py": b"\x00\x01\x02",
    "essay.docx": b"PK\x03\x04",
    "stub.py": b"def lstm_forward(x, a0, parameters):\n    pass\n",
    "empty.py": b"",
    "broken.zip": b"PK\x05\x06",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--profile", default="default")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tests.graded import outcome

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        source, whole, again, spread = (
            folder / name for name in ("handed_in", "whole", "again", "spread")
        )
        different = write_class(source, options.count)
        print(f"{options.count} submissions, {different} of them unlike any other")
        common = [*GRADE, str(source), "--profile", options.profile]
        here = [*common, "--jobs", str(options.jobs)]
        seconds, peak = run([*here, "--output", str(whole)])
        third = seconds / 3
        print(f"uninterrupted   {speed(options.count, seconds)}   {megabytes(peak)}", flush=True)
        seconds, peak = run([*here, "--output", str(again)], third, subprocess.Popen.kill)
        print(f"until the kill  {seconds:6.0f} s   {megabytes(peak)}", flush=True)
        seconds, peak = run([*here, "--output", str(again)])
        print(f"the rest of it  {seconds:6.0f} s   {megabytes(peak)}", flush=True)
        print(compared(outcome(whole), outcome(again)), flush=True)
        with cluster() as three:
            command = [*common, "--cluster", three.scheduler_address, "--output", str(spread)]
            worker = three.workers[0].pid
            seconds, peak = run(command, third, lambda _: os.kill(worker, signal.SIGKILL))
        print(f"on a cluster    {speed(options.count, seconds)}   {megabytes(peak)}")
        print(compared(outcome(whole), outcome(spread)))


def compared(one: dict[str, Any], other: dict[str, Any]) -> str:
    """Whether two folders hold the same; if not, which students' results differ."""
    if one == other:
        return "the same"
    students = zip(one["json"]["submissions"], other["json"]["submissions"], strict=True)
    return "NOT THE SAME: " + ", ".join(a["student"] for a, b in students if a != b)


def cluster() -> Any:
    """Three workers here, with a thread each."""
    from distributed import LocalCluster

    return LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1")


def write_class(folder: Path, count: int) -> int:
    """Writes a folder a student; how many have a text that no other has."""
    from tests.hostile import BATTERY, CORRECT
    from tests.planted import FAULTS, plant
    from tests.soak import STYLES

    texts: set[bytes] = set()
    hostile = [one for one in BATTERY if one.name not in BY_CHANCE]
    for number in range(count):
        kind, turn = number % 10, number // 10
        name, data = "rnn.py", b""
        if kind in (0, 4):
            data = STYLES[(2 * turn + kind // 4) % len(STYLES)].read_bytes()
        elif kind == 8:
            data = CORRECT.format(top=f"# student {number}", body="").encode()
        elif kind in (1, 3, 6, 9):
            data = plant(FAULTS[(4 * turn + kind // 3) * 7 % len(FAULTS)]).encode()
        elif kind in (2, 5):
            data = hostile[(2 * turn + kind // 5) % len(hostile)].source.encode()
        else:
            name, data = [*JUNK.items()][turn % len(JUNK)]
        student = folder / f"student {number:04}"
        student.mkdir(parents=True, exist_ok=True)
        (student / name).write_bytes(data)
        texts.add(data)
    return len(texts)


def speed(count: int, seconds: float) -> str:
    return f"{seconds:6.0f} s   {60 * count / seconds:6.1f} submissions a minute"


def megabytes(peak: int) -> str:
    return f"peak {peak / 2**20:6.0f} MB"


def run(
    command: list[str],
    moment: float = math.inf,
    act: Callable[[subprocess.Popen[bytes]], None] = subprocess.Popen.kill,
) -> tuple[float, int]:
    """Seconds, and the most bytes of all processes together; at a moment something is done."""
    started, peak = time.monotonic(), 0
    process = subprocess.Popen(command, cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, sum(map(resident, below(os.getpid()))))
        if time.monotonic() - started > moment:
            act(process)
            moment = math.inf
        time.sleep(0.2)
    return time.monotonic() - started, peak


def below(pid: int) -> Iterator[int]:
    """All processes that one has started, and those that these have."""
    try:
        tasks = [*Path(f"/proc/{pid}/task").iterdir()]
        children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from below(child)


def resident(pid: int) -> int:
    """Bytes that only this process has, and its share of those that it has with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
