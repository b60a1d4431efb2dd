"""From a file to blocks of text: a module, the code cells of a notebook, the fences of a note.

Nothing here is parsed as Python, save a Markdown fence that does not say what it holds.
"""

from __future__ import annotations

import ast
import io
import json
import re
import stat
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

CODE_LIMIT = 2**20
"""The most code that is read, in characters: the syntax tree takes up to 600 times as much."""

SOURCE_LIMIT = 10 * 2**20
"""The most that a file may weigh, in bytes; a note may hold pictures besides its code."""

NOTEBOOK_LIMIT = 50 * 2**20
"""The same of a notebook, whose printed outputs and pictures are part of the file."""

_FENCE = re.compile(r"(?P<margin>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_PYTHON_INFO = {"python", "python3", "py", "py3", "ipython", "ipython3"}
_DIRECTIVES = {"code-cell", "code-block", "code", "sourcecode"}
"""Words of MyST and Sphinx that come before the language of a block."""
_OPTIONS = re.compile(
    r"\A(?:[ \t]*\n)*(?:---\n.*?\n---(?:\n|\Z)|(?:[ \t]*:[\w-]+:[^\n]*(?:\n|\Z))+)", re.DOTALL
)
"""What may stand at the head of a directive, before its code: YAML, or options a line each."""


class Unreadable(Exception):
    """The file cannot be read; the text is one sentence that says why."""


@dataclass(frozen=True)
class Block:
    """One piece of Python text: ``first_line`` is the line of the file (or cell) it starts on."""

    text: str
    first_line: int = 1
    cell: int | None = None

    @cached_property
    def lines(self) -> list[str]:
        """The text, line by line."""
        return self.text.split("\n")

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree of the text; None where it is not Python."""
        return parsed(self.text)

    def place(self, line: int) -> str:
        """How a person is told of a line of this block."""
        return f"line {line}" if self.cell is None else f"cell {self.cell}, line {line}"


def parsed(text: str) -> ast.Module | None:
    """The syntax tree of a text, without what Python warns of; None where it is not Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def blocks_of(path: Path) -> list[Block]:
    """The Python text of a ``.py``, ``.ipynb`` or ``.md`` file, in order, a block a cell or fence.

    Raises `Unreadable`, with a sentence for a person, where there is none, the file is of another
    kind, or it is too large.
    """
    data = _bytes_of(path)
    blocks = _READERS[path.suffix.lower()](path, data)
    if sum(len(block.text) for block in blocks) > CODE_LIMIT:
        raise Unreadable(f"{path} is too large: at most {CODE_LIMIT // 2**20} MB of code is read.")
    return blocks


def _bytes_of(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise Unreadable(f"{path} is a folder: name the files in it.")
        if path.suffix.lower() not in _READERS:
            raise Unreadable(f"{path} is not a .py, .ipynb or .md file.")
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{path} is not an ordinary file.")
        limit = NOTEBOOK_LIMIT if path.suffix.lower() == ".ipynb" else SOURCE_LIMIT
        if status.st_size > limit:
            raise Unreadable(_too_large(path, limit))
        data = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(f"{path} does not exist.") from None
    except PermissionError:
        raise Unreadable(f"{path} may not be read: permission denied.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreadable(f"{path} cannot be opened: {reason}.") from None
    if not data.strip():
        raise Unreadable(f"{path} is empty.")
    if b"\0" in data:
        raise Unreadable(f"{path} is not text: it holds NUL bytes.")
    return data


def _too_large(path: Path, limit: int) -> str:
    return f"{path} is too large: at most {limit // 2**20} MB are read."


def _decode(path: Path, data: bytes, encoding: str = "utf-8-sig") -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wanted = "UTF-8" if encoding.startswith("utf-8") else encoding
        raise Unreadable(f"{path} is not {wanted} text (line {line}): save it as UTF-8.") from None
    except LookupError:
        raise Unreadable(f"{path} names an encoding that is none of text.") from None
    text = io.IncrementalNewlineDecoder(None, translate=True).decode(text, final=True)
    if not text.strip():
        raise Unreadable(f"{path} is empty.")
    return text


def _module(path: Path, data: bytes) -> list[Block]:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            raise Unreadable(f"{path} names an encoding that is not known.") from None
        encoding = "utf-8-sig"
    return [Block(_decode(path, data, encoding))]


def _note(path: Path, data: bytes) -> list[Block]:
    blocks = [block for block, named in _fences(_decode(path, data)) if named or _has_def(block)]
    if not any(block.text.strip() for block in blocks):
        raise Unreadable(f"{path} has no Python block: put the code between ```python and ```.")
    return blocks


def _fences(text: str) -> Iterator[tuple[Block, bool]]:
    """Each fenced block that is or may be Python, and whether it says so."""
    lines = iter(enumerate(text.split("\n"), start=1))
    for number, line in lines:
        opening = _FENCE.fullmatch(line)
        if opening is None or (opening["fence"][0] == "`" and "`" in opening["info"]):
            continue
        width = len(opening["margin"])
        closing = re.compile(rf"[ \t>]*{re.escape(opening['fence'])}{opening['fence'][0]}*\s*")
        body = []
        for _, inner in lines:
            if closing.fullmatch(inner):
                break
            margin = len(inner[:width]) - len(inner[:width].lstrip(" \t>"))
            body.append(inner[margin:])
        words = re.findall(r"[\w+#-]+", opening["info"].lower())
        directive = bool(words) and words[0] in _DIRECTIVES
        language = (words[1:] or ["python"])[0] if directive else (words or ["python"])[0]
        if language in _PYTHON_INFO:
            code = "\n".join(body)
            head = _OPTIONS.match(code) if directive else None
            skipped = head.end() if head else 0
            first_line = number + 1 + code.count("\n", 0, skipped)
            yield Block(code[skipped:], first_line), bool(words)


def _has_def(block: Block) -> bool:
    nodes = ast.walk(block.tree) if len(block.text) <= CODE_LIMIT and block.tree else ()
    return any(isinstance(node, ast.FunctionDef) for node in nodes)


def _notebook(path: Path, data: bytes) -> list[Block]:
    text = _decode(path, data)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{path} is not a whole notebook: its JSON breaks at line {error.lineno} ({error.msg})."
        ) from None
    except RecursionError:
        raise Unreadable(f"{path} is not a notebook: its JSON is nested too deep.") from None
    except ValueError as error:  # a number of thousands of digits
        raise Unreadable(f"{path} is not a notebook: {error}.") from None
    cells = _cells(_checked(text, content))
    blocks = [
        Block(source, cell=index)
        for index, cell in enumerate(cells)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
        if (source := _source(cell)).strip()
    ]
    if not blocks:
        raise Unreadable(f"{path} has no code cells.")
    return blocks


def _checked(text: str, content: Any) -> Any:
    """The notebook by nbformat, or the plain JSON where nbformat does not accept it."""
    if not isinstance(content, dict) or content.get("nbformat") not in (3, 4):
        return content
    try:
        nbformat: Any = import_module("nbformat")  # takes long: only for a notebook
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nbformat.reader.reads(text)
    except Exception:  # a missing key, a cell of no kind: the code may be there all the same
        return content


def _cells(content: object) -> list[object]:
    """All cells, in order; up to version 3 they lay in worksheets."""
    content = content if isinstance(content, dict) else {}
    sheets = content.get("worksheets") or [content]
    groups = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for group in groups if isinstance(group, list) for cell in group]


def _source(cell: dict[str, object]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source.replace("\r\n", "\n").replace("\r", "\n") if isinstance(source, str) else ""


_READERS = {".py": _module, ".ipynb": _notebook, ".md": _note}
