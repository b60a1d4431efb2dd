"""How much cheaper our draws and our shrinking are than Hypothesis' own, for one LSTM case.

    python benchmarks/draw_time.py [--repeats N]

Drawing: prints the milliseconds of one case with dimensions up to 5, drawn by `cases`, and drawn
tensor by tensor with ``arrays(..., elements=..., fill=st.nothing())``, that is entry by entry,
from a table of readable numbers or from ``floats``; and the ratios (aim: at least 10). What a
case of `cases` costs hardly depends on its dimensions, so entry by entry is shown both for
dimensions of 1 to 5 and for the largest. All run under the same settings, in turn.

Shrinking: for planted faults, prints the milliseconds and the tries that `smallest` and
Hypothesis' shrinker take from the same failing case to their smallest one, how large that is
(the sum of its dimensions, and the entries that are not zero), and the ratio of the times.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import mean, median
from typing import TypeAlias, TypeVar

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cellcheck.cells.lstm import CELL, lstm_cell_backward, lstm_cell_forward
from cellcheck.cells.spec import Array, Cache, Parameters, Reference, concrete
from cellcheck.properties import PROPERTIES, Subject, Violation
from cellcheck.strategies import Case, cases, smallest
from cellcheck.subject.conventions.contract import Contract
from cellcheck.subject.live import Bound, LiveFunctions

FAMILY = CELL.family
Drawn = TypeVar("Drawn")
Returned: TypeAlias = "tuple[Array | Cache, ...] | dict[str, Array]"
DRAWS = 60
READABLE = [0.0, *(sign * tenths / 10 for tenths in range(1, 21) for sign in (1, -1))]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    drawing(repeats)
    print()
    shrinking(repeats)


# Drawing


def drawing(repeats: int) -> None:
    strategies = {
        "cases(lstm)": cases(FAMILY),
        "sampled_from, sizes 1 to 5": entry_by_entry(st.sampled_from(READABLE), least=1),
        "floats, sizes 1 to 5": entry_by_entry(st.floats(-2, 2), least=1),
        "sampled_from, all sizes 5": entry_by_entry(st.sampled_from(READABLE), least=5),
        "floats, all sizes 5": entry_by_entry(st.floats(-2, 2), least=5),
    }
    times: dict[str, list[float]] = {name: [] for name in strategies}
    for seed in range(repeats):
        for name, strategy in strategies.items():
            times[name].append(seconds_a_draw(strategy, seed))
    ours = times["cases(lstm)"]
    print(f"{'drawing one LSTM case':<28}{'median ms':>10}{'least ms':>10}{'ratio':>8}{'least':>8}")
    for name, taken in times.items():
        ratios = f"{median(taken) / median(ours):>8.1f}{min(taken) / min(ours):>8.1f}"
        print(f"{name:<28}{1000 * median(taken):>10.2f}{1000 * min(taken):>10.2f}{ratios}")


def entry_by_entry(
    elements: st.SearchStrategy[float], least: int
) -> st.SearchStrategy[Mapping[str, Array]]:
    """The tensors of an LSTM case, each entry drawn by itself."""
    shapes = dict(case_shapes())
    symbols = sorted({"n_x", "n_a", "n_y", "m", "T_x"})

    @st.composite
    def tensors(draw: st.DrawFn) -> Mapping[str, Array]:
        dims = {symbol: draw(st.integers(least, 5)) for symbol in symbols}
        return {
            name: draw(arrays(float, concrete(shape, dims), elements=elements, fill=st.nothing()))
            for name, shape in shapes.items()
        }

    return tensors()


def case_shapes() -> Mapping[str, tuple[str, ...]]:
    """The shapes of a case's tensors, taken from a drawn one, so that they are the same."""
    drawn: list[Case] = []
    quickly(cases(FAMILY), drawn.append, examples=1, seed=0)
    shapes = dict(drawn[0].shapes)
    return {**shapes.pop("parameters"), **shapes}


def seconds_a_draw(strategy: st.SearchStrategy[Drawn], seed: int) -> float:
    drawn: list[Drawn] = []
    started = time.perf_counter()
    quickly(strategy, drawn.append, examples=DRAWS, seed=seed)
    return (time.perf_counter() - started) / len(drawn)


def quickly(
    strategy: st.SearchStrategy[Drawn],
    use: Callable[[Drawn], None],
    examples: int,
    seed: int,
    phases: tuple[Phase, ...] = (Phase.generate,),
) -> None:
    """Hypothesis with nothing around it: no database, no deadline, no health check."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    @hypothesis.given(strategy)
    def run(value: Drawn) -> None:
        use(value)

    run()


# Shrinking


def forgets_the_cell_state(x: Array, a0: Array, parameters: Parameters) -> Returned:
    steps, a_next = [], a0
    for t in range(x.shape[2]):
        nothing = np.zeros_like(a0)
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, nothing, parameters)
        steps.append((a_next, yt, c_next, cache))
    a, y, c, caches = zip(*steps, strict=True)
    return np.stack(a, axis=2), np.stack(y, axis=2), np.stack(c, axis=2), (list(caches), x)


def exchanges_two_bias_gradients(da_next: Array, dc_next: Array, cache: Cache) -> Returned:
    gradients = lstm_cell_backward(da_next, dc_next, cache)
    return {**gradients, "dbi": gradients["dbf"]}


def carries_nothing_back(da: Array, caches: Cache) -> Returned:
    steps, _ = caches
    each = [
        lstm_cell_backward(da[:, :, t], np.zeros_like(da[:, :, t]), steps[t])
        for t in range(da.shape[2])
    ]
    sums = {
        name: np.sum([step[name] for step in each], axis=0) for name in each[0] if name[1] in "Wb"
    }
    return {"dx": np.stack([s["dxt"] for s in each], axis=2), "da0": each[0]["da_prev"], **sums}


FAULTS = (
    ("lstm_forward", forgets_the_cell_state, "values_equal_the_reference"),
    (
        "lstm_cell_backward",
        exchanges_two_bias_gradients,
        "gradients_equal_the_derivative_of_the_forward",
    ),
    ("lstm_backward", carries_nothing_back, "gradients_equal_the_derivative_of_the_forward"),
)


@dataclass
class Shrunk:
    seconds: list[float] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    dimensions: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)

    def add(self, started: float, tries: int, case: Case) -> None:
        self.seconds.append(time.perf_counter() - started)
        self.tries.append(tries)
        self.dimensions.append(sum(case.dims.values()))
        tensors = {**case.tensors, **case["parameters"]}
        tensors.pop("parameters")
        self.entries.append(sum(int(np.count_nonzero(value)) for value in tensors.values()))


def shrinking(repeats: int) -> None:
    print(f"{'shrinking':<32}{'median ms':>10}{'tries':>8}{'dims':>8}{'entries':>9}{'ratio':>8}")
    for function, fault, law in FAULTS:
        ours, theirs = Shrunk(), Shrunk()
        for seed in range(repeats):
            shrink_both(law_fails(function, fault, law), seed, ours, theirs)
        print(fault.__name__.replace("_", " "))
        for name, shrunk in (("  smallest", ours), ("  Hypothesis", theirs)):
            print(
                f"{name:<32}{1000 * median(shrunk.seconds):>10.1f}{mean(shrunk.tries):>8.0f}"
                f"{mean(shrunk.dimensions):>8.1f}{mean(shrunk.entries):>9.1f}"
                f"{median(shrunk.seconds) / median(ours.seconds):>8.1f}"
            )


def law_fails(name: str, fault: Reference, law: str) -> Callable[[Case], bool]:
    """Whether the law is broken on a case, the faulty function standing among correct ones."""
    correct, functions = LiveFunctions.plain(FAMILY), LiveFunctions.plain(FAMILY)
    functions.bound[name] = Bound(fault, Contract(FAMILY.functions[name], FAMILY.cell))
    subject = Subject(functions, FAMILY, name, reference=correct)

    def fails(case: Case) -> bool:
        try:
            PROPERTIES[law].check(subject, case)
        except Violation:
            return True
        return False

    return fails


def shrink_both(fails: Callable[[Case], bool], seed: int, ours: Shrunk, theirs: Shrunk) -> None:
    """From the first failing case that Hypothesis comes upon."""
    failing: list[Case] = []
    started = tries = 0.0

    def must_hold(case: Case) -> None:
        nonlocal started, tries
        if fails(case):
            started = started or time.perf_counter()
            failing.append(case)
            raise AssertionError
        tries += bool(started)

    try:
        quickly(
            cases(FAMILY), must_hold, examples=100, seed=seed, phases=(Phase.generate, Phase.shrink)
        )
    except AssertionError:
        theirs.add(started, int(tries) + len(failing), failing[-1])

    calls = 0

    def counted(case: Case) -> bool:
        nonlocal calls
        calls += 1
        return fails(case)

    started = time.perf_counter()
    small = smallest(failing[0], counted)
    ours.add(started, calls, small)


if __name__ == "__main__":
    main()
