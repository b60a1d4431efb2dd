"""What is said of correct files in which one thing is changed at random.

python benchmarks/mutants.py [--count N] [--seed N] [--style NAME]... [--jobs N] [--all]

A mutant is a correct file of `tests/correct` with one small change of its text, drawn from the
changes below, which are not those that the search for a correction makes. A change after which
every function gives the same numbers, and of which nothing is told, is no mistake: `same`. Advice
counts as told. Of the others are counted

    missed     nothing fails, and nothing is advised
    elsewhere  another function fails than the changed one, or one that uses it
    silent     the right function fails, and no line is told
    line       a line is told that was changed, and no correction
    off        a line is told that was not changed, and no correction
    wrong      a correction with which the file does not pass
    other      a correction with which the file passes, at another line than the changed one
    right      a correction with which the file passes, at the changed line

What is not right is printed with the changed text and what was said; with ``--all``, everything.
"""

from __future__ import annotations

import argparse
import ast
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from cellcheck.cells import families
from cellcheck.diagnosis import diagnose
from cellcheck.engine import Diagnosis, Settings, Status, SubmissionReport, check
from cellcheck.engine.drawing import draw
from cellcheck.reading.files import parsed
from cellcheck.subject.errors import Crash
from cellcheck.subject.live import quiet
from cellcheck.subject.subject import Subject, flat
from cellcheck.submissions import open_submission
from cellcheck.tests.planted import STYLES, correct_source
from cellcheck.tests.planted.truth import corrected, lines_of, touches

VERDICTS = ("same", "missed", "elsewhere", "silent", "line", "off", "wrong", "other", "right")

READ = ("undefined_name", "unassigned_name", "notebook_variable")
"""Mistakes that are told where a name is read, which may be far from what is left out."""

OTHER_OPERATORS = {
    ast.Add: ("-", "*"), ast.Sub: ("+",), ast.Mult: ("+", "/", "@"), ast.MatMult: ("*",),
    ast.Div: ("*",), ast.Pow: ("*",),
}  # fmt: skip
OTHER_METHODS = {
    "tanh": "sin", "exp": "square", "sum": "mean", "zeros": "ones", "vstack": "hstack",
    "concatenate": "stack", "append": "remove", "zeros_like": "ones_like", "reversed": "list",
    "max": "min", "sqrt": "square", "square": "sqrt", "dot": "multiply", "matmul": "multiply",
    "hstack": "vstack", "stack": "concatenate", "get": "setdefault",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A correct file with one change in one function."""

    style: str
    function: str
    source: str
    was: str
    now: str


def _segments(source: str, function: ast.FunctionDef) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The changes of one function: what is replaced, and the text in its place."""
    names = sorted(
        {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and _is_stored(n)}
        | {one.arg for one in function.args.args}
    )
    texts = sorted(
        {
            n.value
            for n in ast.walk(function)
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.isidentifier()
        }
    )

    def text(node: ast.AST) -> str:
        return ast.get_source_segment(source, node) or ""

    for node in ast.walk(function):
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                one, other = text(left), text(right)
                for sign in OTHER_OPERATORS.get(type(op), ()):
                    yield node, f"{one} {sign} {other}"
                yield from ((node, one), (node, other))
                if isinstance(op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
                    yield node, f"({other}) {_sign(op)} ({one})"
            case ast.Name(id=own, ctx=ast.Load()) if own in names:
                yield from ((node, other) for other in names if other != own)
            case ast.Attribute(value=value, attr="T"):
                yield from [(node, text(value))] * 4
            case ast.Attribute(value=value, attr=attr) if attr in OTHER_METHODS:
                yield from [(node, f"{text(value)}.{OTHER_METHODS[attr]}")] * 4
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                yield from ((node, str(value + more)) for more in (1, -1))
            case ast.Constant(value=str(value)) if value in texts:
                yield from ((node, repr(other)) for other in texts if other != value)
            case ast.Call(func=func, args=[first, second, *rest], keywords=[]):
                parts = ", ".join(map(text, (second, first, *rest)))
                yield from [(node, f"{text(func)}({parts})")] * 3
            case ast.Call(func=func, args=args, keywords=[_, *_] as keywords):
                for left_out in keywords:
                    rest = [text(k) for k in keywords if k is not left_out]
                    yield node, f"{text(func)}({', '.join([*map(text, args), *rest])})"
            case ast.Call(func=func, args=[argument], keywords=[]):
                yield from [(node, text(argument))] * 2
            case ast.Subscript(value=value, slice=ast.Slice(lower, upper, None)):
                ends = [text(end) if end else "" for end in (lower, upper)]
                yield node, f"{text(value)}[{ends[1]}:{ends[0]}]"
                yield node, text(value)
            case ast.Tuple(elts=[first, second, *rest], ctx=ast.Load()) if text(node)[0] == "(":
                parts = ", ".join(map(text, (second, first, *rest)))
                yield node, f"({parts})"
            case ast.AugAssign(target=target, value=value):
                yield from [(node, f"{text(target)} = {text(value)}")] * 4
            case ast.Assign(targets=[ast.Name(id=own)], value=value):
                yield node, f"{own} += {text(value)}"
            case ast.For(body=[*_, last]) | ast.FunctionDef(body=[*_, last, _]):
                yield from [(last, "pass")] * 4


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _sign(operator: ast.operator) -> str:
    return {ast.Sub: "-", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}[type(operator)]


def mutants(styles: list[str], seed: int) -> Iterator[Mutant]:
    """Mutants of these styles in turn, without end; the same for the same seed."""
    chance = random.Random(seed)
    seen: set[str] = set()
    while True:
        for style in styles:
            source = correct_source(style)
            tree = ast.parse(source)
            functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
            while True:
                function = chance.choice(functions)
                node, new = chance.choice([*_segments(source, function)])
                mutant = _changed(source, node, new)
                if mutant not in seen and parsed(mutant) is not None:
                    break
            seen.add(mutant)
            was = ast.get_source_segment(source, node) or ""
            yield Mutant(style, function.name, mutant, was, new)


def _changed(source: str, node: ast.expr | ast.stmt, new: str) -> str:
    assert node.end_lineno is not None and node.end_col_offset is not None
    lines = source.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    whole = b"".join(lines)
    return (whole[:start] + new.encode() + whole[end:]).decode()


def judged(mutant: Mutant) -> tuple[Mutant, str, list[str]]:
    """What was said of a mutant, in one word and in lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mutant.py")
        path.write_text(mutant.source, encoding="utf-8")
        report = check(str(path), Settings("quick"), None, diagnose)
        fine = Status.PASSED, Status.MISSING
        lacking = [f for f in report.functions if f.is_lacking or f.status not in fine]
        failed = {f.found_as: f for f in lacking}
        said = [one for f in failed.values() for one in f.diagnosis]
        words = [
            f"{own}: {f.status.value}, {', '.join(o.property for o in f.findings)}"
            for own, f in failed.items()
        ]
        words += [f"  {o.line} {o.fault}, {o.match.value}: {o.suggestion!r}" for o in said]
        return mutant, _verdict(mutant, report, [*failed], said, path), words


def _verdict(
    mutant: Mutant, report: SubmissionReport, failed: list[str], said: list[Diagnosis], path: Path
) -> str:
    correct = correct_source(mutant.style)
    if report.error is None and not failed:
        same = [*_numbers(mutant.source, path)] == [*_numbers(correct, path)]
        return "same" if same else "missed"
    told = [one for one in said if one.line is not None]
    lines = set().union(*lines_of(mutant.source, correct))
    touched = bool(told) and all(one.fault in READ or touches(one, lines) for one in told)
    if not touched and not {*failed} & _users(correct, mutant.function):
        return "elsewhere"
    if not told:
        return "silent"
    if not all(one.suggestion for one in told):
        return "line" if touched else "off"
    path.write_text(corrected(mutant.source, told), encoding="utf-8")
    again = check(str(path), Settings("quick"))
    if again.status != "passed":
        return "wrong"
    return "right" if touched else "other"


def _users(source: str, function: str) -> set[str]:
    """A function and all that use it, by their own names."""
    reads = {
        node.name: {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    users = {function}
    while more := {own for own, read in reads.items() if read & users} - users:
        users |= more
    return users


def _numbers(source: str, path: Path) -> Iterator[object]:
    """What every function of a file gives on some cases, rounded."""
    path.write_text(source, encoding="utf-8")
    submission = open_submission(path)
    for own, functions in sorted(submission.by_family.items()):
        family = families()[own]
        for name in sorted(set(family.functions) & submission.found.keys()):
            subject = Subject(functions, family, name, reference=functions.reference)
            for case in draw(family, "quick", 99)[:12]:
                try:
                    with quiet():
                        values = flat(subject.run(functions.suited(subject.function, case)).values)
                except Crash as crash:
                    yield crash.message
                    continue
                for tensor, value in sorted(values.items()):
                    yield name, tensor, np.asarray(value, float).round(9).tolist()


def main() -> None:
    """Prints what is not told rightly, and a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--style", action="append", choices=[*STYLES])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    styles = given.style or [*STYLES]
    drawn = [*islice(mutants(styles, given.seed), given.count)]
    counted: dict[str, Counter[str]] = {style: Counter() for style in styles}
    with Pool(given.jobs, maxtasksperchild=40) as pool:
        for number, (mutant, verdict, words) in enumerate(pool.imap(judged, drawn)):
            counted[mutant.style][verdict] += 1
            if given.all or verdict not in ("right", "same"):
                print(f"{number} {verdict}: {mutant.style} {mutant.function}")
                print(f"  {mutant.was!r} -> {mutant.now!r}", *words, sep="\n  ", flush=True)
    print(_table(counted))


def _table(counted: dict[str, Counter[str]]) -> str:
    whole: Counter[str] = sum(counted.values(), Counter())
    rows = [["style", "mutants", *VERDICTS]]
    for style, one in {**counted, "all": whole}.items():
        rows.append([style, str(one.total()), *(str(one[verdict]) for verdict in VERDICTS)])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


if __name__ == "__main__":
    main()
