"""Conventions: what a first call tells of how a function is to be read, wherever its code runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, Status, SubmissionReport, check
from cellcheck.engine.isolated import Isolated
from cellcheck.isolation.child.walls import Limits
from cellcheck.isolation.parent.fork_server import ForkServer

from .planted import correct_source
from .tiers import sampled

CORRECT = Path(__file__).resolve().parent / "correct"
ROWS = (CORRECT / "rows_layout.py").read_text(encoding="utf-8")
RECORD = '''

class Record:
    """A cache of its own form."""

    def __init__(self, *entries):
        self.entries = entries


'''
QUICK = Settings(profile="quick")


@pytest.fixture(scope="module", params=["in process", "behind walls"])
def isolated(request: pytest.FixtureRequest) -> Iterator[Isolated | None]:
    if request.param == "in process":
        yield None
        return
    if sys.platform != "linux":
        pytest.skip("the walls are Linux'")
    with ForkServer() as fork_server:
        yield Isolated(Limits(), fork_server)


def checked(source: str, folder: Path, isolated: Isolated | None) -> SubmissionReport:
    path = folder / "own.py"
    path.write_text(source, encoding="utf-8")
    checks = isolated.check if isolated else check
    return checks(str(path), QUICK)


def statuses(report: SubmissionReport) -> dict[str, str]:
    found = {f.name: f.status.value for f in report.functions if f.status.value != "missing"}
    assert found, report.error
    return found


def with_object_as_cache(source: str, old: str, entries: str) -> str:
    """A step's cache as an object of a class, which the backward function opens."""
    source = source.replace(f"({entries})\n", f"Record({entries})\n", 1)
    source = source.replace(f"{entries} = {old}", f"{entries} = {old}.entries", 1)
    before, last = source.split("def lstm_backward")
    source = f"{before}def lstm_backward{last.replace('[0][0]', '[0].entries[0]')}"
    return source.replace("\n\n\ndef rnn_step_forward", f"{RECORD}def rnn_step_forward", 1)


LSTM_ENTRIES = "x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c"


@pytest.mark.parametrize("fault", sampled(["", "forward", "backward"], 3))
def test_an_object_serves_as_cache_of_rows_wherever_the_code_runs(
    fault: str, tmp_path: Path, isolated: Isolated | None
) -> None:
    source = with_object_as_cache(ROWS, "cache", LSTM_ENTRIES)
    assert source.count("entries") == 5
    # Sequences keep a step's cache as it is, and so hold objects in a list.
    if fault == "forward":
        source = source.replace("next_h = o * np.tanh(next_c)", "next_h = o * next_c")
    if fault == "backward":
        source = source.replace(
            "return d @ Wx.T, d @ Wh.T, dc * f,", "return d @ Wx.T, d @ Wh.T, dc,"
        )
    found = statuses(checked(source, tmp_path, isolated))
    failed = {name for name, status in found.items() if status == "failed"}
    assert failed == ({f"lstm_cell_{fault}"} if fault else set())
    assert fault or set(found.values()) == {"passed"}


@pytest.mark.parametrize("order", sampled(["ifgo", "fiog", "gofi"], 3))
@pytest.mark.full
def test_gates_may_be_stacked_in_any_order_that_a_pair_agrees_on(
    order: str, tmp_path: Path, isolated: Isolated | None
) -> None:
    where = {gate: f"scores[:, {n} * H:{n + 1} * H]" for n, gate in enumerate(order)}
    source = ROWS.replace(
        "    i, f, o = sigmoid(scores[:, :H]), sigmoid(scores[:, H:2 * H]), "
        "sigmoid(scores[:, 2 * H:3 * H])\n    g = np.tanh(scores[:, 3 * H:])\n",
        f"    i, f, o = sigmoid({where['i']}), sigmoid({where['f']}), sigmoid({where['o']})\n"
        f"    g = np.tanh({where['g']})\n",
    )
    parts = {
        "i": "dc * g * i * (1 - i)",
        "f": "dc * prev_c * f * (1 - f)",
        "o": "dnext_h * tanh_c * o * (1 - o)",
        "g": "dc * i * (1 - g ** 2)",
    }
    start, end = (
        source.index("    d = np.hstack("),
        source.index("    return d @ Wx.T, d @ Wh.T, dc"),
    )
    stacked = ", ".join(parts[gate] for gate in order)
    source = f"{source[:start]}    d = np.hstack(({stacked}))\n{source[end:]}"
    report = checked(source, tmp_path, isolated)
    assert set(statuses(report).values()) == {"passed"}
    assert f"their gates are stacked {', '.join(order)}" in " ".join(report.notes)
    wrong = source.replace(parts["g"], "dc * i * (1 - g)")
    failed = {n for n, s in statuses(checked(wrong, tmp_path, isolated)).items() if s == "failed"}
    assert failed == {"lstm_cell_backward"}


@pytest.mark.parametrize(
    ("returned", "note"),
    [("a_next, cache", "without the prediction yt_pred"), ("a_next, yt_pred", "returns no cache")],
)
def test_a_step_without_a_prediction_or_a_cache_is_a_step(
    returned: str, note: str, tmp_path: Path, isolated: Isolated | None
) -> None:
    source = correct_source("a").partition("\ndef rnn_forward")[0]
    assert source.count("return a_next, yt_pred, cache") == 1
    source = source.replace("return a_next, yt_pred, cache", f"return {returned}")
    report = checked(source, tmp_path, isolated)
    assert set(statuses(report).values()) == {"passed"}
    assert note in " ".join(report.notes)


@pytest.mark.full
def test_a_forward_without_the_cache_that_its_backward_wants_fails(
    tmp_path: Path, isolated: Isolated | None
) -> None:
    source = correct_source("a").replace("return a_next, yt_pred, cache", "return a_next, yt_pred")
    assert statuses(checked(source, tmp_path, isolated))["rnn_cell_forward"] == "failed"


@pytest.mark.full
@pytest.mark.parametrize(
    "pair",
    sampled(
        [
            (
                "rows_layout.py",
                "i, f, o = sigmoid(scores[:, :H]), sigmoid(scores[:, H:2 * H])",
                "f, i, o = sigmoid(scores[:, :H]), sigmoid(scores[:, H:2 * H])",
                "lstm_cell_forward",
            ),
            (
                "rows_layout.py",
                "d = np.hstack((dc * g * i * (1 - i), dc * prev_c * f * (1 - f),",
                "d = np.hstack((dc * prev_c * f * (1 - f), dc * g * i * (1 - i),",
                "lstm_cell_backward",
            ),
            (
                "gru_rows.py",
                "z, r = zr[:, :H], zr[:, H:]",
                "r, z = zr[:, :H], zr[:, H:]",
                "gru_cell_forward",
            ),
            (
                "gru_contract.py",
                "(1 - zt) * a_prev + zt * ht",
                "zt * a_prev + (1 - zt) * ht",
                "gru_cell_forward",
            ),
        ],
        4,
    ),
)
def test_a_pair_that_disagrees_on_an_order_or_a_variant_fails_at_one_function(
    pair: tuple[str, str, str, str], tmp_path: Path, isolated: Isolated | None
) -> None:
    style, old, new, failed = pair
    source = (CORRECT / style).read_text(encoding="utf-8")
    assert source.count(old) == 1
    found = statuses(checked(source.replace(old, new), tmp_path, isolated))
    assert [name for name, status in found.items() if status == "failed"] == [failed]


@pytest.mark.parametrize(
    ("style", "note"),
    [
        ("gru_update_gate_keeps.py", "the update gate keeps the old state"),
        (
            "gru_update_gate_keeps.py",
            "the parameters Wz, bz, Wh, bh are called Wu, bu, Wc, bc",
        ),
        ("gru_reset_after.py", "ht = tanh(Wx xt + bx + rt * (Wa a_prev + ba))"),
        ("gru_rows_reset_after.py", "their gates are stacked r, z, n"),
        ("gru_rows_two_biases.py", "each gate has two biases"),
    ],
)
def test_a_note_says_which_equations_and_names_a_file_has(style: str, note: str) -> None:
    report = check(str(CORRECT / style), QUICK)
    assert report.status == "passed"
    assert note in "; ".join(report.notes)


@pytest.mark.full
def test_the_cell_itself_is_taken_without_a_note() -> None:
    assert check(str(CORRECT / "gru_contract.py"), QUICK).notes == ()


def test_a_private_cache_is_made_by_no_other_forward_function(tmp_path: Path) -> None:
    source = (CORRECT / "gru_contract.py").read_text(encoding="utf-8")
    backward = source[source.index("def gru_cell_backward") : source.index("def gru_backward")]
    report = checked(f"import numpy as np\n\n\n{backward}", tmp_path, None)
    (found,) = (f for f in report.functions if f.name == "gru_cell_backward")
    assert found.status.value == "blocked"
    assert found.reason == "it needs the cache of gru_cell_forward, which is not here"


OF_ONE_EXAMPLE = """
import numpy as np


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = np.tanh(np.dot(p["Wax"], xt) + np.dot(p["Waa"], a_prev) + p["ba"])
    scores = np.exp(np.dot(p["Wya"], a_next) + p["by"])
    return a_next, scores / scores.sum(axis=0), (a_next, a_prev, xt, p)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = da_next * (1 - a_next**2)
    return {
        "dxt": np.dot(p["Wax"].T, dz),
        "da_prev": np.dot(p["Waa"].T, dz),
        "dWax": np.outer(dz, xt),
        "dWaa": np.outer(dz, a_prev),
        "dba": dz,
    }
"""


@pytest.mark.full
@pytest.mark.parametrize("batch", [False, True])
def test_a_failure_says_that_code_is_for_one_example(batch: bool, tmp_path: Path) -> None:
    source = OF_ONE_EXAMPLE
    if batch:  # only the bias is not summed
        for value in ("xt", "a_prev"):
            source = source.replace(f"np.outer(dz, {value})", f"np.dot(dz, {value}.T)")
    path = tmp_path / "vectors.py"
    path.write_text(source)
    functions = {f.name: f for f in check(str(path), QUICK, None, diagnose).functions}
    assert functions["rnn_cell_forward"].status is Status.PASSED
    assert batch or not functions["rnn_cell_backward"].diagnosis  # all is to be written anew
    (finding, *_) = functions["rnn_cell_backward"].findings
    assert ("one example given as vectors" in finding.message) is not batch
