"""From a proven repair to words: the line, what it does, and what was meant, in its own names."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..engine.outcome import Diagnosis
from .code.differences import differences
from .code.sites import CONTAINERS, bodies_of, first_line, located, swapped, with_body
from .code.source import LEFT_OUT, Source, Suggestion
from .faults.fault import gives_what_is_read
from .faults.registry import UNNAMED, fault_of
from .faults.wording import of_a_block, of_a_change, of_missing, of_needless
from .search.harness import Trees
from .search.runner import Runner

Block = Sequence[ast.stmt]


@dataclass(frozen=True)
class Change:
    """Some statements of a block, and those that were meant in their place."""

    old: Block
    new: Block
    in_loop: bool


def diagnoses(harness: Runner, after: Trees, is_sequence: bool) -> list[Diagnosis]:
    """A diagnosis for each statement that had to be changed."""
    found, sources = [], harness.sources
    of_modules = [source for source in sources.values() if source.is_table]
    tables = {statement: source for source in of_modules for statement in source.tree.body}
    for name, tree in harness.trees.items():
        if after[name] is tree:
            continue
        above = [tables[statement] for statement in tree.body if statement in tables]
        suggestions: dict[Source, list[Suggestion]] = {sources[name]: [], **{t: [] for t in above}}
        for change in _changes(tree.body, after[name].body, False):
            source = tables.get(change.old[0], sources[name])
            suggestion = _suggestion(source, change)
            suggestions[source].append(suggestion)
            found.append(_diagnosis(source, change, suggestion, is_sequence))
        rest = with_body(after[name], after[name].body[len(above) :])
        meant = dict(zip([sources[name], *above], [rest, *after[name].body], strict=False))
        if not all(_gives(one, suggestions[one], meant[one]) for one in meant):
            return []
    return found


def _gives(source: Source, suggestions: Sequence[Suggestion], meant: ast.stmt) -> bool:
    """Whether the text with all its suggestions is what was proven right."""
    text = source.text
    for suggestion in sorted(suggestions, key=lambda one: one.first.lineno, reverse=True):
        text = Source(source.definition, text, source.tree).applied(suggestion)
    if any(suggestion.text == LEFT_OUT for suggestion in suggestions):
        return True  # a comment; the block may be left empty
    return _read(text) == _read(ast.unparse(located(meant)))


def _changes(old: Block, new: Block, in_loop: bool) -> Iterator[Change]:
    """The statements that differ, known by identity; in a compound one those inside it."""
    matcher = SequenceMatcher(None, [id(s) for s in old], [id(s) for s in new], autojunk=False)
    for kind, i, j, k, n in matcher.get_opcodes():
        if kind == "equal" or list(map(ast.dump, old[i:j])) == list(map(ast.dump, new[k:n])):
            continue
        for a, b in _twins(old[i:j], new[k:n]):
            following = new[k + b] if k + b < len(new) else None
            changes = list(_between(old, i, i + a, new[k : k + b], following, in_loop))
            if i + a < j:
                changes += _inside(old[i + a], new[k + b], in_loop)
            yield from _at_one(changes)
            i, k = i + a + 1, k + b + 1


def _twins(old: Block, new: Block) -> Iterator[tuple[int, int]]:
    """How far it is to the next compound statements of both that are of a kind, and to the ends."""
    i = k = 0
    for a, one in enumerate(old):
        for b, other in enumerate(new[k:], k):
            if isinstance(one, CONTAINERS) and type(one) is type(other):
                yield a - i, b - k
                i, k = a + 1, b + 1
                break
    yield len(old) - i, len(new) - k


def _at_one(changes: Sequence[Change]) -> Iterator[Change]:
    """The same, with what comes before a statement and what it becomes as one."""
    before: Change | None = None
    for change in changes:
        if before and change.old == before.old and before.new[-1] is change.old[0]:
            change = Change(change.old, [*before.new[:-1], *change.new], change.in_loop)
        elif before:
            yield before
        before = change
    if before:
        yield before


def _between(
    old: Block, i: int, j: int, new: Block, following: ast.stmt | None, in_loop: bool
) -> Iterator[Change]:
    """Changes of statements that have no others inside; some may be put before the following."""
    if i == j and new:
        read = following is not None and gives_what_is_read(new, following)
        above = i and not (i < len(old) and read)
        place = old[i - 1] if above else old[i]
        yield Change([place], [place, *new] if above else [*new, place], in_loop)
    elif j - i == len(new):
        for a, b in zip(old[i:j], new, strict=True):
            yield Change([a], [b], in_loop)
    else:
        yield Change(old[i:j], new, in_loop)


def _inside(old: ast.stmt, new: ast.stmt, in_loop: bool) -> Iterator[Change]:
    headers = [p for p in ("target", "iter", "test", "args") if hasattr(old, p)]
    if any(getattr(old, p) is not getattr(new, p) for p in headers):
        head = type(new)(**{**dict(ast.iter_fields(old)), **{p: getattr(new, p) for p in headers}})
        yield Change([old], [ast.copy_location(head, old)], in_loop)
    loop = in_loop or isinstance(old, ast.For | ast.While)
    for a, b in zip(bodies_of(old), bodies_of(new), strict=False):
        if a is not b:
            yield from _changes(a, b, loop)


def _suggestion(source: Source, change: Change) -> Suggestion:
    last = change.old[-1]
    if isinstance(last, CONTAINERS) and not any(type(one) is type(last) for one in change.new):
        while inside := [body for body in bodies_of(last) if body]:
            last = inside[-1][-1]  # all of it goes, not its head alone
    return Suggestion(change.old[0], last, _text(source, change))


def _diagnosis(source: Source, change: Change, suggestion: Suggestion, sequence: bool) -> Diagnosis:
    first, *others = change.old
    fault = UNNAMED if others else fault_of(first, change.new, sequence, change.in_loop)
    message = _message(source, fault, change, suggestion)
    return source.diagnosis(fault, message, suggestion.first, suggestion)


def _text(source: Source, change: Change) -> str:
    """What should stand in the statements' place, as near to the author's text as can be."""
    old = change.old[0]
    if len(change.new) == 0 or all(isinstance(s, ast.Pass) for s in change.new):
        return LEFT_OUT
    texts = []
    for new in change.new:
        if any(new is one for one in change.old):
            texts.append(source.text_of(new, new))
        elif len(change.old) == len(change.new) == 1:
            texts.append(_changed_text(source, old, new))
        else:
            texts.append(_plain(source, new))
    return "\n".join(texts)


def _changed_text(source: Source, old: ast.stmt, new: ast.stmt) -> str:
    pairs = differences(old, new)
    placed = all(hasattr(wrong, "col_offset") for wrong, _ in pairs)
    if placed and pairs and type(old) is type(new) and pairs[0][0] is not old:
        for form, parentheses in itertools.product(("{}", "({})"), (True, False)):
            texts = {wrong: form.format(_plain(source, meant)) for wrong, meant in pairs}
            made = source.changed(old, texts, parentheses).text
            if _reads_as(made, new):
                return made
    return _plain(source, new)


def _reads_as(text: str, meant: ast.stmt) -> bool:
    """Whether a text is that statement; of a loop its head."""
    body = " pass" if text.endswith(":") else ""
    return _read(text + body) == _read(first_line(meant) + body)


def _plain(source: Source, node: ast.AST) -> str:
    """A node's text: what it has of the author's as they wrote it, the rest with their quotes."""
    parts = {f"__part_{n}__": part for n, part in enumerate(_own_parts(source, node))}
    gaps = {id(part): ast.Name(name, ast.Load()) for name, part in parts.items()}
    text = _unparsed(source, swapped(node, gaps))
    for name, part in parts.items():
        del gaps[id(part)]
        meant = _read(_unparsed(source, swapped(node, gaps)))
        forms = (text.replace(name, form.format(source.segment(part))) for form in ("{}", "({})"))
        text = next((form for form in forms if _read(form) == meant), "")
    return text or _unparsed(source, node)


def _read(text: str) -> str:
    """What a text says, written as no other text is that says something else."""
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return ""


def _own_parts(source: Source, node: ast.AST) -> Iterator[ast.expr]:
    """The largest parts of a tree that stand in the source, each on one line."""
    read = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    known = read and node in source.parents
    if isinstance(node, ast.expr) and known and "\n" not in source.segment(node):
        yield node
    elif not isinstance(node, ast.JoinedStr):
        for part in ast.iter_child_nodes(node):
            yield from _own_parts(source, part)


def _unparsed(source: Source, node: ast.AST) -> str:
    text = first_line(node)
    if '"' not in text and source.text.count('"') > source.text.count("'"):
        text = text.replace("'", '"')
    return text


def _message(source: Source, fault: str, change: Change, suggestion: Suggestion) -> str:
    def written(node: ast.AST) -> str:
        return _short(source.segment(node) if hasattr(node, "col_offset") else ast.unparse(node))

    def meant(node: ast.AST) -> str:
        return _short(_plain(source, node))

    old, new = change.old, change.new
    if suggestion.text == LEFT_OUT:
        return of_needless(fault, "; ".join(map(written, old)))
    added = [s for s in new if not any(s is o for o in old)]
    if len(added) < len(new) and len(old) < len(new):
        return of_missing(fault, written(old[0]), "; ".join(map(meant, added)))
    if len(old) == len(new) == 1:
        return of_a_change(fault, old[0], new[0], written, meant, _short(suggestion.text))
    return of_a_block("; ".join(map(written, old)), _short("; ".join(suggestion.text.split("\n"))))


def _short(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())
