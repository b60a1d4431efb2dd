"""A call that takes too long is interrupted, wherever it is."""

from __future__ import annotations

import gc
import itertools
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellcheck.cells import families
from cellcheck.engine import Settings, Status, check
from cellcheck.engine.drawing import draw
from cellcheck.engine.judging import Judgement, judge
from cellcheck.engine.suite import plain_snippets
from cellcheck.isolation.parent import watch
from cellcheck.properties import PROPERTIES
from cellcheck.subject import limits
from cellcheck.subject.budget import (
    AFTER_ANOTHER,
    AGAIN,
    MOST_LATE,
    PACE,
    Budget,
    OutOfBudget,
    Work,
)
from cellcheck.subject.limits import (
    WAITING,
    OutOfTime,
    being_served,
    interruptible,
    limited,
    shorter,
)
from cellcheck.subject.live import LiveFunctions, reference_of
from cellcheck.subject.subject import Subject


def endless() -> None:
    with limited():
        gc.collect()
        while True:
            pass


def test_a_call_that_does_not_end_is_interrupted() -> None:
    with interruptible(), shorter(0.01), pytest.raises(OutOfTime):
        endless()


def test_a_call_that_waits_is_given_longer_and_interrupted_too() -> None:
    began = time.monotonic()
    with interruptible(), shorter(0.02), pytest.raises(OutOfTime), limited():
        time.sleep(10)
    waited = time.monotonic() - began
    assert 0.02 * WAITING <= waited < 10


def test_a_finaliser_is_left_to_end() -> None:
    ended = []

    class Slow:
        def __del__(self) -> None:
            end = time.monotonic() + 0.05
            while time.monotonic() < end:
                pass
            ended.append(self)

    slow = Slow()
    slow.itself = slow  # type: ignore[attr-defined]  # so that it waits for the collector
    del slow
    with interruptible(), shorter(0.01), pytest.raises(OutOfTime):
        endless()
    assert ended


def test_a_callback_of_the_garbage_collector_is_left_to_end() -> None:
    ended = []

    def slow(phase: str, info: dict[str, Any]) -> None:
        end = time.monotonic() + 0.05
        while time.monotonic() < end:
            pass
        ended.append(phase)

    gc.callbacks.append(slow)
    try:
        with interruptible(), shorter(0.01), pytest.raises(OutOfTime):
            endless()
    finally:
        gc.callbacks.remove(slow)
    assert ended == ["start", "stop"]


def test_what_the_garbage_collector_takes_counts_for_no_call() -> None:
    def slow(phase: str, info: dict[str, Any]) -> None:
        end = time.process_time() + (0.1 if phase == "start" else 0)
        while time.process_time() < end:
            pass

    with interruptible():
        gc.callbacks.append(slow)
        try:
            with limited() as call:
                gc.collect()
        finally:
            gc.callbacks.remove(slow)
    assert call.counts == 0


class Clock:
    """What a process has computed, how often it has stopped by itself, and the time, as a test
    says.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.computed, self.stopped, self.time = 0.0, 0, 0.0
        monkeypatch.setattr(limits, "now", self.now)

    def now(self) -> limits.Moment:
        return limits.Moment(self.computed, self.stopped, self.time)

    def step(self, call: limits.Call) -> None:
        """Lets the step of a call come to its end."""
        self.time += call.step
        call.note_step()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_call_that_computes_a_little_in_every_step_is_not_late(clock: Clock) -> None:
    """As on a machine that has a hundred other things to do."""
    call = limits.Call(2.0)
    for _ in range(400):
        clock.computed += 0.004
        clock.step(call)
    assert not call.is_late
    for _ in range(200):
        clock.computed += 0.004
        clock.step(call)
    assert call.is_late


def test_a_call_that_computes_nothing_is_late_after_some_steps_without(clock: Clock) -> None:
    call = limits.Call(2.0)
    for step in range(60):
        clock.computed += 0.01 * (step % 15 == 0)
        clock.step(call)
    assert not call.is_late  # it never waits for long
    for _ in range(21):
        clock.step(call)
    assert call.is_late


def test_who_sleeps_and_wakes_all_the_time_waits(clock: Clock) -> None:
    call = limits.Call(2.0)
    for _ in range(21):
        clock.computed += 0.004
        clock.stopped += 80
        clock.step(call)
    assert call.is_late and call.computing < 0.1


def test_a_call_that_sleeps_counts_and_one_that_others_keep_waiting_does_not(clock: Clock) -> None:
    sleeping, kept = limits.Call(2.0), limits.Call(2.0)
    clock.step(kept)
    clock.stopped += 1
    sleeping.note_step()  # their steps are over at the same time
    assert (sleeping.slept, kept.slept) == (limits.FIRST_STEP, 0.0)


def test_an_alarm_that_rings_before_a_step_is_over_says_nothing(clock: Clock) -> None:
    call = limits.Call(2.0)
    for _ in range(8):
        clock.stopped += 1
        clock.time += call.step / 10
        call.note_step()
    assert (call.slept, call.waited) == (0.0, 0.0)


def test_what_a_call_waits_for_our_answer_counts_for_nothing() -> None:
    with interruptible(), limited() as waiting, being_served():
        time.sleep(0.2)
    with interruptible(), limited() as sleeping:
        time.sleep(0.2)
    assert (waiting.counts, sleeping.counts > 0) == (0.0, True)


def test_a_call_within_another_leaves_it_its_limit() -> None:
    def nested() -> None:
        with limited():
            with limited(10.0):
                pass
            while True:
                pass

    with interruptible(), shorter(0.03), pytest.raises(OutOfTime):
        nested()


@pytest.mark.parametrize("knows", [True, False], ids=["computing", "unknown"])
def test_a_process_is_waited_for_while_it_computes(
    knows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = itertools.count()
    monkeypatch.setattr(watch, "computed", lambda pid: 0.05 * next(seconds) if knows else None)
    waited = watch.Watch(1, computing=2.0, waiting=1.0)
    assert sum(1 for _ in iter(waited.is_over, True)) == (39 if knows else 29)


def test_a_process_that_only_waits_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "computed", lambda pid: 5.0)
    waited = watch.Watch(1, computing=2.0, waiting=0.95)
    assert sum(1 for _ in iter(waited.is_over, True)) == 9


def test_a_part_of_a_budget_spends_of_the_whole() -> None:
    whole = Budget(Work(), 10 / PACE)
    part = whole.part(4 / PACE)
    for _ in range(4):
        part.spend()
    with pytest.raises(OutOfBudget):
        part.spend()
    assert not whole.is_over and whole.left == pytest.approx(6 / PACE)
    with whole.share(1 / PACE):
        whole.spend()
        assert whole.is_over
    assert not whole.is_over


def judged(name: str, functions: LiveFunctions, file: Budget) -> Judgement:
    family = functions.family
    subject = Subject(functions, family, name, reference=reference_of(family), own_cache=False)
    cases = draw(family, "quick", 0)
    with interruptible(), shorter(0.02):
        return judge(subject, PROPERTIES.values(), cases, plain_snippets(functions), file)


def test_a_function_that_hangs_is_given_up_and_uses_up_nothing_of_what_others_have() -> None:
    functions, calls = LiveFunctions.plain(families()["rnn"]), []

    def hanging(xt: Any, a_prev: Any, parameters: Any) -> None:
        calls.append(1)
        while True:
            pass

    right = functions.bound["rnn_cell_forward"]
    functions.bound["rnn_cell_forward"] = replace(right, function=hanging)
    file = Budget(functions.work, 0.5)
    assert judged("rnn_cell_forward", functions, file).faults
    assert len(calls) == MOST_LATE
    assert not judged("rnn_cell_backward", functions, file).unjudged
    functions.work.try_again("rnn_cell_forward")
    assert judged("rnn_cell_forward", functions, file).faults
    assert len(calls) == 2 * MOST_LATE


def test_after_a_call_that_hangs_others_may_compute_for_less() -> None:
    work = Work()
    assert work.allowed("one", 2.0) == 2.0
    work.was_late("one", 2.0, "told")
    assert work.allowed("one", 2.0) == AGAIN and work.allowed("other", 2.0) == AFTER_ANOTHER


def test_slow_calls_are_counted_and_the_function_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COUNTS", ((0.0, 1.0),))  # every call is slow
    path = tmp_path / "submission.py"
    path.write_text("import numpy\n\n\ndef sigmoid(x):\n    return 1 / (1 + numpy.exp(-x))\n")
    (report,) = check(str(path), Settings("quick", functions=("sigmoid",))).functions
    assert report.status is Status.BLOCKED and "too slow" in report.reason
    assert report.is_lost  # and costs nobody a point
