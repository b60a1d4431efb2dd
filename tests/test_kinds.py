"""Mistakes without a behaviour of their own are named, at their line, with what is right there."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.diagnosis.diagnose import in_harness
from cellcheck.diagnosis.search.goal import Goal
from cellcheck.diagnosis.signs.all import by_signs
from cellcheck.diagnosis.signs.unfinished import by_text
from cellcheck.engine import Check, Diagnosis, FunctionReport, Settings, Status, check
from cellcheck.subject.limits import shorter

from .planted import FAULTS, Fault, correct_source, plant
from .tiers import sampled

QUICK = "quick"
CORRECT = Path(__file__).resolve().parent / "correct"


def told(path: Path, *functions: str) -> list[Diagnosis]:
    """What is said of the functions of a file that are lacking."""
    found: list[Diagnosis] = []

    def look(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
        for report in reports:
            found.extend(by_text(done, report))
            if report.status is Status.FAILED and report.name in done.surroundings:
                with in_harness(done, report) as harness:
                    found.extend(by_signs(Goal(harness, report)))
        return reports

    report = check(str(path), Settings(QUICK, functions=functions), None, look)
    assert report.error is None
    return found


def diagnosed(path: Path, *functions: str) -> list[Diagnosis]:
    """The same with what the search finds."""
    report = check(str(path), Settings(QUICK, functions=functions), None, diagnose)
    return [one for function in report.functions for one in function.diagnosis]


def of_planted(fault: Fault, folder: Path) -> tuple[Diagnosis, list[str]]:
    """The one thing that is said of a planted fault, and the lines of the file."""
    path = folder / "planted.py"
    path.write_text(source := plant(fault), encoding="utf-8")
    (found,) = diagnosed(path, fault.function)
    return found, source.splitlines()


def a(function: str, *replacements: tuple[str, str], demo: str = "") -> Fault:
    return Fault("own", function, "a", replacements, demo=demo)


def b(function: str, *replacements: tuple[str, str], demo: str = "") -> Fault:
    return Fault("own", function, "b", replacements, demo=demo)


CASES = {
    "undefined name": (
        a("rnn_cell_forward", ("np.dot(Wax, xt)", "np.dot(Wax, x_t)")),
        "undefined_name",
        "a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, x_t) + ba)",
        "a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)",
    ),
    "one of two statements on a line": (
        a("rnn_cell_forward", ('    by = parameters["by"]\n', '    k = 1; by = parametrs["by"]\n')),
        "undefined_name",
        'k = 1; by = parametrs["by"]',
        'k = 1; by = parameters["by"]',
    ),
    "letters of two bytes before it": (
        a(
            "rnn_cell_forward",
            ("a_next = np.tanh(np.dot(Waa,", "α = 'é'; a_next = np.tanh(np.dot(Wa,"),
        ),
        "undefined_name",
        "α = 'é'; a_next = np.tanh(np.dot(Wa, a_prev) + np.dot(Wax, xt) + ba)",
        "α = 'é'; a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)",
    ),
    "an entry of the parameters that was never taken": (
        a(
            "lstm_cell_forward",
            ('Wo, bo = parameters["Wo"], parameters["bo"]', "bo = parameters['bo']"),
        ),
        "undefined_name",
        "ot = sigmoid(np.dot(Wo, concat) + bo)",
        'ot = sigmoid(np.dot(parameters["Wo"], concat) + bo)',
    ),
    "a total that was never started": (
        a("rnn_backward", ("    dWaa = np.zeros((n_a, n_a))\n", "")),
        "unassigned_name",
        "for t in reversed(range(T_x)):",
        "dWaa = 0\nfor t in reversed(range(T_x)):",
    ),
    "two states that were never started": (
        a("lstm_forward", ("    a_next = a0\n", ""), ("    c_next = np.zeros((n_a, m))\n", "")),
        "unassigned_name",
        "for t in range(T_x):",
        "a_next = a0\nc_next = np.zeros_like(a0)\nfor t in range(T_x):",
    ),
    "a variable of the demonstration": (
        b("rnn_backward", ("caches[step])", "steps_tmp[step])"), demo="steps_tmp = open('x')\n"),
        "notebook_variable",
        "grads = rnn_cell_backward(da[..., step] + carry, steps_tmp[step])",
        "grads = rnn_cell_backward(da[..., step] + carry, caches[step])",
    ),
    "a part of a shape that was not given a name": (
        a("rnn_backward", ("n_a, m, T_x = da.shape", "n_a, _, T_x = da.shape"), demo="m = 10\n"),
        "hard_coded_dimension",
        "n_a, _, T_x = da.shape",
        "n_a, m, T_x = da.shape",
    ),
    "the same with nothing beside the functions": (
        a("rnn_backward", ("n_a, m, T_x = da.shape", "n_a, _, T_x = da.shape")),
        "undefined_name",
        "n_a, _, T_x = da.shape",
        "n_a, m, T_x = da.shape",
    ),
    "a result that stands alone": (
        b("lstm_forward", ("tape.append(memory)", "memory")),
        "cache_not_stored",
        "memory",
        "tape.append(memory)",
    ),
    "a name that says what it was to be": (
        a("lstm_cell_backward", ("    tanh_c = np.tanh(c_next)\n", "")),
        "unassigned_name",
        "dot = da_next * tanh_c * ot * (1 - ot)",
        "tanh_c = np.tanh(c_next)\ndot = da_next * tanh_c * ot * (1 - ot)",
    ),
    "one line of a statement of several": (
        b("rnn_cell_backward", ('"dxt": p["Wax"].T @ delta', '"dxt": p["Wax"] @ delta')),
        "transpose_missing",
        '"dxt": p["Wax"] @ delta,',
        '"dxt": p["Wax"].T @ delta,',
    ),
    "a number beside the functions": (
        a("lstm_cell_forward", ("    n_a = a_prev.shape[0]\n", ""), demo="n_a = 5\n"),
        "hard_coded_dimension",
        "concat = np.zeros((n_a + n_x, m))",
        "n_a = a_prev.shape[0]\nconcat = np.zeros((n_a + n_x, m))",
    ),
    "a dimension as a number, twice in one statement": (
        a("lstm_cell_forward", ("concat[:n_a, :]", "concat[:4, :]")),
        "hard_coded_dimension",
        "concat[:4, :] = a_prev",
        "concat[:n_a, :] = a_prev",
    ),
    "a name that numpy dropped": (
        b("lstm_forward", ("np.zeros_like(a0)", "np.zeros_like(a0, dtype=np.float)")),
        "numpy_name_dropped",
        "hidden, cell = a0, np.zeros_like(a0, dtype=np.float)",
        "hidden, cell = a0, np.zeros_like(a0, dtype=float)",
    ),
    "a name that numpy never had": (
        a("rnn_cell_forward", ("np.tanh(", "np.tanhh(")),
        "module_name_missing",
        "a_next = np.tanhh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)",
        "a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)",
    ),
    "a wrong key": (
        b("rnn_cell_forward", ('p["Wya"]', 'p["Wy"]')),
        "wrong_key",
        'scores = p["Wy"] @ hidden + p["by"]',
        'scores = p["Wya"] @ hidden + p["by"]',
    ),
    "arrays without their tuple": (
        b("lstm_cell_forward", ("np.vstack([a_prev, xt])", "np.concatenate(a_prev, xt)")),
        "parts_not_in_a_tuple",
        "z = np.concatenate(a_prev, xt)",
        "z = np.concatenate((a_prev, xt))",
    ),
    "np.append on a list": (
        a("lstm_forward", ("caches.append(cache)", "caches = np.append(caches, cache)")),
        "cache_flattened",
        "caches = np.append(caches, cache)",
        "caches.append(cache)",
    ),
    "np.append whose result is dropped": (
        b("rnn_forward", ("tape.append(memory)", "np.append(tape, memory)")),
        "cache_not_stored",
        "np.append(tape, memory)",
        "tape.append(memory)",
    ),
    "a list set to what append returns": (
        a("rnn_forward", ("caches.append(cache)", "caches = caches.append(cache)")),
        "cache_overwritten",
        "caches = caches.append(cache)",
        "caches.append(cache)",
    ),
    "a list overwritten": (
        b("lstm_forward", ("tape.append(memory)", "tape = [memory]")),
        "cache_overwritten",
        "tape = [memory]",
        "tape.append(memory)",
    ),
    "a result compared instead of stored": (
        a("rnn_forward", ("y_pred[:, :, t] = yt_pred", "y_pred[:, :, t] == yt_pred")),
        "result_not_stored",
        "y_pred[:, :, t] == yt_pred",
        "y_pred[:, :, t] = yt_pred",
    ),
    "nothing returned": (
        b("sigmoid", ("return 0.5 * (1 + np.tanh(0.5 * x))", "s = 0.5 * (1 + np.tanh(0.5 * x))")),
        "nothing_returned",
        "s = 0.5 * (1 + np.tanh(0.5 * x))",
        "return 0.5 * (1 + np.tanh(0.5 * x))",
    ),
    "an argument changed in place": (
        a(
            "rnn_cell_backward",
            (
                "    dtanh = (1 - a_next ** 2) * da_next\n",
                "    dtanh = da_next\n    dtanh *= 1 - a_next ** 2\n",
            ),
        ),
        "argument_changed",
        "dtanh = da_next",
        "dtanh = da_next * (1 - a_next ** 2)",
    ),
    "a slice of an argument changed in place": (
        b(
            "rnn_backward",
            (
                "        grads = rnn_cell_backward(da[..., step] + carry,",
                "        da[..., step] += carry\n        grads = rnn_cell_backward(da[..., step],",
            ),
        ),
        "argument_changed",
        "da[..., step] += carry",
        "grads = rnn_cell_backward(da[..., step] + carry, caches[step])",
    ),
    "a view kept in the caches": (
        a("lstm_forward", ("c_next = np.zeros((n_a, m))", "c_next = c[:, :, T_x - 1]")),
        "initial_state_wrong",
        "c_next = c[:, :, T_x - 1]",
        "c_next = np.zeros_like(a0)",
    ),
    "one array for two results": (
        a(
            "lstm_forward",
            ("    a = np.zeros((n_a, m, T_x))\n", ""),
            ("c = np.zeros((n_a, m, T_x))", "a = c = np.zeros((n_a, m, T_x))"),
        ),
        "expression_wrong",
        "a = c = np.zeros((n_a, m, T_x))",
        "a = np.zeros((n_a, m, T_x))\nc = np.zeros((n_a, m, T_x))",
    ),
    "a second name for one dictionary": (
        a("initialize_adam", ("    s = {}\n", "    s = v\n")),
        "arrays_aliased",
        "s = v",
        "s = {}",
    ),
    "one dictionary returned twice": (
        a("initialize_adam", ("return v, s", "return v, v")),
        "arrays_aliased",
        "return v, v",
        "return v, s",
    ),
    "one array in two dictionaries": (
        a(
            "initialize_adam",
            (
                's["dW" + str(l)] = np.zeros(parameters["W" + str(l)].shape)',
                's["dW" + str(l)] = v["dW" + str(l)]',
            ),
        ),
        "arrays_aliased",
        's["dW" + str(l)] = v["dW" + str(l)]',
        's["dW" + str(l)] = v["dW" + str(l)].copy()',
    ),
    "a work buffer that is returned": (
        a(
            "rnn_cell_forward",
            ("(xt, a_prev, parameters)", "(xt, a_prev, parameters, work={})"),
            (
                "    a_next = np.tanh(",
                "    a_next = work.setdefault(a_prev.shape, np.empty(a_prev.shape))\n"
                "    a_next[:] = np.tanh(",
            ),
        ),
        "result_overwritten",
        "a_next[:] = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)",
        "a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)",
    ),
    "a statement that raises and is not needed": (
        a("lstm_forward", ("    return a, y, c,", "    print(a[4][3][6])\n    return a, y, c,")),
        "statement_too_many",
        "print(a[4][3][6])",
        "# (leave this line out)",
    ),
    "a transpose left out": (
        a("rnn_cell_backward", ("np.dot(dtanh, xt.T)", "np.dot(dtanh, xt)")),
        "transpose_missing",
        "dWax = np.dot(dtanh, xt)",
        "dWax = np.dot(dtanh, xt.T)",
    ),
}


@pytest.mark.parametrize("name", sampled(CASES, 15))
def test_a_mistake_is_named_at_its_line_with_what_is_right(name: str, tmp_path: Path) -> None:
    fault, kind, line, suggestion = CASES[name]
    found, lines = of_planted(fault, tmp_path)
    assert found.fault == kind
    assert found.line is not None and found.end_line is not None
    assert lines[found.line - 1].strip() == line
    whole = "\n".join(lines[found.line - 1 : found.end_line])
    assert textwrap.dedent(whole).strip() == found.source
    assert found.suggestion == suggestion


MENDED = [
    fault
    for fault in FAULTS
    if fault.name
    in {
        "lstm_cell_backward_reads_global_weights",
        "lstm_forward_changes_a0",
        "lstm_backward_works_in_da",
        "lstm_cell_forward_dimension_hard_coded",
        "lstm_forward_first_cell_state_is_the_second_slot",
        "rnn_forward_one_buffer_for_every_state",
        "adam_reads_a_global_gradient",
    }
]


@pytest.mark.parametrize("fault", sampled(MENDED, 40), ids=lambda fault: fault.name)
@pytest.mark.full
def test_what_is_suggested_makes_the_function_right(fault: Fault, tmp_path: Path) -> None:
    found, lines = of_planted(fault, tmp_path)
    assert found.line and found.end_line and found.suggestion
    first = lines[found.line - 1]
    margin = first[: len(first) - len(first.lstrip())]
    lines[found.line - 1 : found.end_line] = [
        f"{margin}{line}" for line in found.suggestion.splitlines()
    ]
    path = tmp_path / "mended.py"
    path.write_text("\n".join(lines), encoding="utf-8")
    (report,) = check(str(path), Settings(QUICK, functions=(fault.function,))).functions
    assert report.status == "passed"


@pytest.mark.parametrize(
    ("fault", "condition"),
    [
        (
            a(
                "lstm_cell_forward",
                ("c_next = ft * c_prev", "c_next = ft * c_prev + Wf @ Wi.T[:, :1]"),
            ),
            None,
        ),
        (a("rnn_forward", ("range(T_x)", "range(m)")), "only when m > T_x"),
        (b("rnn_forward", ("range(x.shape[2])", "range(1, x.shape[2])")), "only when T_x = 1"),
    ],
    ids=["wrong values only", "more examples than steps", "one step"],
)
def test_the_dimensions_that_raise_are_found_by_trying(
    fault: Fault, condition: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "planted.py"
    path.write_text(plant(fault), encoding="utf-8")
    found = told(path, fault.function)
    if condition is None:
        assert found == []
    else:
        assert [one.fault for one in found] == ["raises_for_some_dimensions"]
        assert found[0].message.endswith(f"{condition}.")
        assert found[0].line is None and found[0].suggestion == ""


def test_a_second_mistake_leaves_the_line_and_takes_the_suggestion(tmp_path: Path) -> None:
    fault = a(
        "rnn_cell_forward",
        ("np.dot(Wax, xt)", "np.dot(Wax, x_t)"),
        ("softmax(np.dot(Wya, a_next) + by)", "softmax(np.dot(Wya, a_prev) + by)"),
    )
    path = tmp_path / "planted.py"
    path.write_text(plant(fault), encoding="utf-8")
    (found,), lines = told(path, fault.function), plant(fault).splitlines()
    assert found.fault == "undefined_name" and "x_t" in lines[(found.line or 0) - 1]
    assert found.suggestion == ""


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        ("def sigmoid(x)\n    return x\n", "A colon is missing", "def sigmoid(x):"),
        ("def sigmoid(x):\n    print 'hi'\n    return x\n", "Print needs brackets", "print('hi')"),
        ("def sigmoid(x):\n    s = (1 + x\n    return s\n", "The bracket ( that opens here", ""),
        ("def sigmoid(x):\n    return 1 / (1 + x))\n", "This line has a ) that nothing opens", ""),
        ("def sigmoid(x):\nreturn x\n", "Nothing stands below the function definition", ""),
        ("def sigmoid(x):\n    return 1 x\n", "Python cannot read this", ""),
    ],
    ids=["colon", "print", "bracket", "bracket too many", "indent", "anything"],
)
def test_text_that_is_not_python(text: str, message: str, suggestion: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text(f"import numpy as np\n\n\n{text}\n\ndef softmax(x):\n    return x\n")
    found = [one for one in told(path) if one.fault == "not_python"]
    assert len(found) == 1
    assert message in found[0].message
    assert found[0].suggestion == suggestion
    lines = path.read_text().splitlines()
    assert found[0].line and lines[found[0].line - 1].strip() == found[0].source


def test_a_stub_says_which_line_is_to_be_written(tmp_path: Path) -> None:
    path = tmp_path / "stub.py"
    path.write_text("import numpy as np\n\n\ndef sigmoid(x):\n    s = None\n    return s\n")
    (found,) = told(path)
    assert (found.fault, found.line, found.source) == ("unfinished", 5, "s = None")


@pytest.mark.parametrize(
    ("left", "line"), [("pass", "pass"), ("", "return h, cache")], ids=["a gap", "nothing"]
)
def test_where_a_loop_is_left_out_it_is_still_to_be_written(
    left: str, line: str, tmp_path: Path
) -> None:
    source = correct_source("gru_rows")
    start, loop, after = source.partition("    for t in range(T):\n        state, step")
    _, end, after = after.partition("    return h, cache\n")
    path = tmp_path / "own.py"
    path.write_text(f"{start}    {left}\n{end}{after}" if loop else "")
    (found,) = told(path, "gru_forward")
    assert (found.fault, found.source, found.suggestion) == ("unfinished", line, "")
    assert "`h` is returned as it was made" in found.message


def test_a_line_of_a_notebook_is_counted_in_its_cell(tmp_path: Path) -> None:
    function = "# the activation\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-z))\n"
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in ("import numpy as np\n", function)
    ]
    path = tmp_path / "notebook.ipynb"
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(document))
    (found,) = told(path)
    assert (found.fault, found.cell, found.line) == ("undefined_name", 1, 3)
    assert found.suggestion == "return 1 / (1 + np.exp(-x))"


@pytest.mark.full
@pytest.mark.parametrize("name", sampled(["style_a.py", "style_b.py", "preallocated_views.py"], 3))
def test_nothing_is_said_of_correct_code(name: str) -> None:
    assert told(CORRECT / name) == []


HEAD = "import numpy as np\n\n\ndef sigmoid(x):\n    n, y = 0, x\n"
ENDLESS = {
    "the step is left out": ("while n < 3:", "y = 1 / (1 + np.exp(-x))", "n += 1"),
    "there is another loop in it": (
        "while n < 3:",
        "for k in range(5):\n            y = 1 / (1 + np.exp(-x))\n        y = y + 0",
        "n += 1",
    ),
    "the step is none": ("while n < 3:", "y = 1 / (1 + np.exp(-x))\n        n += 0", "n += 1"),
    "nothing is known of it": ("while True:", "y = 1 / (1 + np.exp(-x))", ""),
}


@pytest.mark.parametrize("name", sampled(ENDLESS, 4))
def test_the_loop_that_does_not_end_is_told(name: str, tmp_path: Path) -> None:
    head, body, meant = ENDLESS[name]
    path = tmp_path / "own.py"
    path.write_text(f"{HEAD}    {head}\n        {body}\n    return y\n")
    with shorter(0.1):
        (found,) = told(path, "sigmoid")
    lines = path.read_text().splitlines()
    assert found.fault == "endless_loop" and f"`{head}`" in found.message
    assert 6 <= (found.line or 0) <= len(lines) - 1
    assert found.suggestion.endswith(meant)
    if not meant:
        assert found.source == head and found.suggestion == ""


@pytest.mark.parametrize(
    ("function", "replacements", "line"),
    [
        (
            "rnn_cell_forward",
            (("    Wax = parameters", "    n = xt\n    b = Waa * n\n    Wax = parameters"),),
            "b = Waa * n",
        ),
        (
            "rnn_forward",
            (("    a_next = a0\n", ""), ("    for t in range", "    b = x\n    for t in range")),
            "a_next, yt_pred, cache = ",
        ),
    ],
)
def test_a_finding_has_the_line_on_which_a_name_without_a_value_is_read(
    function: str, replacements: tuple[tuple[str, str], ...], line: str, tmp_path: Path
) -> None:
    source = plant(a(function, *replacements))
    (tmp_path / "own.py").write_text(source)
    report = check(str(tmp_path / "own.py"), Settings(QUICK, functions=(function,)))
    (finding,) = next(f for f in report.functions if f.name == function).findings
    number = 1 + next(n for n, text in enumerate(source.splitlines()) if line in text)
    assert "UnboundLocalError" in finding.message and f"(line {number})" in finding.message
