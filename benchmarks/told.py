"""What the tool says of every planted fault, pair and honest style: stored, and compared.

python benchmarks/told.py store FILE [--jobs N] [--every N] [DOCUMENT...]
python benchmarks/told.py compare BEFORE AFTER

A large change is held against what was said before it: verdict, function, line and correction of
each input. ``compare`` prints every input of which something else is said, and ends with status 1
if there is one. Documents are further files to be checked besides. With ``--every`` only each
N-th input is looked at, and only inputs that both files have are compared.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, Status, check
from cellcheck.tests.planted import FAULTS, plant
from cellcheck.tests.planted.truth import pairs

CORRECT = Path(__file__).resolve().parent.parent / "tests" / "correct"


def inputs(documents: list[Path]) -> Iterator[tuple[str, str, str]]:
    """The name, the ending and the text of each input."""
    for fault in FAULTS:
        yield f"planted {fault.name}", ".py", plant(fault)
    for fault, source in pairs(FAULTS):
        yield f"pair {fault.name}", ".py", source
    for path in [*sorted(CORRECT.iterdir()), *documents]:
        if path.is_file():
            yield f"file {path.name}", path.suffix, path.read_text(encoding="utf-8")


def told(one: tuple[str, str, str]) -> tuple[str, object]:
    """What is said of one input: a status for the file, and of each function what is not right."""
    name, ending, text = one
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"given{ending}")
        path.write_text(text, encoding="utf-8")
        report = check(str(path), Settings(profile="quick"), None, diagnose)
    functions = {
        function.name: {
            "status": function.status.value,
            "laws": [f"{finding.level}: {finding.property}" for finding in function.findings],
            "diagnosis": [
                {
                    "line": one.line,
                    "cell": one.cell,
                    "fault": one.fault,
                    "suggestion": one.suggestion,
                    "match": one.match.value,
                }
                for one in function.diagnosis
            ],
        }
        for function in report.functions
        if function.status is not Status.MISSING
    }
    return name, {"status": report.status, "error": report.error, "functions": functions}


def store(target: Path, documents: list[Path], jobs: int, every: int) -> None:
    """Writes what is said of each input, one a line, so that files can be compared by eye too."""
    given = list(inputs(documents))[::every]
    with Pool(jobs, maxtasksperchild=40) as pool:
        found = dict(pool.imap(told, given))
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(said)}" for name, said in found.items())
    target.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def compare(before: Path, after: Path) -> int:
    """Prints what differs, input by input; gives the number that differ."""
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    both = [name for name in old if name in new]
    differing = [name for name in both if old[name] != new[name]]
    for name in differing:
        print(name)
        was, now = old[name], new[name]
        for function in was["functions"] | now["functions"]:
            one, other = was["functions"].get(function), now["functions"].get(function)
            if one != other:
                print(f"  before {function}: {json.dumps(one)}\n  after  {function}: ", end="")
                print(json.dumps(other))
        if (was["status"], was["error"]) != (now["status"], now["error"]):
            print(f"  before {was['status']} {was['error']}, after {now['status']} {now['error']}")
    print(f"{len(differing)} of {len(both)} inputs are told otherwise")
    return len(differing)


def main() -> None:
    """Stores or compares, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    storing = commands.add_parser("store")
    storing.add_argument("target", type=Path)
    storing.add_argument("documents", type=Path, nargs="*")
    storing.add_argument("--jobs", type=int, default=2)
    storing.add_argument("--every", type=int, default=1)
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    given = parser.parse_args()
    if given.command == "store":
        store(given.target, given.documents, given.jobs, given.every)
    elif compare(given.before, given.after):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
