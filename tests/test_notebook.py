"""The functions of a kernel are judged as they are alive there, and nothing there changes."""

from __future__ import annotations

import json
import linecache
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

import cellcheck
from cellcheck.engine import Settings
from cellcheck.engine.outcome import Status
from cellcheck.reports._display import Display

from .planted import FAULTS, correct_source, plant
from .reported import HOSTILE, hostile
from .test_packaging import loaded_by
from .tiers import sampled

CELL = "import numpy as np\n\ndef sigmoid(x):\n    return 1 / (1 + np.exp(x))\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))


def run(*texts: str, known: bool = True) -> dict[str, Any]:
    """The globals that some cells leave; ``known`` says whether their text can be looked up."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, text in enumerate(texts):
        filename = f"<notebook {number}>"
        if known:
            lines = text.splitlines(keepends=True)
            linecache.cache[filename] = (len(text), None, lines, filename)
        else:
            linecache.cache.pop(filename, None)
        exec(compile(text, filename, "exec", dont_inherit=True), namespace)
    return namespace


def statuses(display: Display) -> dict[str, str]:
    return {f.name: f.status.value for f in display.report.functions if f.found_as}


def test_an_import_loads_nothing() -> None:
    loaded = loaded_by("import cellcheck; dir(cellcheck)")
    assert not loaded & {"numpy", "hypothesis", "scipy", "IPython", "click", "rich", "pytest"}


def test_correct_functions_pass() -> None:
    found = cellcheck.check(run(correct_source("a")), profile="quick")
    assert set(statuses(found).values()) == {"passed"} and len(statuses(found)) > 8
    assert found.report.status == "passed"


@pytest.mark.full
@pytest.mark.parametrize(
    "fault", sampled(FAULTS[:: len(FAULTS) // 6], 7), ids=lambda fault: fault.name
)
def test_a_fault_is_told_where_a_file_s_is(fault: Any, tmp_path: Path) -> None:
    found = cellcheck.check(run(plant(fault)), profile="quick")
    failed = [f for f in found.report.functions if f.status is Status.FAILED]
    (tmp_path / "mine.py").write_text(plant(fault), encoding="utf-8")
    from cellcheck.engine import check

    as_file = check("mine.py", Settings(profile="quick"))
    expected = [f for f in as_file.functions if f.status is Status.FAILED]
    assert [(f.name, f.line) for f in failed] == [(f.name, f.line) for f in expected]
    assert [[o.property for o in f.findings] for f in failed] == [
        [o.property for o in f.findings] for f in expected
    ]


def test_a_mistake_is_named_with_its_line() -> None:
    (function,) = cellcheck.check([run(CELL)["sigmoid"]], profile="quick").report.functions
    (mistake,) = function.diagnosis
    assert (mistake.line, mistake.suggestion) == (4, "return 1 / (1 + np.exp(-x))")


def test_a_function_without_a_text_is_judged() -> None:
    namespace = run(CELL, known=False)
    (function,) = cellcheck.check([namespace["sigmoid"]], profile="quick").report.functions
    assert (function.status, function.line) == (Status.FAILED, None)


@pytest.mark.full
def test_nothing_of_the_person_s_changes() -> None:
    namespace = run("import numpy as np\nseen = []\n", plant(FAULTS[-1]))
    before = dict(namespace)
    cellcheck.check(namespace, profile="quick")
    assert namespace == before


def test_a_demonstration_s_variable_is_no_argument() -> None:
    source = correct_source("a").replace("parameters['Wax']", "parameters_tmp['Wax']")
    source = source.replace('parameters["Wax"]', 'parameters_tmp["Wax"]')
    demo = "np.random.seed(1)\nparameters_tmp = {'Wax': np.random.randn(5, 3)}\nprint(1)\n"
    assert "parameters_tmp" in source
    namespace = run(f"{source}\n{demo}")
    found = cellcheck.check([namespace["rnn_cell_forward"]], profile="quick")
    ((finding,),) = (function.findings for function in found.report.functions)
    assert finding.property == "it_reads_no_variable_of_the_notebook"
    assert "reads the variable parameters_tmp, which only line " in finding.message


def test_decorated_and_redefined_functions_are_the_living_ones() -> None:
    wrapped = (
        "import functools\n\ndef plain(f):\n    @functools.wraps(f)\n"
        "    def inner(*a):\n        return f(*a)\n    return inner\n\n"
        "@plain\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
    )
    found = cellcheck.check(run(CELL, wrapped), profile="quick")
    assert statuses(found) == {"sigmoid": "passed"}


def test_what_is_not_there_is_one_sentence() -> None:
    found = cellcheck.check(run("x = 1\n"))
    assert repr(found).startswith("this notebook has no function that cellcheck knows")
    assert len(repr(found).splitlines()) == 1


@pytest.mark.parametrize("functions", [3, "mine.py", [], [3], len])
def test_what_is_no_function_is_refused(functions: Any) -> None:
    with pytest.raises(TypeError, match="takes globals"):
        cellcheck.check(functions)


@pytest.mark.parametrize("choice", [{"hint": "all"}, {"profile": "slow"}])
def test_a_wrong_choice_is_refused(choice: Any) -> None:
    with pytest.raises(ValueError, match="it can be"):
        cellcheck.check({}, **choice)


def test_a_course_s_configuration_counts(tmp_path: Path) -> None:
    table = '[tool.cellcheck]\nhint = "place"\nprofile = "quick"\nnames = {squash = "sigmoid"}\n'
    (tmp_path / "pyproject.toml").write_text(table)
    found = cellcheck.check(run(CELL.replace("sigmoid", "squash")), hint="fix")
    assert (found.settings.hint, found.settings.profile) == ("place", "quick")
    (function,) = (f for f in found.report.functions if f.found_as)
    assert function.found_as == "squash"
    assert [one.suggestion for one in function.diagnosis] == [""]
    (tmp_path / "pyproject.toml").write_text("[tool.cellcheck]\nhint = 3\n")
    assert "has hint = 3" in repr(cellcheck.check(run(CELL)))


def test_a_page_holds_no_markup_of_a_submission_s() -> None:
    page = Display(hostile(), Settings())._repr_html_()
    assert "pwned()" in page
    tags = set(re.findall(r"</?([a-zA-Z]+)", page))
    assert not tags & {"script", "img", "iframe", "link", "object"}
    assert page.count("<style>") == 1 and HOSTILE not in page
    assert not re.search(r"<[^>]*\bon\w+\s*=", page)


@pytest.mark.full
def test_a_page_shows_the_case_and_the_gradients_as_matrices() -> None:
    wrong = correct_source("a").replace("(1 - a_next ** 2) * da_next", "a_next * da_next")
    page = cellcheck.check([run(wrong)["rnn_cell_backward"]], profile="quick")._repr_html_()
    assert '<table class="matrix">' in page
    assert re.search(r'<svg role="img" aria-label="dW\w+ is: dW\w+\[\d, \d\] should be', page)
    assert '<figure class="curve">' in page


def test_plain_text_is_escaped_too() -> None:
    assert "\x1b" not in repr(Display(hostile(), Settings()))


CELLS = (
    "import cellcheck",
    correct_source("a"),
    "np.random.seed(1)\ndemo = np.random.randn(3, 3)\nprint(demo.shape)",
    "cellcheck.check(globals(), profile='quick')",
    "%load_ext cellcheck",
    "%%cellcheck\ndef sigmoid(x):\n    return 1 / (1 + np.exp(x))",
    "%%cellcheck\ndef softmax(x):\n    return np.exp(x) / demo.sum()",
    "%%cellcheck\nx = 3",
    "sigmoid.__globals__ is globals(), demo.shape, sigmoid(np.array([0.0]))",
)


def test_the_notebook_s_file_is_read_with_these_cells() -> None:
    from cellcheck.engine import check

    format: Any = nbformat
    cells = [format.v4.new_code_cell(text) for text in CELLS]
    format.write(format.v4.new_notebook(cells=cells), "mine.ipynb")
    report = check("mine.ipynb", Settings(profile="quick", functions=("sigmoid",)))
    (sigmoid,) = report.functions
    assert (sigmoid.cell, sigmoid.line, sigmoid.status) == (5, 2, Status.FAILED)
    assert not [note for note in report.notes if "cellcheck" in note]


@pytest.mark.full
def test_an_endless_function_is_told(tmp_path: Path) -> None:
    endless = "def sigmoid(x):\n    while True:\n        pass\n"
    (function,) = cellcheck.check([run(endless)["sigmoid"]], profile="quick").report.functions
    assert "does not come to an end" in function.findings[0].message


@pytest.mark.full
def test_a_notebook_from_end_to_end(tmp_path: Path) -> None:
    for needed in ("nbclient", "ipykernel"):
        pytest.importorskip(needed, reason=f"a notebook is run with {needed}, which is not here")
    (tmp_path / "cells.json").write_text(json.dumps(CELLS))
    # In a process of its own: a kernel's client leaves threads and warnings behind.
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("run_notebook.py"))]
    done = subprocess.run(
        [*command, "cells.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    outputs = json.loads(done.stdout)
    whole, sigmoid, softmax, nothing, after = (outputs[n] for n in (3, 5, 6, 7, 8))
    assert re.search(r"lstm_backward +passed .* cell 2, line \d+", whole["text/plain"])
    assert "functions pass" in whole["text/plain"]
    assert '<div class="cellcheck"' in whole["text/html"]
    assert re.search(r"sigmoid +failed .* cell 6, line 2", sigmoid["text/plain"])
    assert "meant     return 1 / (1 + np.exp(-x))" in sigmoid["text/plain"]
    assert "rnn_cell_forward  " not in sigmoid["text/plain"]
    assert "only cell 3, line 2 assigns" in softmax["text/plain"]
    assert "defines no function that cellcheck knows" in nothing["text/plain"]
    assert after["text/plain"] == "(True, (3, 3), array([0.5]))"
