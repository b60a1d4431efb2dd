"""What is found does not depend on what else the machine has to do."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, check
from cellcheck.reports import renderer

from .planted import FAULTS, plant

SETTINGS = Settings("quick")


@pytest.fixture
def loops() -> Iterator[None]:
    """Processes that compute all the time, several for each of the machine's."""
    count = 4 * (os.cpu_count() or 1)
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    yield
    for process in started:
        process.kill()
        process.wait()


def text(path: Path) -> str:
    out = io.StringIO()
    report = check(str(path), SETTINGS, diagnose=diagnose)
    renderer("json")([replace(report, seconds=0.0)], SETTINGS, out)
    return out.getvalue()


@pytest.fixture
def idle(planted: Path) -> str:
    return text(planted)


@pytest.fixture(params=FAULTS[::60], ids=lambda fault: fault.name)
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "submission.py"
    path.write_text(plant(request.param), encoding="utf-8")
    return path


@pytest.mark.full
def test_a_report_is_the_same_beside_busy_processes(idle: str, planted: Path, loops: None) -> None:
    assert text(planted) == idle
