"""Files of three kinds, their text, and what cannot be read: told in one sentence."""

from __future__ import annotations

import inspect
import json
import traceback
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from cellcheck.reading import files
from cellcheck.submissions.loading import Unreadable, read

from .conftest import Reader


def sentence(path: Path | str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(path)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text
    return text


# ---------------------------------------------------------------- what cannot be read


def test_no_such_file(tmp_path: Path) -> None:
    assert "does not exist" in sentence(tmp_path / "none.py")


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in sentence(tmp_path)


def test_a_foreign_suffix_names_the_three(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x = 1")
    assert ".py, .ipynb or .md" in sentence(tmp_path / "a.txt")


@pytest.mark.parametrize("suffix", [".py", ".ipynb", ".md"])
@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_nothing_in_it(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert "is empty" in sentence(path)


def test_binary_junk(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(bytes(range(256)))
    assert "NUL" in sentence(path)


@pytest.mark.parametrize("suffix", [".py", ".ipynb", ".md"])
def test_text_that_is_not_utf8(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"x = 1\n\n# caf\xe9\n")
    assert "not UTF-8 text (line 3)" in sentence(path)


def test_an_unknown_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"# -*- coding: klingon -*-\nx = 1\n")
    assert "encoding" in sentence(path)


@pytest.mark.parametrize("coding", ["rot13", "zlib", "hex"])
def test_an_encoding_that_is_none_of_text(coding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(f"# -*- coding: {coding} -*-\nx = 1\n".encode())
    assert "encoding" in sentence(path)


def test_a_notebook_with_a_number_of_thousands_of_digits(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text('{"cells": [], "nbformat": ' + "9" * 10_000 + "}")
    assert "not a notebook" in sentence(path)


def test_a_huge_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was opened"))
    assert "at most 10 MB" in sentence(path)


def test_a_notebook_may_be_large_but_not_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notebook: Reader
) -> None:
    cell = {"cell_type": "code", "source": "def f(): return 1", "metadata": {}}
    output = [{"output_type": "stream", "name": "stdout", "text": "x" * 11 * 2**20}]
    content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {},
               "cells": [{**cell, "outputs": output, "execution_count": 1}]}  # fmt: skip
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(content))
    assert read(path).definitions["f"].function() == 1
    monkeypatch.setattr(files, "CODE_LIMIT", 5)
    assert "too large" in sentence(path)


def test_no_more_code_is_parsed_than_anybody_writes(tmp_path: Path) -> None:
    long, many = tmp_path / "long.py", tmp_path / "many.py"
    long.write_text("X = [" + "0," * 2**19 + "]\n")
    assert "at most 1 MB of code" in sentence(long)
    many.write_text("a = b\n" * 10_001)
    assert "at most 10000 statements" in sentence(many)


def test_a_long_block_of_no_language_in_a_note_is_passed_over(tmp_path: Path) -> None:
    note = tmp_path / "a.md"
    note.write_text("```python\ndef f(): return 1\n```\n```\n" + "0\n" * 2**20 + "```\n")
    assert [*read(note).definitions] == ["f"]


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.py").write_text("x = 1")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "permission denied" in sentence(tmp_path / "a.py")


@pytest.mark.parametrize("text", ['{"cells": [{"cell_type": "co', "not json at all"])
def test_a_truncated_notebook(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    assert "not a whole notebook" in sentence(tmp_path / "a.ipynb")


@pytest.mark.parametrize(
    "content", [[], 3, {}, {"cells": None}, {"cells": [{"cell_type": "markdown", "source": "a"}]}]
)
def test_a_notebook_without_code(tmp_path: Path, content: Any) -> None:
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    assert "no code cells" in sentence(tmp_path / "a.ipynb")


def test_a_note_without_python(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Title\n```bash\nls\n```\n```\nx = 1\n```\n")
    assert "no Python block" in sentence(tmp_path / "a.md")


def test_a_module_that_is_no_python_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("Hello\nthis is a letter.\n")
    text = sentence(tmp_path / "a.py")
    assert "is not Python: line 2: invalid syntax" in text


# ---------------------------------------------------------------- the three kinds of file


def test_bom_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.PY"
    path.write_bytes(b"\xef\xbb\xbf# one\r\ndef f():\r\n    return 7\r\n")
    definition = read(path).definitions["f"]
    assert (definition.function(), definition.line) == (7, 2)
    assert definition.source == "def f():\n    return 7"


def test_a_named_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# coding: latin-1\ndef f():\n    return 'é'\n".encode("latin-1"))
    assert read(path).definitions["f"].function() == "é"


def test_a_definition_knows_its_place(module: Reader) -> None:
    document = module("""
        import functools

        @functools.lru_cache
        def f(x):
            return x

        g = lambda x: x + 1
        h = f
        """)
    f, g, h = (document.definitions[name] for name in "fgh")
    assert (f.line, f.cell, f.node and f.node.lineno) == (5, None, 5)
    assert f.source.startswith("def f(x):")
    assert (g.line, g.source, g.function(1)) == (8, "g = lambda x: x + 1", 2)
    assert h.name == "h"
    assert h.function is f.function
    assert h.line == 5


def test_the_last_definition_wins(notebook: Reader) -> None:
    document = notebook("def f():\n    return 1", "def f():\n    return 2")
    assert (document.definitions["f"].function(), document.definitions["f"].cell) == (2, 2)


def test_only_the_branch_that_was_taken_counts(module: Reader) -> None:
    document = module("""
        import sys
        if sys.version_info >= (3,):
            def f():
                return 3
        else:
            def f():
                return 2
        """)
    assert (document.definitions["f"].function(), document.definitions["f"].line) == (3, 4)


def test_a_traceback_and_inspect_see_the_source(notebook: Reader, module: Reader) -> None:
    document = notebook("x = 1", "\ndef f():\n    raise ValueError(1)")
    for place in (document, module("\n\ndef f():\n    raise ValueError(1)\n")):
        function = place.definitions["f"].function
        with pytest.raises(ValueError, match="1") as caught:
            function()
        last = traceback.extract_tb(caught.value.__traceback__)[-1]
        assert last.lineno == place.definitions["f"].line + 1
        assert last.line == "raise ValueError(1)"
        assert inspect.getsource(function).startswith("def f():")


def test_an_old_notebook(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "a"},
        {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [],
         "input": ["def f():\n", "    return 1"], "collapsed": False, "prompt_number": 1},
    ]  # fmt: skip
    content = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""},
               "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    definition = read(tmp_path / "a.ipynb").definitions["f"]
    assert (definition.cell, definition.line, definition.function()) == (1, 1, 1)


@pytest.mark.parametrize("extra", [{}, {"nbformat": 9}, {"nbformat": "x", "metadata": 3}])
def test_a_notebook_with_invalid_metadata(tmp_path: Path, extra: dict[str, Any]) -> None:
    cells = [None, {"cell_type": "code", "source": ["def f():\n", "    return 1"]}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells, **extra}))
    assert read(tmp_path / "a.ipynb").definitions["f"].cell == 1


def test_the_fences_of_a_note(tmp_path: Path) -> None:
    text = """\
    # Title
    ```python
    def a(): return 1
    ```
    ~~~{python}
    def b(): return 2
    ~~~
    1. item
       ```py
       def c():
           return 3
       ```
    ```
    def d(): return 4
    ```
    ```
    not python, though it says def f()
    ```
    ```js
    function e() {}
    ```
    > ```python3
    > def g():
    >     return 7
    > ```
    ````ipython
    def h(): return '''
    ```
    '''
    ````
    ```python
    def last(): return 9"""
    (tmp_path / "a.md").write_text(dedent(text))
    document = read(tmp_path / "a.md")
    lines = {name: definition.line for name, definition in document.definitions.items()}
    assert lines == {"a": 3, "b": 6, "c": 10, "d": 14, "g": 23, "h": 27, "last": 32}
    assert document.definitions["c"].function() == 3
    assert document.definitions["h"].function() == "\n```\n"
    assert document.notes == ()
    with pytest.raises(AttributeError) as caught:
        document.definitions["g"].function().missing  # noqa: B018  # reading it is what raises
    assert caught.value is not None
    assert inspect.getsource(document.definitions["c"].function) == "def c():\n    return 3\n"


@pytest.mark.parametrize(
    ("fence", "line"),
    [
        ("```{code-cell} ipython3\nCODE\n```", 2),
        ("```{code-cell}\n:tags: [hide-input]\n:name: x\n\nCODE\n```", 5),
        ("```{code-cell} python\n---\ntags: [a]\n---\nCODE\n```", 5),
        ("~~~ {.python .numberLines startFrom=3}\nCODE\n~~~", 2),
        (":::\n```{code-block} python\n:linenos:\nCODE\n```\n:::", 4),
        ('```Python title="a.py"\nCODE\n```', 2),
    ],
)
def test_a_fence_that_says_more_than_its_language(tmp_path: Path, fence: str, line: int) -> None:
    code = "def a():\n    return 1"
    (tmp_path / "a.md").write_text(f"{fence.replace('CODE', code)}\n")
    document = read(tmp_path / "a.md")
    assert document.definitions["a"].line == line
    assert document.notes == ()


@pytest.mark.parametrize("info", ["{code-cell} r", "{code-block} console", "{.js}", "text"])
def test_a_fence_of_another_language_is_left_out(tmp_path: Path, info: str) -> None:
    text = f"```python\ndef a(): return 1\n```\n\n```{info}\ndef b(): return 2\n```\n"
    (tmp_path / "a.md").write_text(text)
    assert [*read(tmp_path / "a.md").definitions] == ["a"]
