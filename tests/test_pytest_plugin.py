"""`pytest --submission FILE`: what a person sees, and what a machine is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .planted import FAULTS, plant
from .tiers import sampled

ROOT = Path(__file__).parents[1]
CORRECT = ROOT / "tests" / "correct" / "style_a.py"

SOFTMAX = """\
import numpy as np


def softmax(x):
    e = np.exp({exponent})
    return e / {total}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    raise NotImplementedError
"""
FAULTY = SOFTMAX.format(exponent="x - x.max(axis=0)", total="e.sum()")
ADVISED = SOFTMAX.format(exponent="x - x.max()", total="e.sum(axis=0)")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the suite from elsewhere, as one who has installed it does."""

    def runs(
        *options: str | Path, profile: str | None = "quick"
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "--pyargs", "cellcheck.properties"]
        command += ["-p", "no:cacheprovider", *map(str, options)]
        command += [f"--cellcheck-profile={profile}"] if profile else []
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return runs


def written(folder: Path, source: str) -> Path:
    path = folder / "mine.py"
    path.write_text(source, encoding="utf-8")
    return path


@pytest.mark.full
def test_a_fault_fails_one_test_with_words_and_no_traceback(tmp_path: Path, run: Run) -> None:
    done = run("--submission", written(tmp_path, FAULTY), "-k", "softmax")
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 1
    assert "test_law[softmax-values_equal_the_reference] - Failed: s" in failed[0]
    assert "softmax: values equal the reference" in done.stdout
    assert "to see it again:" in done.stdout and "result = softmax(x)" in done.stdout
    assert "is broken" in done.stdout
    told = done.stdout.partition("FAILURES")[2].partition("to see it again:")[0]
    assert len(told.splitlines()) == 8  # the title, the law, what is wrong, expected and found


@pytest.mark.full
def test_what_is_missing_or_unfinished_is_skipped_with_the_reason(tmp_path: Path, run: Run) -> None:
    path = written(tmp_path, ADVISED)
    done = run("--submission", path, "-k", "lstm")
    assert done.returncode == 0
    skipped = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert any(line.endswith(f"{path} has no lstm_forward") for line in skipped)
    assert any("lstm_cell_forward is incomplete: its body is empty" in line for line in skipped)
    assert "passed" not in done.stdout.splitlines()[-1]


@pytest.mark.full
def test_advice_is_a_warning_even_where_warnings_are_errors(tmp_path: Path, run: Run) -> None:
    done = run("--submission", written(tmp_path, ADVISED), "-k", "softmax", "-W", "error")
    assert done.returncode == 0, done.stdout
    assert "Advice: softmax: an activation survives large scores" in done.stdout
    assert done.stdout.splitlines()[-1].count("1 warning") == 1


@pytest.mark.full
def test_a_correct_file_passes_and_says_which_it_is(run: Run) -> None:
    done = run("--submission", CORRECT, "-k", "rnn_cell", "--hypothesis-show-statistics")
    assert done.returncode == 0, done.stdout
    assert f"submission: {CORRECT}" in done.stdout
    assert "rnn_cell_forward-values_equal_the_reference]:" in done.stdout
    assert "30 passing, 0 failing" in done.stdout


@pytest.mark.full
def test_new_cases_are_tried_with_correct_functions_for_faulty_ones(
    tmp_path: Path, run: Run
) -> None:
    fault = next(f for f in FAULTS if f.function == "rnn_cell_forward" and f.level == "fault")
    done = run("--submission", written(tmp_path, plant(fault)), "-k", "rnn and equal", "-v")
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert failed and all("test_law[rnn_cell_forward-" in line for line in failed)
    for function, law in (
        ("rnn_forward", "values_equal_the_reference"),
        ("rnn_backward", "gradients_equal_the_derivative_of_the_forward"),
    ):
        assert f"test_law[{function}-{law}] PASSED" in done.stdout


@pytest.mark.full
def test_a_machine_is_told_each_law_by_name(tmp_path: Path, run: Run) -> None:
    done = run(
        "--submission",
        written(tmp_path, FAULTY),
        "-k",
        "softmax",
        "-n",
        "2",
        f"--junitxml={tmp_path / 'laws.xml'}",
    )
    assert done.returncode == 1
    cases = ElementTree.parse(tmp_path / "laws.xml").getroot().findall(".//testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    assert len(cases) > 5
    assert [case.get("name") for case in failed] == ["test_law[softmax-values_equal_the_reference]"]
    failure = failed[0].find("failure")
    assert failure is not None and "softmax: values equal the reference" in (failure.text or "")


@pytest.mark.parametrize("source", sampled(["", "\x00\x01binary"], 2), ids=["empty", "binary"])
@pytest.mark.full
def test_a_file_that_cannot_be_read_costs_one_sentence(
    tmp_path: Path, run: Run, source: str
) -> None:
    done = run("--submission", written(tmp_path, source))
    assert done.returncode == 4
    assert len(done.stderr.strip().splitlines()) == 1 and "mine.py" in done.stderr


EXPECTED = """\
[[tool.cellcheck.expected]]
path = "mine.py"
function = "softmax"
property = "values_equal_the_reference"
reason = "it shows a sum over everything"
"""


@pytest.mark.full
def test_an_expected_failure_is_one_with_its_reason_until_it_is_gone(
    tmp_path: Path, run: Run
) -> None:
    (tmp_path / "pyproject.toml").write_text(EXPECTED)
    done = run("--submission", written(tmp_path, FAULTY), "-k", "softmax")
    assert done.returncode == 0, done.stdout
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("XFAIL")]
    assert "[softmax-values_equal_the_reference] - expected: it shows a sum over everything" in told
    done = run("--submission", written(tmp_path, ADVISED), "-k", "softmax")
    assert done.returncode == 1
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert "[softmax-values_equal_the_reference]" in told
    assert "(it shows a sum over everything), and it holds: take the entry out" in done.stdout


@pytest.mark.full
def test_the_folder_s_names_and_profile_count(tmp_path: Path, run: Run) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.cellcheck]\nprofile = "quick"\n[tool.cellcheck.names]\nspread = "softmax"\n'
    )
    path = written(tmp_path, ADVISED.replace("def softmax", "def spread"))
    options = ["--submission", path, "-k", "softmax and equal", "--hypothesis-show-statistics"]
    done = run(*options, profile=None)
    assert "softmax-values_equal_the_reference]:" in done.stdout and "30 passing" in done.stdout
    assert "100 passing" in run(*options, profile="default").stdout


@pytest.mark.full
def test_only_faults_fail_that_are_not_in_the_baseline(tmp_path: Path, run: Run) -> None:
    known = '{"schema": 1, "faults": {"mine.py": {"softmax": ["values_equal_the_reference"]}}}'
    (tmp_path / "known.json").write_text(known)
    faulty = f"{FAULTY}\n\ndef sigmoid(x):\n    return x\n"
    options = ("--submission", written(tmp_path, faulty), "--cellcheck-baseline=known.json")
    done = run(*options, "-k", "equal and (sigmoid or softmax)")
    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if line.startswith(("XFAIL", "FAILED"))]
    assert [line.partition("[")[2].partition("]")[0] for line in told] == [
        "sigmoid-values_equal_the_reference",
        "softmax-values_equal_the_reference",
    ]
    assert told[1].startswith("XFAIL") and told[1].endswith(" - in known.json")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--submission=mine.py", "--cellcheck-baseline=none.json"], "none.json cannot be read"),
        (["--cellcheck-baseline=none.json"], "--cellcheck-baseline needs a --submission."),
    ],
)
@pytest.mark.full
def test_a_baseline_that_is_none_is_told_in_a_sentence(
    tmp_path: Path, run: Run, options: list[str], told: str
) -> None:
    written(tmp_path, FAULTY)
    done = run(*options)
    assert done.returncode == 4 and told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.full
def test_failing_cases_of_one_machine_are_tried_on_another(tmp_path: Path) -> None:
    there, here = tmp_path / "ci" / "deep", tmp_path / "here"
    for folder in (there, here):
        folder.mkdir(parents=True)
        (folder / "pytest.ini").write_text("[pytest]\n")
        written(folder, FAULTY)
    command = [sys.executable, "-m", "pytest", "--pyargs", "cellcheck.properties", "-k", "softmax"]
    command += ["-p", "no:cacheprovider", "--cellcheck-profile=quick", "--submission=mine.py"]
    runs = partial(subprocess.run, capture_output=True, text=True, check=False)
    assert runs(command, cwd=there).returncode == 1

    # What the artifact of an earlier run leaves behind, so that no network is asked.
    kept = here / ".hypothesis" / "github-artifacts" / "hypothesis-example-db"
    now = datetime.now(UTC).isoformat().replace(":", "_")
    shutil.make_archive(str(kept / now), "zip", there / ".hypothesis" / "examples")
    command += ["--cellcheck-examples=owner/cells", "--hypothesis-show-statistics"]
    done = runs(command, cwd=here)
    law = "test_laws.py::test_law[softmax-values_equal_the_reference]:"
    told = done.stdout.partition(law)[2].partition("Stopped because")[0]
    assert "during reuse phase" in told and "during generate phase" not in told


@pytest.mark.full
def test_ids_are_the_same_wherever_cellcheck_lies(tmp_path: Path, run: Run) -> None:
    path = written(tmp_path, FAULTY)
    options = (f"--submission={path}", "--collect-only", "-q", "-k", "softmax")
    outside, inside = run(*options), run(*options, f"--rootdir={ROOT.parent}")
    assert "test_laws.py::test_law[softmax-" in outside.stdout.splitlines()[0]
    assert inside.stdout.splitlines()[0] == outside.stdout.splitlines()[0]


@pytest.mark.full
def test_a_repository_that_is_none_is_told_in_a_sentence(run: Run) -> None:
    done = run("--cellcheck-examples=cells")
    assert done.returncode == 4
    assert "--cellcheck-examples is cells: write OWNER/REPO." in done.stderr
