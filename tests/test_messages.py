"""A message is worded in its author's names, and only its names are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from cellcheck.cells import families
from cellcheck.cells.spec import Family, FunctionSpec
from cellcheck.engine import Settings, check
from cellcheck.engine.drawing import draw
from cellcheck.engine.suite import law_tests, plain_snippets, tried
from cellcheck.subject.live import LiveFunctions
from cellcheck.subject.message import Message, Name, joined, listed
from cellcheck.subject.subject import Subject

from .planted import FAULTS as PLANTED
from .planted import Fault as Planted
from .planted import plant
from .test_own_cell import CELL, FAULTS, Fault
from .tiers import sampled

ENGLISH = {"a", "by", "cache", "it", "s", "t", "v", "x", "y"}
"""Tensors whose names are words, or letters of a formula, as well."""


def test_only_names_are_worded() -> None:
    message = Message(Name("a"), "[0] is a number, ", listed(["xt", "a_prev"]), " are not")
    assert message == "a[0] is a number, xt, a_prev are not"
    own = {"a": "it", "xt": "the", "number": "n"}
    assert message.worded(own) == "it[0] is a number, the, a_prev are not"
    assert joined("; ", [message, Message("a")]).worded(own).endswith("a_prev are not; a")
    assert Message().worded(own) == "" and not Message()


class Marks(dict[str, str]):
    """Every name, marked."""

    def get(self, name: str, default: object = None) -> str:  # type: ignore[override]
        return f"<{name}>"


def names_of(family: Family) -> set[str]:
    """Every name of a tensor in a family's contract, with those of the entries of dicts."""
    found: set[str] = set()
    for function in family.functions.values():
        for name in (*function.takes, *function.returns):
            shape = function.shapes.get(name)
            entries = shape if isinstance(shape, Mapping) else ()
            found |= {name, *entries, *(f"{name}[{entry!r}]" for entry in entries)}
    return found | {f"d{name}" for name in found} | set(getattr(family, "cell", CELL).shapes)


def require_marked(message: str, names: set[str]) -> None:
    """Each name that stands in a message is marked as one, and nothing else is."""
    assert {name.partition("[")[0] for name in re.findall(r"<(.*?)>", message)} <= names
    rest = re.sub(r"<.*?>|the argument \w+", "", message)  # an argument has its author's name
    words = set(re.findall(r"[A-Za-z_]\w*", rest))
    assert not words & (names - ENGLISH), message


class Marked(LiveFunctions):
    def own_names(self, function: FunctionSpec) -> Mapping[str, str]:
        return Marks()


@pytest.mark.parametrize("fault", sampled(FAULTS.values(), 16), ids=FAULTS)
def test_what_a_law_says_that_needs_no_reference_knows_its_names(fault: Fault) -> None:
    cell = fault.planted()
    functions = Marked(LiveFunctions.plain(cell.family).bound, cell.family)
    cases = draw(cell.family, "quick", 0)
    name = getattr(CELL, fault.function).__name__
    laws = {test.law.name: test.law for test in law_tests(cell)}
    for law in fault.laws:
        subject = Subject(functions, cell.family, name, reference=None)
        message = tried(subject, laws[law], cases, plain_snippets(functions)).message
        require_marked(message, names_of(cell.family))


TOLD = {
    "adam_epsilon_inside_the_root",
    "adam_initial_biases_of_the_weights_shape",
    "adam_initial_states_share_their_arrays",
    "rnn_cell_forward_reads_parameters_tmp",
    "lstm_cell_forward_changes_c_prev",
    "rnn_cell_forward_adds_noise",
    "lstm_cell_forward_nothing_returned",
    "lstm_cell_backward_gradient_for_the_weight",
    "lstm_cell_backward_biases_averaged",
    "lstm_cell_backward_missing_transpose",
    "lstm_forward_states_never_set",
}


@pytest.mark.parametrize(
    "fault",
    sampled([one for one in PLANTED if one.name in TOLD], 4),
    ids=lambda fault: str(fault.name),
)
def test_what_is_said_of_a_file_knows_its_names(
    fault: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def own_names(self: LiveFunctions, function: FunctionSpec) -> Mapping[str, str]:
        return Marks()

    monkeypatch.setattr(LiveFunctions, "own_names", own_names)
    file = tmp_path / "planted.py"
    file.write_text(plant(fault))
    report = check(str(file), Settings("quick", functions=(fault.function,)))
    (judged,) = report.functions
    assert judged.findings
    (family,) = (f for f in families().values() if fault.function in f.functions)
    for finding in judged.findings:
        if "it raises" not in finding.message and "it reads" not in finding.message:
            require_marked(finding.message, names_of(family))


CORRECT = Path(__file__).parent / "correct"
ROWS = (CORRECT / "rows_layout.py").read_text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.sin(x @ Wx + prev_h @ Wh + b)", "next_h"),
    ],
)
def test_a_file_in_rows_is_told_of_in_its_names(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    assert ROWS.count(old) == 1
    file = tmp_path / "rows.py"
    file.write_text(ROWS.replace(old, new))
    report = check(str(file), Settings("quick"))
    findings = [finding for function in report.functions for finding in function.findings]
    assert findings and any(told in finding.message for finding in findings)
    for finding in findings:
        words = set(re.findall(r"[A-Za-z_]\w*", finding.message))
        assert not words & {"a_next", "a_prev", "xt", "dxt", "da_next", "da_prev", "a0", "da0"}


def test_arguments_in_rows_are_called_as_the_author_calls_them(tmp_path: Path) -> None:
    source = (CORRECT / "rows_own_argument_names.py").read_text()
    file = tmp_path / "rows.py"
    file.write_text(source.replace("d_out * go * (1 - bent ** 2)", "d_out * go"))
    (report,) = check(str(file), Settings("quick", functions=("lstm_cell_backward",))).functions
    (finding,) = report.findings
    assert finding.message.endswith("wrong with d_out alone, right with d_new alone")
    assert {"dinp", "dmem"} <= set(re.findall(r"[a-z]\w*", finding.message))
