"""Lines of a cell are found in the notebook's own text, whatever else stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from cellcheck.reports._places import Lines, from_root

CODE = "import numpy as np\n\n\ndef f(x):\n    return 'é\\n' + x  # \"quoted\"\n"


def notebook(path: Path, **form: Any) -> str:
    """A notebook whose text and outputs repeat every line of its second code cell."""
    output = v4.new_output("stream", text=CODE)
    cells = [
        v4.new_markdown_cell(CODE),
        v4.new_code_cell("x = 1", outputs=[output]),
        v4.new_code_cell(CODE.rstrip("\n"), outputs=[output], metadata={"tags": [CODE]}),
    ]
    path.write_text(json.dumps(json.loads(nbformat.writes(v4.new_notebook(cells=cells))), **form))
    return str(path)


@pytest.mark.parametrize("ascii", [True, False])
def test_a_line_of_a_cell(tmp_path: Path, ascii: bool) -> None:
    path = notebook(tmp_path / "a.ipynb", indent=1, ensure_ascii=ascii)
    text = Path(path).read_text("utf-8").splitlines()
    lines = Lines(path)
    for number, line in enumerate(CODE.splitlines(), start=1):
        found = lines.of(2, number)
        assert found is not None and line == json.loads(text[found - 1].strip(" ,")).rstrip("\n")
    place = lines.of(1, 1)
    assert place is not None and '"x = 1"' in text[place - 1]
    assert lines.of(2, 99) is None and lines.of(9, 1) is None and lines.of(2, None) is None


def test_a_notebook_on_one_line(tmp_path: Path) -> None:
    assert Lines(notebook(tmp_path / "a.ipynb")).of(2, 5) == 1


def test_a_source_that_is_one_text(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": CODE}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [cell]}, indent=1))
    assert (
        Lines(str(path)).of(0, 4)
        == Path(path).read_text().splitlines().index(f'   "source": {json.dumps(CODE)}') + 1
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [1, {"source": 2}]}'])
def test_what_is_no_notebook_has_no_lines(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    assert Lines(str(path)).of(0, 1) is None
    assert Lines(str(tmp_path / "gone.ipynb")).of(0, 1) is None


def test_a_module_has_its_own_lines() -> None:
    assert Lines("a.py").of(None, 3) == 3


def test_paths_begin_at_the_root_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "week" / "one"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert from_root("a.py") == "a.py" and from_root(str(inner / "b" / ".." / "a.py")) == "a.py"
    assert from_root("../a.py") == "../a.py"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert from_root("a.py") == "week/one/a.py" and from_root("../a.py") == "week/a.py"
