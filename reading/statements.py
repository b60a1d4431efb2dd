"""From blocks of text to top-level statements, leaving out as little as possible.

Notebook commands and statements that are not Python are left out, each with its reason; the name
of a function among them is kept, so that the function can be told of.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field

from .files import Block

_MAGIC = re.compile(
    r"\s*(?:%{1,2}\s*[A-Za-z]|!|\?{1,2}\s*[\w.*%]+\s*$|[\w.*%]+\s*\?{1,2}\s*$"
    r"|[\w, ]+=\s*[%!]\s*[A-Za-z])"
)
_CELL_MAGIC = re.compile(r"\s*%%\s*(\w+)(.*)")
_PYTHON_CELLS = {
    "capture", "cellcheck", "debug", "memit", "prun", "python", "python3", "time", "timeit",
}  # fmt: skip
_NAMED = re.compile(r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_KEYWORD = re.compile(r"(?:def|class|import|from|async\s+def)\b")
_CONTINUES = re.compile(r"[ \t#)\]}]|$|(?:else|elif|except|finally)\b")
_STRING = re.compile(
    r"""(?P<triple>'''|\"\"\")|#.*|(?P<one>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|[()\[\]{}]"""
)

_LONGEST_RETRY = 20
_MOST_FAILURES = 100
"""After so many statements that are no Python, the rest of a block is given up."""


@dataclass(frozen=True)
class Statement:
    """A top-level statement; its lines count as in the file (or the notebook's cell)."""

    node: ast.stmt
    block: Block

    @property
    def where(self) -> str:
        """Its place in words."""
        return self.block.place(self.node.lineno)


@dataclass
class Reading:
    """What was read: the statements, what was left out, and the functions that are not Python."""

    statements: list[Statement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    commands: dict[str, int] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def statements_of(blocks: Iterable[Block]) -> Reading:
    """The top-level statements of all blocks, in order, each block parsed as far as it goes.

    What does not parse is left out, and what was left out is in the `Reading`; nothing is raised.
    """
    reading = Reading()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for block in blocks:
            _read_block(block, reading)
    return reading


def _read_block(block: Block, reading: Reading) -> None:
    tree, _ = _parse(block.text)
    if tree is not None:
        _keep(tree, block, 0, reading)
        return
    lines = _without_indent(block.text.split("\n"))
    if not _leave_out_commands(lines, block, reading):
        return
    tree, _ = _parse("\n".join(lines))
    if tree is not None:
        _keep(tree, block, 0, reading)
    else:
        _salvage(lines, block, reading)


def _parse(text: str) -> tuple[ast.Module | None, SyntaxError]:
    """The tree, or what is wrong with the text."""
    try:
        return ast.parse(text), SyntaxError()
    except SyntaxError as error:
        return None, error
    except (ValueError, RecursionError, MemoryError) as error:
        return None, SyntaxError(str(error) or "nested too deep")


def _keep(tree: ast.Module, block: Block, start: int, reading: Reading) -> None:
    shift = start + block.first_line - 1
    for node in tree.body:
        if shift:
            ast.increment_lineno(node, shift)
        statement = Statement(node, block)
        reading.statements.append(statement)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            reading.broken.pop(node.name, None)
        if isinstance(node, ast.AsyncFunctionDef):
            reading.broken[node.name] = f"{statement.where}: async def makes it a coroutine"


def _without_indent(lines: list[str]) -> list[str]:
    """A block that was pasted with the indent of its first line, without it."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines] if indent else lines


def _leave_out_commands(lines: list[str], block: Block, reading: Reading) -> bool:
    """Blank the magics and shell lines in place; False if the whole cell is another language."""
    place = f"line {block.first_line}" if block.cell is None else f"cell {block.cell}"
    first = next((line for line in lines if line.strip()), "")
    if magic := _CELL_MAGIC.match(first):
        writes_module = magic[1] in {"writefile", "file"} and magic[2].strip().endswith(".py")
        if magic[1] not in _PYTHON_CELLS and not writes_module:
            reading.notes.append(f"{place} left out: %%{magic[1]} is not Python")
            return False
    inside = _inside(lines)
    for index, line in enumerate(lines):
        if not inside[index] and _MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            lines[index] = f"{indent}pass"
            where = place if block.cell is not None else f"line {block.first_line + index}"
            reading.commands[where] = reading.commands.get(where, 0) + 1
    return True


def _inside(lines: list[str]) -> list[bool]:
    """For each line, whether it begins within a string, brackets or a continued line."""
    inside, quote, depth, continued = [], "", 0, False
    for line in lines:
        if not quote and _KEYWORD.match(line):
            depth = 0  # an unclosed bracket above must not swallow the rest
        inside.append(bool(quote) or depth > 0 or continued)
        if not inside[-1] and _MAGIC.match(line):
            continue
        position = 0
        while position < len(line):
            if quote:
                end = line.find(quote, position)
                quote, position = (quote, len(line)) if end < 0 else ("", end + 3)
                continue
            token = _STRING.search(line, position)
            if token is None:
                break
            quote = token["triple"] or ""
            depth += (token[0] in tuple("([{")) - (token[0] in tuple(")]}"))
            depth, position = max(depth, 0), token.end()
        continued = not quote and line.endswith("\\")
    return inside


def _salvage(lines: list[str], block: Block, reading: Reading) -> None:
    """Take the block statement by statement, and leave out the ones that do not parse."""
    inside = _inside(lines)
    starts = [
        index
        for index, line in enumerate(lines)
        if not _CONTINUES.match(line) and not (inside[index] and not _KEYWORD.match(line))
    ]
    starts = [0, *starts] if starts[:1] != [0] else starts
    ends = [*starts[1:], len(lines)]
    at = failures = 0
    while at < len(starts) and failures < _MOST_FAILURES:
        tree, taken, error = _longest(lines, starts, ends, at)
        if tree is None:
            failures += 1
            _leave_out(lines[starts[at] : ends[at]], starts[at], error, block, reading)
        else:
            _keep(tree, block, starts[at], reading)
        at += taken
    if at < len(starts):
        place = block.place(block.first_line + starts[at])
        reading.notes.append(f"{place} and all that follows left out: too much is not Python")


def _longest(
    lines: list[str], starts: list[int], ends: list[int], at: int
) -> tuple[ast.Module | None, int, SyntaxError]:
    """Parse the piece at ``at``; a decorator or an open bracket may need the next ones too."""
    first: SyntaxError | None = None
    decorators = lines[starts[at]].startswith("@")
    for last in range(at, min(at + _LONGEST_RETRY, len(starts))):
        if last > at and not decorators and _KEYWORD.match(lines[starts[last]]):
            break
        tree, error = _parse("\n".join(lines[starts[at] : ends[last]]))
        if tree is not None:
            return tree, last - at + 1, error
        first = first or error
        decorators = decorators and lines[starts[last]].startswith("@")
    return None, 1, first or SyntaxError("invalid syntax")


def _leave_out(
    piece: list[str], start: int, error: SyntaxError, block: Block, reading: Reading
) -> None:
    offset = min(max(error.lineno or 1, 1), len(piece)) - 1
    place = block.place(block.first_line + start + offset)
    reason = f"not Python ({error.msg})"
    reading.failures.append(f"{place}: {error.msg}")
    name = _NAMED.search("\n".join(piece))
    if name is None and isinstance(error, IndentationError) and reading.statements:
        # Lines that hang below a function without belonging to it: the function is torn apart.
        above = reading.statements[-1]
        if above.block is block and isinstance(above.node, ast.FunctionDef):
            reading.statements.pop()
            reading.broken[above.node.name] = f"{place}: {reason}"
            return
    if name is not None:
        reading.broken.pop(name[1], None)
        reading.broken[name[1]] = f"{place}: {reason}"
    else:
        text = " ".join(piece[offset].split())
        text = text if len(text) <= 60 else text[:57] + "..."
        reading.notes.append(f'{place} left out: {reason}: "{text}"')
