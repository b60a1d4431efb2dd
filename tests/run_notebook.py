"""Runs a notebook of the cells in a JSON list, and prints what each cell gave by its type."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

cells = [nbformat.v4.new_code_cell(text) for text in json.loads(Path(sys.argv[1]).read_text())]
notebook = nbformat.v4.new_notebook(cells=cells)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
given = []
for cell in notebook.cells:
    gave = {}
    for output in cell.outputs:
        gave |= output.get("data", {"text/plain": output.get("text")})
    given.append(gave)
print(json.dumps(given))
