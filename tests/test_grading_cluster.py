"""A class on a Dask cluster: the same results as here, also where a worker is lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from cellcheck.cli import cli
from cellcheck.engine import Settings
from cellcheck.grading import Refused, cluster
from cellcheck.grading.cluster import Cluster
from cellcheck.grading.course import Course
from cellcheck.grading.store import Store
from cellcheck.grading.task import tool

from .graded import CLASS, RIGHT, folder, outcome

if TYPE_CHECKING:
    from distributed import LocalCluster

STUDENTS = ("Ada", "Ben", "Eve", "Fay", "Hal")
ONE_OF_EACH = {name: CLASS[name] for name in CLASS if name.startswith(STUDENTS)}


def local(workers: int) -> LocalCluster:
    from distributed import LocalCluster  # takes a second, which only the full tier needs

    return LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1"
    )


@pytest.fixture(scope="module")
def three() -> Iterator[Any]:
    with local(3) as machines:
        yield machines


def graded(source: Path, output: Path, *more: str) -> Result:
    command = ["grade", str(source), "--output", str(output), "--profile", "quick", *more]
    return CliRunner().invoke(cli, [*command, "--allow-reduced-isolation"], catch_exceptions=False)


def kill_one_at_first_result(machines: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the processes killed, once there are such."""
    killed: list[int] = []
    busy = [nanny.pid for nanny in machines.workers.values()]

    def put(self: Store, key: str, result: Any, put: Any = Store.put) -> None:
        put(self, key, result)
        if not killed:
            killed.append(busy[0])
            os.kill(busy[0], signal.SIGKILL)

    monkeypatch.setattr(Store, "put", put)
    return killed


@pytest.mark.full
def test_a_lost_worker_changes_no_result(
    three: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECTING", 300.0)  # however busy the machine is
    source = folder(tmp_path / "in", ONE_OF_EACH)
    assert graded(source, tmp_path / "here", "--jobs", "1").exit_code == 0
    killed = kill_one_at_first_result(three, monkeypatch)
    done = graded(source, tmp_path / "there", "--cluster", three.scheduler_address)
    assert done.exit_code == 0, done.output
    assert killed
    assert outcome(tmp_path / "there") == outcome(tmp_path / "here")


@pytest.mark.full
def test_a_worker_of_another_version_is_not_used(
    three: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "tool", lambda: ("0.0.1", "3.11.0", "2.0.0"))
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    done = graded(source, tmp_path / "out", "--cluster", three.scheduler_address)
    assert done.exit_code == 2
    assert "cannot be used: it has cellcheck" in done.stderr and "not 0.0.1" in done.stderr


@pytest.mark.full
def test_a_cluster_without_workers_is_told(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    with local(0) as nobody:
        done = graded(source, tmp_path / "out", "--cluster", nobody.scheduler_address)
    assert done.exit_code == 2 and "has no worker." in done.stderr


@pytest.mark.full
def test_a_cluster_that_goes_away_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SILENCE", 0.2)
    course = Course.read(folder(tmp_path / "in", ONE_OF_EACH), Settings(profile="quick"))
    with local(1) as one, Store(tmp_path) as store:
        with (
            Cluster(one.scheduler_address, allow_reduced=True) as judges,
            pytest.raises(Refused, match="no worker any more"),
        ):
            course.judge(judges, store, lambda: one.scale(0))
        assert 0 < len(course.missing(store)) < len(course.wanted)


@pytest.mark.full
def test_a_worker_is_fit_again_when_its_walls_stand_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    course = Course.read(source, Settings(profile="quick"))
    [task] = (task for task in course.tasks(course.wanted) if task.name == "a.py")
    why = iter(["some walls do not stand", ""])
    monkeypatch.setattr(cluster, "why_unfit", lambda *wanted: next(why))
    monkeypatch.setattr(cluster, "_here", threading.local())
    assert "do not stand" in str(cluster.judged(task, tool(), True).read().error)
    assert cluster.judged(task, tool(), True).read().error is None
    assert cluster.judged(task, tool(), True).final  # who is fit is not asked again
    cluster._here.host.close()


def test_where_no_scheduler_answers_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECTING", 0.2)
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1"):
        done = graded(source, tmp_path / "out", "--cluster", address)
        assert done.exit_code == 2
        assert f"no Dask scheduler at {address}" in done.stderr


def test_without_dask_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    source = folder(tmp_path / "in", {"a.py": RIGHT, "b.py": "x"})
    done = graded(source, tmp_path / "out", "--cluster", "tcp://127.0.0.1:1")
    assert done.exit_code == 2 and "pip install 'cellcheck[cluster]'" in done.stderr


def test_jobs_and_a_cluster_do_not_go_together(tmp_path: Path) -> None:
    done = graded(tmp_path, tmp_path / "out", "--cluster", "x", "--jobs", "2")
    assert done.exit_code == 2 and "name one" in done.stderr
