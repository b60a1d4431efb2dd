"""The gradient check next to those of other libraries: times, false alarms, faults found.

    python benchmarks/gradients.py [--quick]     # or: tox -e benchmark-gradients

Prints what it measures and writes it to ``benchmarks/gradients.json``, from which ``python
docs/generate.py`` makes the tables in ``docs/gradients.md``. It takes about an hour; ``--quick``
tries everything on a few cases within minutes, and writes nothing. Times are the processor's, on
one thread and in turn, so that it matters little what else the machine does. What takes more than
a minute of it is broken off, by a signal that Windows has not.

A fault counts as found where a tool fails the wrong backward function and holds the right one on
the same case: a tool that fails everything finds nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("torch", "jax", "jaxlib", "autograd", "numdifftools", "scipy")
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
RESULTS = Path(__file__).with_suffix(".json")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a few cases, nothing written")
    quick = parser.parse_args().quick
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        sys.exit(
            f"The tools to compare with are not all here; install what is missing with: "
            f"python -m pip install {' '.join(missing)}"
        )
    # Read when numpy and the others are imported, so before that; what a shell asks of BLAS is
    # not what users have.
    os.environ.update(ONE_THREAD)
    os.environ.pop("OPENBLAS_CORETYPE", None)
    from _gradient_measures import detection, false_alarms, times

    results = {
        "date": date.today().isoformat(),
        "machine": f"{platform.system()}, {platform.machine()}, one thread",
        "versions": {
            "Python": platform.python_version(),
            **{name: version(name) for name in ("cellcheck", "numpy", *PACKAGES)},
        },
        "times": times(quick),
        "false alarms": false_alarms(quick),
        "detection": detection(quick),
    }
    if not quick:
        RESULTS.write_text(written(results), encoding="utf-8")


def written(results: dict[str, object]) -> str:
    """JSON with one line for each row, so that a change can be read."""
    parts = []
    for name, value in results.items():
        rows = value if isinstance(value, list) else [value]
        text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f"{json.dumps(name)}: " + (f"[\n{text}\n]" if rows is value else text))
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main()
