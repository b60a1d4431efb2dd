"""A call that takes too long is interrupted, wherever it is."""

from __future__ import annotations

import gc
import time
from typing import Any

import pytest

from cellcheck.subject.limits import WAITING, OutOfTime, interruptible, limited, shorter


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
