"""Whole files through the engine: who is blamed, who is not, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cellcheck.engine import (
    FunctionReport,
    Level,
    Settings,
    Status,
    SubmissionReport,
    Verdict,
    check,
    checking,
)
from cellcheck.properties import PROPERTIES, Property, Subject

from .planted import FAULTS, Fault, correct_source, plant
from .tiers import sampled

LSTM_STEP = "def lstm_cell_forward"
STYLE_A = correct_source("a")


def checked(tmp_path: Path, source: str, name: str = "cells.py", **choices: object) -> Reports:
    path = tmp_path / name
    path.write_text(source, encoding="utf-8")
    settings = Settings(**{"profile": "quick", **choices})  # type: ignore[arg-type]
    return Reports(check(str(path), settings))


class Reports(dict[str, FunctionReport]):
    """The reports on the functions that a file has, by name."""

    def __init__(self, report: SubmissionReport) -> None:
        super().__init__({f.name: f for f in report.functions if f.status is not Status.MISSING})
        self.whole = report

    def named(self, status: Status) -> set[str]:
        return {name for name, function in self.items() if function.status is status}


def changed(*changes: tuple[str, str], source: str = STYLE_A) -> str:
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new, 1)
    return source


def without(source: str, *names: str) -> str:
    """The source without some of its functions."""
    parts = source.split("\n\n\n")
    return "\n\n\n".join(p for p in parts if not p.startswith(tuple(f"def {n}(" for n in names)))


def with_own_keys(source: str) -> str:
    """The input gate is called u, and a weight of the RNN is known by the names that are given."""
    for name, used in {"Wi": "Wu", "bi": "bu", "Waa": "hidden"}.items():
        source = source.replace(f'"{name}"', f'"{used}"').replace(f'"d{name}"', f'"d{used}"')
    return source


IN_CELLS = [f for f in FAULTS if "cell" in f.function and f.style == "a"]


@pytest.mark.full
@pytest.mark.parametrize("fault", sampled(IN_CELLS[1::9], 16), ids=lambda fault: fault.name)
def test_one_fault_is_one_fault_with_own_names_of_parameters(tmp_path: Path, fault: Fault) -> None:
    names = {"hidden": "Waa"}
    found = checked(tmp_path, with_own_keys(plant(fault)), profile="quick", names=names)
    same = checked(tmp_path, plant(fault), profile="quick")
    assert found.named(Status.FAILED) == same.named(Status.FAILED)
    assert found.named(Status.BLOCKED) == same.named(Status.BLOCKED)


@pytest.mark.full
def test_a_faulty_callee_does_not_taint_its_callers(tmp_path: Path) -> None:
    source = changed(("1 / (1 + np.exp(-", "1 / (1 + np.exp(+"))
    assert checked(tmp_path, source).named(Status.FAILED) == {"sigmoid"}


@pytest.mark.full
def test_caller_and_callee_are_both_told_when_both_are_at_fault(tmp_path: Path) -> None:
    body = STYLE_A[STYLE_A.index("def rnn_forward") : STYLE_A.index("def rnn_cell_backward")]
    source = changed((body, body.replace("a_next = a0", "a_next = 0 * a0")))
    step = source[source.index("def rnn_cell_forward") : source.index("def rnn_forward")]
    source = changed((step, step.replace("np.tanh(", "np.sin(")), source=source)
    assert checked(tmp_path, source).named(Status.FAILED) == {"rnn_cell_forward", "rnn_forward"}


STUB = '''
import numpy as np

def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    dtanh = None
    dxt = np.dot(parameters["Wax"].T, dtanh)
    return {"dxt": dxt, "da_prev": None, "dWax": None, "dWaa": None, "dba": None}

def rnn_forward(x, a0, parameters):
    raise NotImplementedError

def sigmoid(x):
    """To be written."""
    pass
'''


def test_stubs_are_incomplete_and_no_failure(tmp_path: Path) -> None:
    reports = checked(tmp_path, STUB)
    assert reports.named(Status.INCOMPLETE) == {"rnn_cell_backward", "rnn_forward", "sigmoid"}
    assert reports.whole.status == "not_judged"
    assert "line 6" in reports["rnn_cell_backward"].reason


def test_a_harmless_none_does_not_hide_a_fault(tmp_path: Path) -> None:
    source = "def sigmoid(x, clip=None):\n    low = None\n    if low is None:\n        return -x\n"
    assert checked(tmp_path, source).named(Status.FAILED) == {"sigmoid"}


@pytest.mark.full
def test_a_callee_may_be_called_by_keyword(tmp_path: Path) -> None:
    by_keyword = (
        "lstm_cell_forward(parameters=parameters, c_prev=c_next, xt=x[:, :, t], a_prev=a_next)"
    )
    source = changed(("lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)", by_keyword))
    step = source[source.index(LSTM_STEP) : source.index("def lstm_forward")]
    source = changed((step, step.replace("np.tanh(", "np.cos(", 1)), source=source)
    assert checked(tmp_path, source).named(Status.FAILED) == {"lstm_cell_forward"}


@pytest.mark.full
def test_names_that_the_file_does_not_define_are_given_correct_functions(tmp_path: Path) -> None:
    source = "from my_helpers import sigmoid, softmax\n" + without(STYLE_A, "sigmoid", "softmax")
    reports = checked(tmp_path, source)
    assert reports.named(Status.PASSED) == set(reports)
    assert any(note.startswith("sigmoid is called and not defined") for note in reports.whole.notes)


def test_a_backward_function_alone_is_judged_with_a_correct_cache(tmp_path: Path) -> None:
    source = without(
        STYLE_A, "rnn_cell_forward", "rnn_forward", "lstm_cell_forward", "lstm_forward"
    )
    reports = checked(tmp_path, source)
    assert {"rnn_backward", "lstm_backward"} <= reports.named(Status.PASSED)


def test_a_private_cache_without_its_forward_blocks(tmp_path: Path) -> None:
    source = (
        "import numpy as np\ndef rnn_cell_backward(da_next, cache):\n"
        "    d = da_next * (1 - cache['a'] ** 2)\n    return {'dxt': d}\n"
    )
    reports = checked(tmp_path, source)
    assert reports.named(Status.BLOCKED) == {"rnn_cell_backward"}
    assert "rnn_cell_forward" in reports["rnn_cell_backward"].reason


@pytest.mark.full
def test_a_function_that_cannot_be_read_fails_and_costs_no_other(tmp_path: Path) -> None:
    reports = checked(tmp_path, changed(("def rnn_cell_backward(", "def rnn_cell_backward((")))
    assert reports["rnn_cell_backward"].status is Status.FAILED
    assert reports["lstm_backward"].status is Status.PASSED


@pytest.mark.full
def test_a_backward_that_writes_to_its_cache_is_told_of_and_not_the_forward(tmp_path: Path) -> None:
    """The steps of a sequence share arrays: what one of them changes is another one's, too."""
    line = "    dWaa = np.dot(dtanh, a_prev.T)\n"
    reports = checked(tmp_path, changed((line, f"{line}    a_prev *= 0\n")))
    assert reports.named(Status.FAILED) == {"rnn_cell_backward"}


@pytest.mark.full
def test_an_async_function_is_told_of_as_such(tmp_path: Path) -> None:
    reports = checked(tmp_path, changed(("def rnn_cell_backward(", "async def rnn_cell_backward(")))
    assert "coroutine" in reports["rnn_cell_backward"].reason
    assert reports["rnn_cell_forward"].status is Status.PASSED


@pytest.mark.full
def test_what_is_taken_by_name_only_is_told_with_its_star(tmp_path: Path) -> None:
    reports = checked(tmp_path, changed(("def softmax(x)", "def softmax(x, *, axis)")))
    (finding,) = reports["softmax"].findings
    assert finding.message == "it takes x, *, axis; it is called with x"


@pytest.mark.full
def test_gradients_may_come_as_a_tuple(tmp_path: Path) -> None:
    source = (
        "import numpy as np\ndef rnn_cell_backward(da_next, cache):\n"
        "    a_next, a_prev, xt, p = cache\n    d = da_next * (1 - a_next**2)\n"
        "    return (p['Wax'].T @ d, p['Waa'].T @ d, d @ xt.T, d @ a_prev.T, {})\n"
    )
    right = source.replace("{}", "d.sum(axis=1, keepdims=True)")
    assert checked(tmp_path, right).named(Status.PASSED) == {"rnn_cell_backward"}
    wrong = source.replace("{}", "d.mean(axis=1, keepdims=True)")
    finding, advice = checked(tmp_path, wrong)["rnn_cell_backward"].findings
    assert "dba" in finding.message
    assert advice.level is Level.ADVICE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("learning_rate=0.01", "learning_rate"),
        ("return parameters, v, s", "return parameters, v, s, v, s"),
    ],
)
def test_adam_in_other_forms(tmp_path: Path, old: str, new: str) -> None:
    source = (
        "import numpy as np\n"
        "def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,\n"
        "                                beta1=0.9, beta2=0.999, epsilon=1e-8):\n"
        "    for k in v:\n"
        "        v[k] = beta1 * v[k] + (1 - beta1) * grads[k]\n"
        "        s[k] = beta2 * s[k] + (1 - beta2) * grads[k] ** 2\n"
        "        step = v[k] / (1 - beta1**t) / (np.sqrt(s[k] / (1 - beta2**t)) + epsilon)\n"
        "        parameters[k[1:]] = parameters[k[1:]] - learning_rate * step\n"
        "    return parameters, v, s\n"
    )
    source = source.replace(old, new)
    if new == "learning_rate":
        source = source.replace("beta1=0.9, beta2=0.999, epsilon=1e-8", "beta1, beta2, epsilon")
    assert checked(tmp_path, source).named(Status.PASSED) == {"update_parameters_with_adam"}


@pytest.mark.full
def test_only_the_functions_asked_for_are_reported(tmp_path: Path) -> None:
    reports = checked(tmp_path, STYLE_A, functions=("lstm_backward",))
    assert set(reports) == {"lstm_backward"}


def test_only_the_laws_asked_for_are_tried(tmp_path: Path) -> None:
    law = "predictions_are_probabilities"
    reports = checked(tmp_path, STYLE_A, properties=(law,))
    tried = {o.property for f in reports.values() for o in f.outcomes}
    assert tried == {law}


@pytest.mark.full
def test_the_same_seed_gives_the_same_report(tmp_path: Path) -> None:
    source = changed(("np.tanh(", "np.sin("))
    first, second = (checked(tmp_path, source, seed=3) for _ in range(2))
    assert [f.outcomes for f in first.values() if f.status is Status.FAILED]
    for name, function in first.items():
        messages = [(o.property, o.message, o.snippet) for o in function.outcomes]
        assert messages == [(o.property, o.message, o.snippet) for o in second[name].outcomes]


def test_a_function_that_is_right_now_and_then_is_named_as_such(tmp_path: Path) -> None:
    source = (
        "import itertools\nimport numpy as np\ncall = itertools.count().__next__\n"
        "def sigmoid(x):\n    return 1 / (1 + np.exp(-x)) + (call() % 7 == 6)\n"
    )
    (function,) = checked(tmp_path, source).values()
    assert function.status is Status.FAILED
    assert "now and then" in function.findings[0].message


SECOND = ("n_x = x.shape[0]\n\n    dx =", "n_x = caches[1][2].shape[0]\n\n    dx =")
"""Raises an IndexError, where there is one step alone."""


@pytest.mark.parametrize(
    ("other", "error"),
    [
        (("dba = np.zeros((n_a, 1))", "dba = np.zeros((n_a, 1), dtype=np.float)"), "Attribute"),
        (("da_prevt = gradients[", "da_prevt = gradiants["), "Name"),
        (('dba += gradients["dba"]', 'dba += gradients["db"]'), "Key"),
    ],
    ids=["dropped name", "misspelled name", "wrong key"],
)
def test_exceptions_of_two_kinds_are_a_finding_each(
    tmp_path: Path, other: tuple[str, str], error: str
) -> None:
    reports = checked(tmp_path, changed(SECOND, other), functions=("rnn_backward",))
    findings = reports["rnn_backward"].findings
    assert {one.property for one in findings} == {"it_returns_the_results_of_the_contract"}
    assert {one.error for one in findings} == {"IndexError", f"{error}Error"}
    lines = changed(SECOND, other).splitlines()
    for one in findings:
        told = lines[int(one.message.rpartition("(line ")[2].rstrip(")")) - 1]
        assert ("caches[1]" in told) == (one.error == "IndexError")
        assert one.counterexample
        dims = one.counterexample.dimensions
        assert dims["T_x"] == (1 if one.error == "IndexError" else 2)


def test_one_exception_is_one_finding(tmp_path: Path) -> None:
    reports = checked(tmp_path, changed(SECOND), functions=("rnn_backward",))
    (finding,) = reports["rnn_backward"].findings
    assert finding.error == "IndexError"


@pytest.mark.full
def test_every_function_of_a_correct_file_is_run_on_a_hundred_cases(tmp_path: Path) -> None:
    reports = checked(tmp_path, STYLE_A, profile="default")
    assert {f.cases for f in reports.values()} == {100}
    held = [o for f in reports.values() for o in f.outcomes if o.verdict is Verdict.HELD]
    assert len(held) > 80


@pytest.mark.full
def test_an_endless_call_is_interrupted_and_costs_no_other_function(tmp_path: Path) -> None:
    source = "import numpy as np\ndef softmax(x):\n    while True:\n        pass\n"
    source += "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
    reports = checked(tmp_path, source)
    assert reports.named(Status.PASSED) == {"sigmoid"}
    (finding,) = reports["softmax"].findings
    assert "does not come to an end" in finding.message


def test_a_function_of_which_no_law_could_be_tried_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(law: Property, subject: object, case: object) -> None:
        raise RuntimeError("out of order")

    laws = {name: replace(law, check=partial(broken, law)) for name, law in PROPERTIES.items()}
    monkeypatch.setattr(checking, "PROPERTIES", laws)
    report = checked(tmp_path, correct_source("a"))["sigmoid"]
    assert report.status is Status.BLOCKED and "out of order" in report.reason


@pytest.mark.parametrize("level", ["fault", "advice"])
def test_a_function_does_not_pass_though_a_law_ended_in_an_error(
    level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All other laws hold; a law that could only have given advice keeps nothing from passing."""

    def broken(subject: Subject, case: object) -> None:
        if subject.function.name == "rnn_cell_forward":
            raise RuntimeError("out of order")

    law = replace(PROPERTIES["values_equal_the_reference"], check=broken, level=level)
    monkeypatch.setattr(checking, "PROPERTIES", {**PROPERTIES, law.name: law})
    reports = checked(tmp_path, STYLE_A)
    report = reports.pop("rnn_cell_forward")
    if level == "advice":
        assert report.status is Status.PASSED
    else:
        assert report.status is Status.BLOCKED
        assert "values equal the reference" in report.reason and "out of order" in report.reason
    assert {one.status for one in reports.values()} == {Status.PASSED}


def test_a_fault_is_told_though_another_law_ended_in_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(subject: object, case: object) -> None:
        raise RuntimeError("out of order")

    law = replace(PROPERTIES["arguments_are_left_unchanged"], check=broken)
    monkeypatch.setattr(checking, "PROPERTIES", {**PROPERTIES, law.name: law})
    wrong = changed(("np.tanh(", "np.sin("))
    report = checked(tmp_path, wrong, functions=("rnn_cell_forward",))["rnn_cell_forward"]
    assert report.status is Status.FAILED


def test_a_function_that_no_law_speaks_of_is_not_judged(tmp_path: Path) -> None:
    """A law about it that comes to no result is none either; its callers are judged."""
    reports = checked(tmp_path, STYLE_A, properties=("predictions_are_probabilities",))
    assert reports.named(Status.BLOCKED) >= {"sigmoid", "rnn_backward"}
    assert "rnn_cell_forward" in reports.named(Status.PASSED)
    raises = changed(("np.tanh(", "np.tanhh("))
    reports = checked(tmp_path, raises, properties=("predictions_are_probabilities",))
    assert "no case" in reports["rnn_cell_forward"].reason


@pytest.mark.full
def test_what_a_closure_holds_is_in_the_cache(tmp_path: Path) -> None:
    """A backward function that is wrong is no fault of a forward's whose cache is a closure."""
    source = changed(
        ("    return a_next, yt_pred, cache", "    return a_next, yt_pred, lambda: cache"),
        (
            "    a_next, a_prev, xt, parameters = cache",
            "    a_next, a_prev, xt, parameters = cache()",
        ),
    )
    source = without(source, "rnn_forward", "rnn_backward")
    assert not checked(tmp_path, source).named(Status.FAILED)
    wrong = changed(("dxt = ", "dxt = 2 * "), source=source)
    assert checked(tmp_path, wrong).named(Status.FAILED) == {"rnn_cell_backward"}
