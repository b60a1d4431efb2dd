"""The forms that are told of: their examples are read, are right, and are found by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli
from cellcheck.engine import Settings, Status, check
from cellcheck.subject.forms import Form, forms

from .tiers import sampled


@pytest.mark.parametrize("form", sampled([*forms().values()], 7), ids=lambda form: form.name)
def test_the_example_of_a_form_is_judged_and_right(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(form.example, "utf-8")
    report = check(str(path), Settings("quick"))
    assert {one.status for one in report.functions} <= {Status.PASSED, Status.MISSING}
    assert sum(one.status is Status.PASSED for one in report.functions) >= 1
    assert not report.not_judged


def test_a_form_is_listed_and_explained() -> None:
    listed = CliRunner().invoke(cli, ["list", "conventions"])
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:]] == [*forms()]
    for form in forms().values():
        told = CliRunner().invoke(cli, ["explain", form.name.replace("_", " ")])
        assert told.exit_code == 0
        assert all(one.split("`")[0].split(" ")[0] in told.stdout for one in form.not_read)
        assert form.example.splitlines()[0] in told.stdout
