"""What the walls cost: the whole command on a correct file, with them and without.

    python benchmarks/isolation_time.py [FILE] [--repeats N]

Prints the median and the least seconds of ``cellcheck check`` and of ``cellcheck check
--in-process``, run in turn so that whatever else the machine does falls on both, and their ratio.
The aim: a ratio of 1.5 at most.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median

from check_time import CHECK, seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    default = Path(__file__).with_name("eight_functions.py")
    parser.add_argument("file", nargs="?", type=Path, default=default)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    file = str(options.file.resolve())

    ways = {"behind walls": [*CHECK, file], "in process": [*CHECK, file, "--in-process"]}
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(options.repeats + 1):
        for way, command in ways.items():
            times[way].append(seconds(command))
    inside, outside = (all_of[1:] for all_of in times.values())  # the first left compiled modules
    for way, measured in zip(ways, (inside, outside), strict=True):
        print(f"{way:<20}median {median(measured):.3f} s   least {min(measured):.3f} s")
    pairs = median(a / b for a, b in zip(inside, outside, strict=True))
    print(
        f"{'ratio':<20}of medians {median(inside) / median(outside):.2f}   "
        f"of the least {min(inside) / min(outside):.2f}   median of pairs {pairs:.2f}"
    )
    print(f"{'aim':<20}at most 1.5")


if __name__ == "__main__":
    main()
