from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cellcheck.cli import cli
from cellcheck.engine import gradient_entries
from cellcheck.engine.gradient import GradientCheck, Impossible, check_gradient
from cellcheck.engine.outcome import Compared
from cellcheck.gradients.steps import STEPS, derivative_by_entry, error_by_step
from cellcheck.reports import _heatmap
from cellcheck.reports._gradient import verdict

from .planted import FAULTS, correct_source, plant

WRONG_FORGET_GATE = "lstm_cell_backward_forget_factor_missing"
CORRECT = Path(__file__).parent / "correct"
GRADIENTS = ["dxt", "da_prev", "dc_prev", "dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo"]


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "storage"))
    monkeypatch.setenv("COLUMNS", "80")


def planted(name: str) -> str:
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    return plant(fault)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gradients")


@cache
def checked(folder: Path, source: str, function: str) -> GradientCheck:
    path = folder / "cell.py"
    path.write_text(source, encoding="utf-8")
    return check_gradient(str(path), function, seed=0)


@pytest.fixture
def wrong(folder: Path) -> GradientCheck:
    return checked(folder, planted(WRONG_FORGET_GATE), "lstm_cell_backward")


@pytest.fixture
def right(folder: Path) -> GradientCheck:
    return checked(folder, correct_source("a"), "rnn_cell_backward")


def as_text(found: GradientCheck, encoding: str = "utf-8") -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    _heatmap.render(found, out)
    out.seek(0)
    return out.read()


class TestSteps:
    def test_the_error_is_a_v(self) -> None:
        x = np.array([[0.3, -1.2], [2.0, 0.7]])
        curve = error_by_step(lambda at: float(np.sum(np.sin(at))), x, np.cos(x))
        step, floor = curve.floor
        assert tuple(curve.steps) == STEPS
        assert 1e-7 < step < 1e-3 and floor < 1e-9
        assert curve.errors[0] > 1e-2 and curve.errors[-1] > 1e-5
        before = curve.errors[(curve.steps > 1e-3)]
        assert np.all(np.diff(before) < 0)  # truncation falls with the square of the step
        assert np.allclose(before[:-2] / before[2:], 100, rtol=0.2)

    def test_entries_are_within_their_bounds(self) -> None:
        x = np.array([[0.3, -1.2, 0.0]])
        values, bounds = derivative_by_entry(lambda at: float(np.sum(np.exp(at))), x, 1e-15)
        assert np.all(np.abs(values - np.exp(x)) <= bounds) and np.all(bounds < 1e-9)

    def test_a_kink_has_no_derivative(self) -> None:
        x = np.array([0.0, 1.0])
        values, bounds = derivative_by_entry(lambda at: float(np.sum(np.abs(at))), x, 1e-15)
        assert np.isinf(bounds[0]) and values[1] == pytest.approx(1.0)

    def test_nothing_finite_has_no_floor(self) -> None:
        curve = error_by_step(lambda at: np.nan, np.ones(2), np.array([1.0, np.nan]))
        assert np.isnan(curve.floor).all()


@pytest.mark.full
class TestCompared:
    def test_a_planted_fault_is_at_its_tensors(self, wrong: GradientCheck) -> None:
        assert {tensor.name for tensor in wrong.wrong} == {"dWf", "dbf", "da_prev", "dxt"}
        assert wrong.tensors[: len(wrong.wrong)] == wrong.wrong
        assert all(tensor.excess[tensor.worst] > 1e6 for tensor in wrong.wrong)
        assert [t.name for t in wrong.tensors[4:]] == [
            name for name in GRADIENTS if name not in ("dWf", "dbf", "da_prev", "dxt")
        ]

    @pytest.mark.parametrize("function", ["rnn_backward", "lstm_forward"])
    def test_a_correct_function_is_far_within_the_bounds(self, folder: Path, function: str) -> None:
        found = checked(folder, correct_source("b"), function)
        assert not found.wrong and verdict(found).endswith("gradients agree.")
        assert all(np.max(tensor.excess) < 0.1 for tensor in found.tensors)
        assert all(np.max(tensor.bound) < 1e-7 for tensor in found.tensors)

    def test_a_wrong_forward_has_another_derivative(self, folder: Path) -> None:
        found = checked(folder, planted("rnn_cell_forward_sigmoid_for_tanh"), "rnn_cell_forward")
        assert len(found.wrong) == 5 and found.analytic.endswith("a correct one")

    def test_the_fault_of_a_forward_is_not_its_backwards(self, folder: Path) -> None:
        source = planted("rnn_cell_forward_sigmoid_for_tanh")
        found = checked(folder, source, "rnn_cell_backward")
        assert not found.wrong and found.numeric.endswith("a correct one")

    def test_a_slow_forward_is_given_up(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gradient_entries, "WORK", 0.0)
        path = folder / "slow.py"
        path.write_text(correct_source("a"), encoding="utf-8")
        with pytest.raises(Impossible, match="rnn_cell_forward takes too long"):
            check_gradient(str(path), "rnn_cell_backward", seed=0)

    def test_single_precision_hides_no_mistake(self, folder: Path) -> None:
        source = (CORRECT / "float32_inputs.py").read_text(encoding="utf-8")
        found = checked(folder, source, "rnn_cell_backward")
        assert not found.wrong and found.numeric.endswith("a correct one")
        sizes = [np.max(tensor.bound) / np.max(np.abs(tensor.numeric)) for tensor in found.tensors]
        assert max(sizes) < 0.01

    def test_a_fault_that_only_some_sizes_show_is_looked_for(self, folder: Path) -> None:
        source = planted("rnn_cell_backward_missing_transpose_of_wax")
        found = checked(folder, source, "rnn_cell_backward")
        assert [tensor.name for tensor in found.wrong] == ["dxt"]
        assert "smallest" in found.case and set(found.dimensions.values()) <= {1, 2}

    def test_another_law_broken_is_said(self, folder: Path) -> None:
        source = planted("rnn_cell_backward_changes_da_next")
        found = checked(folder, source, "rnn_cell_backward")
        assert not found.wrong and "fails the check otherwise" in verdict(found)

    @pytest.mark.parametrize(
        ("source", "function", "sentence"),
        [
            ("", "sigmoid", "has no backward function"),
            ("", "lstm_backward", "has no function lstm_backward; it has rnn_cell_forward"),
            ("    pass", "rnn_cell_forward", "rnn_cell_forward is incomplete: "),
            ("    return 1 / 0", "rnn_cell_forward", "comes to no result: it raises ZeroDivision"),
            ("    return x[", "rnn_cell_forward", "rnn_cell_forward cannot be read: "),
        ],
    )
    def test_nothing_to_compare_is_one_sentence(
        self, tmp_path: Path, source: str, function: str, sentence: str
    ) -> None:
        path = tmp_path / "cell.py"
        body = source or "    return xt, xt, None"
        path.write_text(f"def rnn_cell_forward(xt, a_prev, parameters):\n{body}\n")
        with pytest.raises(Impossible) as caught:
            check_gradient(str(path), function, seed=0)
        assert sentence in str(caught.value) and "\n" not in str(caught.value)
        assert str(caught.value).endswith(".")


class TestText:
    def test_a_wrong_gradient_is_drawn_and_its_worst_entry_told(self, wrong: GradientCheck) -> None:
        text = as_text(wrong)
        (worst,) = (tensor for tensor in wrong.wrong if tensor.name == "dWf")
        assert "✗ dWf is wrong in all 28 entries  4 x 7, n_a x (n_a + n_x)" in text
        entry = (
            f"dWf[{worst.worst[0]}, {worst.worst[1]}] should be {worst.numeric[worst.worst]:.6g}"
        )
        assert f"{entry} and is {worst.analytic[worst.worst]:.6g}" in text
        assert re.search(r"numeric +analytic +difference", text)
        assert "✓ dc_prev, dWi, dbi, dWc, dbc, dWo, dbo agree" in text
        assert "4 of 11 gradients differ" in text.splitlines()[-1]

    def test_all_gradients_are_drawn_where_all_agree(self, right: GradientCheck) -> None:
        text = as_text(right)
        assert all(f"✓ {tensor.name} " in text for tensor in right.tensors)
        assert "analytic   difference" not in text and "✗" not in text

    def test_the_v_falls_and_rises_over_the_bound(self, right: GradientCheck) -> None:
        lines = [line for line in as_text(right).splitlines() if line.startswith("  1e")]
        columns = [
            next(row for row, line in enumerate(lines) if line[9 + 2 * place] == "●")
            for place in range(len(STEPS))
        ]
        lowest = columns.index(max(columns))
        assert 5 < lowest < len(STEPS) - 5
        assert columns[lowest:] == sorted(columns[lowest:], reverse=True)
        assert any(line.endswith(" bound") and "─" in line for line in lines)
        assert any(line.endswith(" its error") for line in lines)

    def test_a_shade_goes_up_to_its_quarter(self, right: GradientCheck) -> None:
        entries = np.array([[0.0, 0.25, -0.5], [0.75, 1.0 - 1e-12, -1e-9]])
        numeric = replace(right.tensors[0], numeric=entries, analytic=entries, bound=entries + 1)
        lines = as_text(replace(right, tensors=(numeric,))).splitlines()
        assert [line[-6:] for line in lines[8:10]] == [" · ░-▒", " ▓ █-░"]

    def test_an_ascii_terminal_is_served(self, wrong: GradientCheck) -> None:
        text = as_text(wrong, "ascii")
        assert "x dWf is wrong" in text and "#" in text and "o" in text

    @pytest.mark.parametrize("width", [48, 80])
    def test_no_picture_is_wider_than_the_terminal(
        self,
        wrong: GradientCheck,
        right: GradientCheck,
        width: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(width))
        for found in (wrong, right):
            lines = [line for line in as_text(found).splitlines() if "up to" not in line]
            drawn = [line for line in lines if set(line) & set("░▒▓█●─═")]
            assert len(drawn) > 15 and max(map(len, drawn)) <= width

    def test_a_gradient_of_another_shape_is_told(self, right: GradientCheck) -> None:
        text = as_text(with_first(right, analytic=np.nan, problem="is missing"))
        assert "✗ dxt is missing" in text and "off by" not in text

    def test_what_has_no_derivative_is_no_fault(self, right: GradientCheck) -> None:
        unknown = with_first(right, numeric=np.nan, bound=np.inf)
        assert not unknown.wrong and "No derivative by: dxt." in verdict(unknown)
        assert "?" in as_text(unknown)


def with_first(found: GradientCheck, problem: str = "", **filled: float) -> GradientCheck:
    """The same with some arrays of the first gradient filled."""
    first, *others = found.tensors
    shape = first.numeric.shape
    arrays: dict[str, Any] = {name: np.full(shape, value) for name, value in filled.items()}
    changed: Compared = replace(first, problem=problem, **arrays)
    return replace(found, tensors=(changed, *others))


@pytest.mark.full
class TestFile:
    @pytest.fixture(autouse=True)
    def _drawn(self) -> None:
        pytest.importorskip("matplotlib")

    def test_svg_is_xml_that_says_what_the_picture_says(self, wrong: GradientCheck) -> None:
        from cellcheck.reports._figure import draw

        root = ElementTree.fromstring(draw(wrong, "svg"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        texts = {"".join(element.itertext()).strip() for element in root.iter()}
        assert set(GRADIENTS) <= texts
        assert "error / bound: 28 wrong" in texts and verdict(wrong) in texts
        assert any(text.startswith("floor: ") for text in texts)
        assert any(text.startswith("bound of the check: ") for text in texts)
        assert "matplotlib.pyplot" not in sys.modules

    def test_the_same_check_gives_the_same_file(self, right: GradientCheck) -> None:
        from cellcheck.reports._figure import draw

        first, second = draw(right, "svg"), draw(right, "svg")
        assert first == second and b"<dc:date>" not in first

    def test_what_cannot_be_drawn_is_left_out(self, right: GradientCheck) -> None:
        from cellcheck.reports._figure import draw

        missing = with_first(right, analytic=np.nan, problem="is missing")
        assert b">is missing<" in draw(missing, "svg")
        unknown = with_first(right, numeric=np.nan, bound=np.inf)
        assert draw(unknown, "png").startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.full
class TestCommand:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "cell.py"
        path.write_text(planted("rnn_cell_backward_bias_averaged"), encoding="utf-8")
        return path

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, ["gradient", *arguments], catch_exceptions=False)

    def test_the_exit_status_says_whether_they_agree(self, file: Path) -> None:
        differs = self.run(str(file), "--function", "rnn_cell_backward")
        assert differs.exit_code == 1 and "1 of 5 gradients differs: dba." in differs.stdout
        agrees = self.run(str(file), "--function", "rnn-cell-forward", "--seed", "3")
        assert agrees.exit_code == 0 and "seed 3" in agrees.stdout
        assert not differs.stderr and not agrees.stderr

    @pytest.mark.parametrize("kind", ["svg", "PNG"])
    def test_a_picture_is_a_file_and_nothing_else(
        self, file: Path, tmp_path: Path, kind: str
    ) -> None:
        pytest.importorskip("matplotlib")
        picture = tmp_path / f"picture.{kind}"
        result = self.run(str(file), "--function", "rnn_cell_backward", "--output", str(picture))
        assert result.exit_code == 1 and result.output == ""
        assert picture.read_bytes()[:5] in (b"<?xml", b"\x89PNG\r")

    @pytest.mark.parametrize(
        ("arguments", "hint"),
        [
            ("--function sigmoid", "no backward function"),
            ("--function rnn_cell_backwrd", "Did you mean rnn_cell_backward"),
            ("--function rnn_cell_backward --output x.pdf", ".svg or a .png"),
            ("", "--function"),
        ],
    )
    def test_what_cannot_run_is_said(self, file: Path, arguments: str, hint: str) -> None:
        result = self.run(str(file), *arguments.split())
        assert result.exit_code == 2 and hint in result.stderr and not result.stdout

    def test_without_matplotlib_it_is_said_how_to_get_it(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        monkeypatch.delitem(sys.modules, "cellcheck.reports._figure", raising=False)
        picture = tmp_path / "x.svg"
        result = self.run(str(file), "--function", "rnn_cell_backward", "--output", str(picture))
        assert result.exit_code == 2 and not picture.exists()
        assert "pip install 'cellcheck[pictures]'" in result.stderr
        assert len(result.stderr.splitlines()) == 1
