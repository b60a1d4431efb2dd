"""What the tool says of every planted fault, pair and honest style: stored, and compared.

python benchmarks/told.py store FILE [--jobs N] [--every N] [DOCUMENT...]
python benchmarks/told.py compare BEFORE AFTER
python benchmarks/told.py rates FILE

A large change is held against what was said before it: verdict, function, line and correction of
each input. ``compare`` prints every input of which something else is said, and ends with status 1
if there is one. Documents are further files to be checked besides. With ``--every`` only each
N-th input is looked at, and only inputs that both files have are compared. ``rates`` counts, for
each style of code that faults are planted into, how many are told at their function alone, and at
the right line.
"""

from __future__ import annotations

import argparse
import ast
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, Status, check
from cellcheck.tests.planted import FAULTS, Fault, plant
from cellcheck.tests.planted.truth import lines_of, pairs, whole_correct

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


def rates(file: Path) -> None:
    """Prints how the planted faults of each style are told, from what was stored of them."""
    said = json.loads(file.read_text(encoding="utf-8"))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for fault in FAULTS:
        name = f"planted {fault.name}"
        if name in said and fault.level == "fault":
            kind = _as_told(fault, said[name]["functions"])
            counts[fault.style][kind] += 1
            if kind != "right line":
                print(f"{fault.style:<16}{kind:<18}{fault.name}")
    print()
    for style, found in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        kinds = ", ".join(f"{number} {kind}" for kind, number in found.most_common())
        share = found["right line"] / found.total()
        print(f"{style:<16}{found.total():>4} faults, {share:.0%} at the right line: {kinds}")


def _as_told(fault: Fault, functions: dict[str, dict[str, Any]]) -> str:
    """How a planted fault is told: at its function alone or not, and at which line."""
    failed = [name for name, one in functions.items() if one["status"] == "failed"]
    if fault.function not in failed:
        return "missed"
    if failed != [fault.function]:
        return "elsewhere too"
    source = plant(fault)
    right = set[int]().union(*lines_of(source, whole_correct(fault)))
    told = [one["line"] for one in functions[fault.function]["diagnosis"] if one["line"]]
    if not told:
        return "no line"
    touched = any(right & _lines_from(source, line) for line in told)
    return "right line" if touched else "another line"


def _lines_from(source: str, line: int) -> set[int]:
    """The lines of the statement that begins in a line; of a compound one those of its head."""
    lines = {line}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and node.lineno == line:
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or line
            lines.update(range(line, last + 1))
    return lines


def main() -> None:
    """Stores, compares or counts, as the command line says."""
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
    commands.add_parser("rates").add_argument("file", type=Path)
    given = parser.parse_args()
    if given.command == "store":
        store(given.target, given.documents, given.jobs, given.every)
    elif given.command == "rates":
        rates(given.file)
    elif compare(given.before, given.after):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
