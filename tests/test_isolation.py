from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cellcheck import engine
from cellcheck.diagnosis import diagnose
from cellcheck.engine import (
    Diagnosis,
    FunctionReport,
    Settings,
    Status,
    SubmissionReport,
    check,
)
from cellcheck.engine.isolated import Isolated, ReducedIsolation, require_walls
from cellcheck.isolation import worker
from cellcheck.isolation.child import cores, landlock, shut_in
from cellcheck.isolation.child.packing import Packer, Unpacker
from cellcheck.isolation.child.walls import MIB, Limits, Wall, needed
from cellcheck.isolation.doctor import ATTEMPTS, SHORT, Attempt, run_long, tried, write_much
from cellcheck.isolation.parent import bubble
from cellcheck.isolation.parent.fork_server import ForkServer
from cellcheck.isolation.parent.session import _packed
from cellcheck.reports import renderer

from .hostile import BATTERY, CORRECT, NEXT, Hostile, forging
from .planted import FAULTS, Fault, plant
from .soak import STYLES, Soak, as_it_should_be, by_name
from .tiers import sampled

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux'")

QUICK = Settings(profile="quick")
LIMITS = Limits(memory=256 * MIB, silence=3.0, total=30.0)
BUBBLES = shutil.which("bwrap") is not None
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a submission, with a secret in it; temporary files go beside it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("A_TOKEN", "x")
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "secret.txt").write_text("x")
    return beside


def text(report: SubmissionReport, style: str = "json") -> str:
    out = io.StringIO()
    renderer(style)([replace(report, seconds=0.0)], QUICK, out)
    return out.getvalue()


def children() -> list[str]:
    return Path("/proc/self/task", str(os.getpid()), "children").read_text().split()


@pytest.fixture(scope="module", params=["alone", *["bubble"] * BUBBLES])
def fork_server(request: pytest.FixtureRequest) -> Iterator[ForkServer]:
    """The one that all processes come from."""
    with ForkServer(bubble=request.param == "bubble") as fork_server:
        fork_server.process(LIMITS).end()
        yield fork_server


@pytest.fixture
def isolated(fork_server: ForkServer) -> Isolated:
    """What checks a file, in a process of the fork server that there is already."""
    return Isolated(LIMITS, fork_server)


def traces(folder: Path) -> tuple[list[str], set[Path], int]:
    """What a submission might leave: processes, files and descriptors."""
    return children(), set(folder.parent.rglob("*")), len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("hostile", sampled(BATTERY, 18), ids=lambda hostile: hostile.name)
def test_it_harms_nothing_and_its_report_tells_why(
    hostile: Hostile, folder: Path, isolated: Isolated
) -> None:
    file = folder / "submission.py"
    file.write_text(hostile.source)
    before = traces(folder)
    report = isolated.check(str(file), QUICK)
    assert traces(folder) == before
    assert file.read_text() == hostile.source

    shown = json.loads(text(report))["submissions"][0]
    assert len(text(report)) < 100_000
    assert "\x1b" not in text(report, "text")
    assert (shown["status"] == "unreadable") == bool(hostile.error)
    assert as_it_should_be(hostile, report)


def test_two_that_end_the_program_are_told_apart(folder: Path, isolated: Isolated) -> None:
    file = folder / "two.py"
    source = CORRECT.format(top="import os", body="    os._exit(3)")
    file.write_text(source.replace("    e = np.exp", "    os.abort()\n    e = np.exp"))
    report = isolated.check(str(file), QUICK)
    functions = by_name(report)
    assert "SIGABRT" in functions["softmax"].findings[0].message
    assert "exit status 3" in functions["rnn_cell_forward"].findings[0].message
    assert functions["rnn_cell_backward"].status is Status.PASSED


def test_a_thread_that_ends_the_program_later_is_held_against_no_other_function(
    folder: Path, isolated: Isolated
) -> None:
    file = folder / "later.py"
    body = "    threading.Timer(0.02, os._exit, [3]).start()"
    file.write_text(CORRECT.format(top="import os, threading", body=body))
    functions = by_name(isolated.check(str(file), QUICK))
    assert functions["softmax"].status is Status.PASSED
    assert functions["rnn_cell_backward"].status is Status.PASSED


@pytest.mark.parametrize(
    "result",
    [
        "np.zeros((1,) * 30)",
        pytest.param("np.zeros((0, 10**7))", marks=pytest.mark.full),
        "np.array([b'x' * 2000])",
        "np.array([1], 'M8[100ns]')",
        "{'k' * 200_000: 1.0}",
    ],
)
def test_results_of_any_form_are_told_of_as_in_this_process(
    result: str, folder: Path, isolated: Isolated
) -> None:
    file = folder / "odd.py"
    file.write_text(CORRECT.format(top="", body=f"    return {result}, {result}, ()"))
    here, there = check(str(file), QUICK), isolated.check(str(file), QUICK)
    told = [
        [(f.name, [o.property for o in f.findings]) for f in r.functions] for r in (here, there)
    ]
    assert told[0] == told[1]
    assert "it sent" not in text(there)


def test_what_answers_oddly_when_it_is_asked_what_it_is_costs_nothing_else(
    folder: Path, isolated: Isolated
) -> None:
    file = folder / "odd.py"
    odd = "class Odd:\n    __code__ = 3\n    def __call__(self): pass\nfirst = Odd()\n"
    lying = "    @property\n    def __class__(self): raise ValueError\n"
    top = f"{odd}class Lying(Odd):\n{lying}    __code__ = Odd\nsecond = Lying()"
    file.write_text(CORRECT.format(top=top, body="    first, second"))
    report = isolated.check(str(file), QUICK)
    judged = [f.status for f in report.functions if f.status is not Status.MISSING]
    assert (report.error, set(judged)) == (None, {Status.PASSED})


MALICE = [
    "rnn_cell_forward.__code__ = (lambda xt, a_prev, parameters: None).__code__",
    "globals()['softmax'] = np.tanh",
    "SCALE[0] = 2.0",
    "__builtins__['range'] = __builtins__['list'] = None",
]


@pytest.mark.parametrize("malice", sampled(MALICE, 4))
def test_what_a_backward_function_changes_is_not_held_against_its_forward(
    malice: str, folder: Path, isolated: Isolated
) -> None:
    file = folder / "backward.py"
    source = CORRECT.format(top="SCALE = [1.0]", body="    xt = xt * [*map(float, SCALE)][0]")
    before, name, after = source.partition("    a_next, a_prev, xt, parameters = cache\n")
    file.write_text(f"{before}    {malice}\n{name}{after}")
    functions = by_name(isolated.check(str(file), QUICK))
    assert functions["softmax"].status is Status.PASSED
    assert functions["rnn_cell_forward"].status is Status.PASSED


def test_a_call_that_patches_numpy_is_told_of_in_this_process_too(folder: Path) -> None:
    file, tanh = folder / "patches.py", np.tanh
    file.write_text(CORRECT.format(top="", body="    np.tanh = lambda x: x"))
    report = check(str(file), QUICK)
    failed = [function for function in report.functions if function.findings]
    assert [function.name for function in failed] == ["rnn_cell_forward"]
    assert "it replaces numpy.tanh" in failed[0].findings[0].message
    assert np.tanh is tanh


def test_what_a_file_gives_numpy_when_it_is_loaded_stays(folder: Path, isolated: Isolated) -> None:
    file = folder / "old_names.py"
    body = "    import numpy.polynomial\n    xt = xt.astype(np.float)"
    file.write_text(CORRECT.format(top="np.float = np.bool = float", body=body))
    functions = isolated.check(str(file), QUICK).functions
    assert [f.name for f in functions if f.status is Status.FAILED] == []


def test_what_others_have_done_to_the_process_is_noted(folder: Path, isolated: Isolated) -> None:
    file = folder / "shared.py"
    body = "    softmax.__code__ = (lambda x: x * 0 + 1).__code__"
    file.write_text(CORRECT.format(top="", body=body))
    report = isolated.check(str(file), QUICK)
    assert [note.partition(" is right by itself")[0] for note in report.notes] == ["softmax"]


def test_who_answers_twice_is_told_of_and_not_the_next_one(
    folder: Path, isolated: Isolated
) -> None:
    """A right answer of its own, sent once more by what was asked: found at the next question."""
    body = (
        NEXT
        + """
a = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
y = softmax(parameters["Wya"] @ a + parameters["by"])
shapes = {"t": [a.shape, y.shape, None]}
send(frame({"answers": n, "returned": shapes, "made": None}, a.tobytes() + y.tobytes()))
"""
    )
    hostile = forging("answers_twice_and_right", body)
    file = folder / "submission.py"
    file.write_text(hostile.source)
    report = isolated.check(str(file), QUICK)
    functions = by_name(report)
    assert "it sent what is no answer" in functions["rnn_cell_forward"].findings[0].message
    assert functions["softmax"].status is Status.PASSED
    assert functions["rnn_cell_backward"].status is Status.PASSED


def test_a_module_of_a_known_name_beside_it_is_not_taken(folder: Path, isolated: Isolated) -> None:
    (folder / "numpy.py").write_text("import os\nos._exit(9)\n")
    file = folder / "submission.py"
    file.write_text(CORRECT.format(top="", body=""))
    assert isolated.check(str(file), QUICK).status == "passed"


def test_modules_beside_it_can_be_read(folder: Path, isolated: Isolated) -> None:
    (folder / "helpers.py").write_text("def factor():\n    return 2\n")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "one.py").write_text("def other():\n    return 3\n")
    file = folder / "submission.py"
    top = "from helpers import factor\nfrom deeper.one import other"
    file.write_text(CORRECT.format(top=top, body="    factor() + other()"))
    report = isolated.check(str(file), QUICK)
    assert report.status == "passed"
    assert "read from beside the file: helpers.py, deeper/one.py" in report.notes


def test_a_module_of_a_name_that_is_known_in_its_process_is_its_own(
    folder: Path, isolated: Isolated
) -> None:
    for name in ("beside.py", "subject.py", "isolation/child.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("def factor():\n    return 2\n")
    file = folder / "submission.py"
    top = "from beside import factor\nimport subject\nfrom isolation.child import factor as other"
    file.write_text(CORRECT.format(top=top, body="    factor() + subject.factor() + other()"))
    report = isolated.check(str(file), QUICK)
    assert report.status == "passed"
    read = "read from beside the file: beside.py, subject.py, isolation/child.py"
    assert read in report.notes


@pytest.mark.parametrize("target", ["secret.txt", "/etc/passwd", "/dev/zero", "."])
def test_a_link_to_something_else_tells_nothing_of_it(
    target: str, folder: Path, isolated: Isolated
) -> None:
    link = folder / "link.py"
    link.symlink_to(target)
    report = isolated.check(str(link), QUICK)
    assert report.status == "unreadable" and "root:" not in str(report.error)


def test_a_name_with_codes_is_escaped(folder: Path, isolated: Isolated) -> None:
    file = folder / "\x1b[31m::error::.py"
    file.write_text(CORRECT.format(top="", body="    1 / 0"))
    report = isolated.check(str(file), QUICK)
    assert report.status == "failed"
    assert "\x1b" not in text(report, "text")


RANDOM = "rnn_cell_forward_adds_noise"  # whose numbers are others in each run
SAME = [*STYLES, *EXAMPLES.glob("*.py"), *(one for one in FAULTS if one.name != RANDOM)]


@pytest.mark.parametrize("given", sampled(SAME, 1000), ids=lambda given: given.name)
def test_the_report_is_the_same_as_without_walls(
    given: Path | Fault, folder: Path, fork_server: ForkServer
) -> None:
    isolated = Isolated(fork_server=fork_server)
    file = given if isinstance(given, Path) else folder / "submission.py"
    if isinstance(given, Fault):
        file.write_text(plant(given))
    inside, outside = isolated.check(str(file), QUICK), check(str(file), QUICK)
    assert text(inside) == text(outside)
    assert text(inside, "text") == text(outside, "text")
    assert not isolated.missing


OBJECTS = """import numpy as np


class Memory:
    def __init__(self, **values):
        self.__dict__.update(values)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return h, Memory(x=x, before=prev_h, Wx=Wx, Wh=Wh, h=h)


def rnn_step_backward(dnext_h, memory):
    d = dnext_h * (1 - memory.h**2)
    return d @ memory.Wx.T, d @ memory.Wh.T, memory.x.T @ d, memory.before.T @ d, d.mean(axis=0)
"""
UNREAD = """def rnn_cell_forward(xt, a_prev, parameters):
    a_next =
    return a_next


def sigmoid(x):
    return 1 / (1 + np.exp(x))
"""


@pytest.mark.full
@pytest.mark.parametrize(
    ("source", "meant"),
    [
        pytest.param(OBJECTS, "d.sum(axis=0)", id="objects as caches"),
        pytest.param(f"import numpy as np\n\n\n{UNREAD}", "np.exp(-x)", id="no Python above"),
    ],
)
def test_what_is_told_of_a_fault_is_the_same_as_without_walls(
    source: str, meant: str, folder: Path, fork_server: ForkServer
) -> None:
    file = folder / "submission.py"
    file.write_text(source)
    inside = Isolated(fork_server=fork_server).check(str(file), QUICK, None, diagnose)
    assert text(inside) == text(check(str(file), QUICK, None, diagnose))
    told = [one.suggestion for found in inside.functions for one in found.diagnosis]
    assert any(meant in suggestion for suggestion in told)


@pytest.mark.full
@pytest.mark.parametrize("fault", FAULTS[::12], ids=lambda fault: fault.name)
def test_a_planted_fault_is_diagnosed_as_without_walls(
    fault: Fault, folder: Path, fork_server: ForkServer
) -> None:
    file = folder / "submission.py"
    file.write_text(plant(fault))
    inside = Isolated(fork_server=fork_server).check(str(file), QUICK, None, diagnose)
    assert text(inside) == text(check(str(file), QUICK, None, diagnose))


@pytest.mark.full
def test_a_child_ends_with_its_parent(folder: Path) -> None:
    file = folder / "submission.py"
    file.write_text(CORRECT.format(top="", body="    import time\n    time.sleep(100)"))
    command = [sys.executable, "-m", "cellcheck", "check", str(file)]
    nowhere, there = subprocess.DEVNULL, {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env=there) as parent:
        listed = Path("/proc", str(parent.pid), "task", str(parent.pid), "children")
        child = until(lambda: listed.read_text().split())[0]
        parent.kill()
    assert until(lambda: not Path("/proc", child).exists())


def until(test: Callable[[], Any], seconds: float = 300.0) -> Any:
    """The first true value of a test."""
    end = time.monotonic() + seconds
    while not (value := test()) and time.monotonic() < end:
        time.sleep(0.01)
    return value


def test_what_is_told_as_it_goes_on(folder: Path, isolated: Isolated) -> None:
    seen: list[str] = []
    file = folder / "submission.py"
    file.write_text(CORRECT.format(top="", body=""))
    isolated.check(str(file), QUICK, seen.append)
    assert seen[-2:] == ["rnn_cell_forward", "rnn_cell_backward"]


@pytest.mark.parametrize(
    "attempt",
    [pytest.param(a, marks=pytest.mark.full if a is run_long else ()) for a in ATTEMPTS],
    ids=lambda attempt: attempt.__name__,
)
def test_the_walls_keep_what_would_go_on_without_them(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(not wall.missing for wall in put_up())
    assert tried(attempt)[0]
    if attempt in (run_long, write_much):
        return
    monkeypatch.setattr(shut_in, "raise_walls", lambda *given: [])
    assert not tried(attempt)[0]


def put_up() -> tuple[Wall, ...]:
    """The walls of a child that has nothing to do."""
    child = worker.Worker(lambda send: None, needed(), SHORT)
    assert [*child.messages()] == []
    return child.walls


@pytest.mark.skipif(not BUBBLES, reason="bubblewrap is not installed")
def test_where_bubblewrap_is_installed_a_bubble_is_around_all() -> None:
    with ForkServer() as fork_server:
        process = fork_server.process(LIMITS)
        assert process.walls[-1] == Wall(bubble.NAME)
        assert not any(wall.missing for wall in process.walls)
        own_pid = fork_server._pid
        inner = Path(f"/proc/{own_pid}/task/{own_pid}/children").read_text().split()
        for space in ("pid", "net", "ipc", "mnt"):
            own = os.readlink(f"/proc/self/ns/{space}")
            assert os.readlink(f"/proc/{inner[0]}/ns/{space}") != own
        process.end()


def test_a_bubble_that_is_not_allowed_is_done_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = folder / "bwrap"
    fails.write_text("#!/bin/sh\nexit 1\n")
    fails.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    with ForkServer() as fork_server:
        process = fork_server.process(LIMITS)
        assert Wall(bubble.NAME) not in process.walls
        assert not any(wall.missing for wall in process.walls)
        process.end()


def test_the_two_processes_keep_to_one_core_as_long_as_there_are_two(folder: Path) -> None:
    before = os.sched_getaffinity(0)
    with ForkServer(bubble=False) as fork_server:  # or its number would be another one here
        process = fork_server.process(LIMITS)
        kept = os.sched_getaffinity(0)
        assert len(kept) == 1 and os.sched_getaffinity(process.pid) == kept
        process.end()
        assert os.sched_getaffinity(0) == before


def test_where_no_core_is_told_the_processes_are_free(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(cores, "current_core", fails)
    before = os.sched_getaffinity(0)
    with ForkServer(bubble=False) as fork_server:
        process = fork_server.process(LIMITS)
        assert os.sched_getaffinity(process.pid) == os.sched_getaffinity(0) == before
        process.end()


def test_a_wall_that_cannot_stand_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(landlock, "prepare", fails)
    missing = [wall for wall in put_up() if wall.missing]
    assert [(w.name, w.missing) for w in missing] == [
        ("no files but those needed", "Function not implemented")
    ]


@pytest.mark.full
def test_a_report_is_the_same_after_its_way(folder: Path) -> None:
    from cellcheck.isolation.parent.frames import decode, encode

    report = check(str(EXAMPLES / "faulty_lstm.py"), QUICK)
    sent = json.loads(json.dumps(encode(report)))
    assert encode(decode(SubmissionReport, sent)) == encode(report)
    assert text(decode(SubmissionReport, sent)) == text(report)


@pytest.mark.parametrize(
    ("lie", "lines"),
    [({}, [9]), ({"line": 10**6, "end_line": 10**6}, []), ({"name": []}, [])],
    ids=["of_its_form", "of_a_line_it_has_not", "of_no_function"],
)
def test_a_forged_diagnosis_is_no_diagnosis(
    lie: dict[str, Any], lines: list[int], folder: Path
) -> None:
    file = folder / "submission.py"
    file.write_text(CORRECT.format(top="", body="    xt = xt + 1"))
    place = {"line": 9, "end_line": 9} | {n: v for n, v in lie.items() if n != "name"}
    told = Diagnosis("a_fault", "It is another one.", **place)
    forged = {"status": Status.PASSED, "outcomes": (), "diagnosis": (told,)}

    def forges(done: Any, reports: list[FunctionReport]) -> list[FunctionReport]:
        return [replace(r, **forged, name=lie.get("name", r.name)) for r in reports]

    with Isolated(LIMITS) as isolated:
        report = isolated.check(str(file), QUICK, None, forges)
    (judged,) = (f for f in report.functions if f.name == "rnn_cell_forward")
    assert judged.status is Status.FAILED and judged.findings
    assert [one.line for one in judged.diagnosis] == lines


def test_arrays_of_another_class_are_taken_as_plain_ones(folder: Path, isolated: Isolated) -> None:
    file = folder / "submission.py"
    source = CORRECT.format(top="", body="").replace(
        "return a_next,", "return np.asmatrix(a_next),"
    )
    file.write_text(source)
    inside, here = isolated.check(str(file), QUICK), check(str(file), QUICK)
    assert inside.status == here.status == "passed"
    assert inside.notes == here.notes == ("arrays of the class matrix are taken as plain ones",)


@pytest.mark.parametrize(
    ("returned", "failed"),
    [
        ("Results(a_next, yt_pred, cache)", []),
        ("Listed([a_next, yt_pred, cache])", []),
        ("a_next.tolist(), yt_pred.tolist(), cache", ["rnn_cell_forward"]),
        ("a_next, yt_pred, softmax", ["rnn_cell_forward"]),
    ],
)
def test_results_of_any_kind_are_judged_as_without_walls(
    returned: str, failed: list[str], folder: Path, isolated: Isolated
) -> None:
    file = folder / "submission.py"
    top = (
        "from collections import namedtuple\n"
        "Results = namedtuple('Results', 'a_next yt_pred cache')\n"
        "class Listed(list): pass"
    )
    cache = "(a_next, a_prev, xt, parameters)"
    source = CORRECT.format(top=top, body="")
    assert f"return a_next, yt_pred, {cache}" in source
    returned = returned.replace("cache", cache)
    file.write_text(source.replace(f"return a_next, yt_pred, {cache}", f"return {returned}"))
    inside, here = isolated.check(str(file), QUICK), check(str(file), QUICK)
    assert text(inside) == text(here)
    assert [one.name for one in inside.functions if one.status is Status.FAILED] == failed


def test_what_a_file_names_is_itself_after_it_is_loaded_anew(
    folder: Path, isolated: Isolated
) -> None:
    """A finding has the file loaded anew, while a correct function may stand for one of its own."""
    file = folder / "submission.py"
    top = (
        "from collections import namedtuple\n"
        "Step = namedtuple('Step', 'a_next a_prev xt parameters')\n"
        "KIND = np.float64"
    )
    source = CORRECT.format(top=top, body="").replace("axis=0, keepdims", "axis=1, keepdims")
    source = source.replace("(a_next, a_prev, xt, p", "Step(a_next.astype(KIND), a_prev, xt, p")
    file.write_text(source)
    inside, here = isolated.check(str(file), QUICK), check(str(file), QUICK)
    assert text(inside) == text(here)
    failed = [one.name for one in inside.functions if one.status is Status.FAILED]
    assert failed == ["softmax"]


@pytest.mark.full
def test_arrays_that_are_views_of_each_other_stay_that(folder: Path, isolated: Isolated) -> None:
    """What shares memory, and what a call has changed, is told as it is without walls."""
    file = folder / "submission.py"
    for old, new in {
        "return a_next, yt": "return a_next[:], yt",
        "return a_next, yt_pred,": "return a_prev, a_prev,",
        "a_next, yt_pred, (a_next": "a_prev, yt_pred, (a_next",
        "d = da_next *": "da_next *= 2; d = da_next / 2 *",
        "d = da_next * (1": "xt += 1; d = da_next * (1",
        "yt_pred, (a_next, a_prev, xt, parameters)": "a_next[:2], np.vstack([xt, a_prev])",
    }.items():
        file.write_text(CORRECT.format(top="", body="").replace(old, new))
        assert text(isolated.check(str(file), QUICK)) == text(check(str(file), QUICK))


def test_an_array_that_is_given_twice_is_one_array_over_there() -> None:
    twice = np.ones(2)
    places, named = _packed(Packer(), [np.zeros(1), twice], {"again": twice})
    unpacker = Unpacker(lambda kind, what: None)
    there = [unpacker.value(place) for place in places]
    assert unpacker.value(named["again"]) is there[1]


@pytest.mark.full
def test_the_way_without_a_fork(folder: Path) -> None:
    file = folder / "submission.py"
    file.write_text(CORRECT.format(top="", body="    import os; os._exit(3)"))
    before = traces(folder)
    with Isolated(LIMITS, ForkServer(forking=False)) as isolated:
        report = isolated.check(
            str(file), replace(QUICK, functions=("softmax", "rnn_cell_forward"))
        )
    assert traces(folder) == before
    functions = by_name(report)
    assert "exit status 3" in functions["rnn_cell_forward"].findings[0].message
    assert functions["softmax"].status is Status.PASSED


def test_what_only_unix_has_is_not_needed_to_import_it() -> None:
    code = "import sys; sys.modules['fcntl'] = None; import cellcheck.engine.isolated"
    subprocess.run([sys.executable, "-c", code], timeout=60, check=True)


def test_a_fork_server_that_is_gone_blames_nobody(folder: Path) -> None:
    file = folder / "submission.py"
    file.write_text(CORRECT.format(top="", body=""))
    with ForkServer() as fork_server:
        isolated = Isolated(LIMITS, fork_server)

        def ends_it(name: str) -> None:
            if name == "rnn_cell_forward":
                os.kill(fork_server._pid, 9)

        report = isolated.check(str(file), QUICK, ends_it)
        assert report.status != "failed"
        assert isolated.check(str(file), QUICK).status == "passed"


def test_who_grades_is_told_of_missing_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    with ForkServer() as fork_server:
        assert require_walls(fork_server) == ()
    monkeypatch.setattr(engine.isolated, "possible", lambda: False)
    with pytest.raises(ReducedIsolation, match="--allow-reduced-isolation"):
        require_walls(fork_server)
    assert len(require_walls(fork_server, allow_reduced=True)) == 1


def test_a_report_tells_of_missing_walls(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.isolated, "possible", lambda: False)
    file = folder / "submission.py"
    file.write_text(CORRECT.format(top="", body=""))
    report = Isolated(LIMITS).check(str(file), QUICK)
    assert "reduced isolation" in report.notes[-1]


@pytest.mark.full
def test_many_in_a_row_leave_nothing_behind(folder: Path) -> None:
    others = children()
    with Soak(folder / "submission.py") as soak:
        assert not soak.one(0)
        before = traces(folder)
        assert [soak.one(number) for number in range(1, 30)] == [""] * 29
        assert traces(folder) == before
    assert children() == others


def test_the_table_of_threats_names_tests_that_there_are() -> None:
    page = (Path(__file__).parents[1] / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "`" in line]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.rsplit("|", 2)[1])}
    known = {hostile.name for hostile in BATTERY} | {attempt.__name__ for attempt in ATTEMPTS}
    assert len(rows) > 15
    assert named <= known | {name for name in globals() if name.startswith("test_")}
