"""The laws of any pair of a forward and a backward function, one function each.

A law is a function ``law(trial)`` that raises `Broken`, or `Undecided` where it says nothing of the
case. Its name is a sentence. They are tried in the order in which they stand here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..gradients.report import WrongGradient
from .cases import Array, Values
from .errors import Broken, Undecided
from .protocol import copied, same
from .trial import Trial, copies, forward

Law = Callable[[Trial], None]

Reference = Callable[[Values], Array]
"""What is right for given inputs, by their names."""

VALUE = "value"
"""What stands for the names of gradients where it is the value that is wrong."""

SAME = 1e-9
"""How far, relatively, a value may be from that of a correct function."""

GROSS = 1e-3
"""The part of the largest entry by which sums of gradients differ that are not linear."""

CLOSE = 1e-5
"""The same for what has to agree but for the order in which terms are added."""

SLIGHT = 1e-4
"""The relative error that a number does which only keeps another from zero."""

NOISE = 1e-9
"""What is left of terms of a size near 1 that cancel is far below."""

TIMES = -1024.0
"""A factor by which numbers are multiplied without rounding."""


def gradients_have_the_shapes_of_the_inputs(trial: Trial) -> None:
    """There is a gradient by each input, of its shape, of real and finite numbers."""
    found, values = trial.gradients, trial.case.values
    for name, gradient in found.arrays.items():
        shape = values[name].shape
        if gradient.shape != shape:
            raise Broken(
                f"the gradient by {name} has the shape {gradient.shape}, and {name} has {shape}",
                name,
                check=(f"assert np.shape({found.access[name]}) == {shape}",),
                right=tuple(
                    n for n, g in found.arrays.items() if g.shape == trial.case.values[n].shape
                ),
            )
        if gradient.dtype.kind == "c":
            raise Broken(f"the gradient by {name} holds complex numbers", name)
    for name, gradient in found.arrays.items():
        if np.isfinite(gradient).all():
            continue
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(gradient))[0])
        if trial.case.regime != "plain" or 1 in trial.case.sizes.values():
            raise Undecided(f"the gradient by {name} is {gradient[index]}")
        raise Broken(
            f"the gradient by {name} is {gradient[index]} at {list(index)}, where all results are "
            f"finite",
            name,
            check=(f"assert np.isfinite({found.access[name]}).all()",),
        )


def equal_to(reference: Reference) -> Law:
    """The law that a function gives what a correct one gives for the same inputs."""

    def values_equal_the_reference(trial: Trial) -> None:
        found, wanted = trial.ran.results[0], np.asarray(reference(trial.case.values))
        who = trial.pair.forward.shown_name
        if found.shape != wanted.shape:
            raise Broken(
                f"{who} gives something of the shape {found.shape}, and {wanted.shape} is right",
                VALUE,
                check=(f"assert np.shape(result) == {wanted.shape}",),
            )
        far = np.abs(found - wanted) > SAME * (np.abs(wanted) + 1.0)
        if far.any():
            place = tuple(int(i) for i in np.argwhere(far)[0])
            where, at = (f" at {list(place)}", f"[{place}]") if place else ("", "")
            right = float(wanted[place])
            raise Broken(
                f"{who} gives {float(found[place]):.6g}{where}, and {right:.6g} is right",
                VALUE,
                check=(
                    f"assert abs(np.asarray(result){at} - {right!r}) < {SAME * (abs(right) + 1)!r}",
                ),
            )

    return values_equal_the_reference


def arguments_are_left_alone(trial: Trial) -> None:
    """Neither function writes to an input, a cotangent or the cache."""
    pair, values = trial.pair, trial.case.values
    written = pair.forward_writes(values)
    if written:
        said = _writes(pair.forward.name, written.what)
        known = pair.inputs.get(written.what)
        if known is not None and not known.has_gradient:
            said += (
                ", or give it as a constant where it is meant to change, as running statistics are"
            )
        raise Broken(said, written.what, line=written.line)
    written = None if pair.alone else pair.backward_writes(values, trial.cotangents)
    if written:
        raise Broken(_writes(trial.who, written.what), written.what, line=written.line)


def _writes(who: str, what: str) -> str:
    kind = what if " " in what else f"its argument {what}"
    return f"{who} writes to {kind}: work on a copy"


def a_second_call_gives_the_same(trial: Trial) -> None:
    """The same input gives the same results and gradients again, on the same cache as well."""
    pair, first = trial.pair, trial.rerun()
    results = copied(first.results)
    given = trial.backward(first)
    gradients = copies(given)
    second = pair.repeat(first, trial.case.values)
    if not same(results, second.results):
        who = pair.forward.name
        raise Broken(
            f"{who} gives something else when called again with the same arguments: does it draw "
            f"random numbers, or keep something from the last call?",
            "again",
        )
    again = copies(trial.backward(second))
    if not same(gradients, again):
        if not _added_up(gradients, again, given.live):
            raise Broken(_again(trial.who), "again")
        pair.tell("gradients add up from call to call; each case starts from a new object")
    if not pair.is_object and not same(gradients, copies(trial.backward(second))):
        raise Broken(_again(trial.who), "again")


def _again(who: str) -> str:
    return (
        f"{who} gives other gradients when called again with the same arguments: does it keep "
        f"something from the last call, or take it out of the cache?"
    )


def later_calls_change_nothing(trial: Trial) -> None:
    """What a call has given stays as it was when the functions are called again."""
    pair, values = trial.pair, trial.case.values
    others = {n: a * 0.5 if a.dtype.kind == "f" else a for n, a in values.items()}
    changed = pair.overwritten(values, trial.cotangents, others)
    if changed == "cache":
        raise Broken(
            f"what {pair.forward.name} keeps for the backward pass is overwritten by its next "
            f"call: keep it in the cache",
            "cache",
        )
    if changed:
        raise Broken(
            f"the gradient by {changed} that {trial.who} gave is overwritten by its next call: "
            f"return an array of its own",
            changed,
        )


def gradients_are_the_derivative(trial: Trial) -> None:
    """Each gradient is the vector-Jacobian product of the forward function."""
    report = trial.report
    if report.problems:
        raise Broken(f"{trial.who}: {report.problems[0].rstrip('.')}", "again")
    held = tuple(n for n, one in report.directions.items() if one.verdict == "held")
    faults = [fault for fault in report.faults if fault.wrong]
    if faults:
        first = faults[0]
        names = [fault.name for fault in faults]
        raise Broken(_wrong(first, names[1:]), *names, check=_entry_check(trial, first), right=held)
    # Wrong along a direction and in no entry: terms cancel, and what is left is rounding.
    notes = {n: one.note for n, one in report.directions.items() if one.verdict != "held"}
    if notes:
        name, note = next(iter(notes.items()))
        raise Undecided(
            f"the gradient by {name} could not be decided" + (f": {note}" if note else "")
        )


def _wrong(fault: WrongGradient, others: list[str]) -> str:
    place = f"[{', '.join(map(str, fault.index))}]" if fault.index else ""
    parts = [
        f"the gradient by {fault.name}{place} should be {fault.numeric:.10g} and is "
        f"{fault.analytic:.10g} ({'at least ' * fault.at_least}{fault.wrong} of {fault.entries} "
        f"{'entry' if fault.entries == 1 else 'entries'} wrong)"
    ]
    parts += [fault.reading] if fault.reading else []
    if abs(fault.numeric - fault.analytic) < SLIGHT * abs(fault.numeric):
        parts.append("by so little that one of the two functions may have an epsilon alone")
    if len(set(fault.results)) > 1:
        alone = ", ".join(f"{how} for result {k} alone" for k, how in enumerate(fault.results))
        parts.append(f"it is {alone}")
    if others:
        parts.append(f"{', '.join(others)} {'are' if len(others) > 1 else 'is'} wrong too")
    return "; ".join(parts)


def _entry_check(trial: Trial, fault: WrongGradient) -> tuple[str, ...]:
    apart = abs(fault.numeric - fault.analytic)
    if fault.name in trial.case.symmetric:
        return ()
    if not np.isfinite(fault.excess) or not apart:
        return ()
    bound = apart / fault.excess if fault.excess else apart
    tolerance = min(apart / 2, max(10 * bound, 1e-7 * apart))
    index = f"[{', '.join(map(str, fault.index))}]" if fault.index else ""
    actual = f"{trial.access(fault.name)}{index}"
    return (
        f"np.testing.assert_allclose({actual}, {fault.numeric!r}, rtol=0, atol={tolerance:.1e})",
    )


def the_backward_function_is_linear(trial: Trial) -> None:
    """Gradients of a sum of cotangents are the sums of theirs."""
    if trial.pair.unit or trial.case.regime != "plain":
        return
    one = trial.cotangents
    other = tuple(np.flip(c) * 0.75 for c in one)
    given = trial.gradients.arrays
    second = copies(trial.backward(trial.rerun(), other))
    total = {name: gradient + second[name] for name, gradient in given.items()}
    _require_linear(trial, tuple(map(np.add, one, other)), total, second, "is the sum of two")
    scaled = {name: gradient * TIMES for name, gradient in given.items()}
    larger = tuple(c * TIMES for c in one)
    _require_linear(trial, larger, scaled, scaled, f"is {-TIMES:.0f} times as large")


def _require_linear(
    trial: Trial,
    cotangents: tuple[Array, ...],
    expected: dict[str, Array],
    terms: dict[str, Array],
    what: str,
) -> None:
    for name, gradient in copies(trial.backward(trial.rerun(), cotangents)).items():
        size = max(_largest(expected[name]), _largest(terms[name]))
        least = _noise(trial, cotangents)
        if _largest(gradient - expected[name]) > GROSS * size + least:
            raise Broken(
                f"where the upstream gradient {what}, the gradient by {name} is not: is it "
                f"clipped, or is the upstream gradient used twice?",
                name,
            )


def examples_do_not_influence_each_other(trial: Trial) -> None:
    """Each example gives the same alone as beside the others."""
    case, symbol = trial.case, trial.examples
    if symbol is None or case.sizes.get(symbol, 1) < 2 or case.regime != "plain":
        return
    axes = {n: one.axes.index(symbol) for n, one in case.inputs.items() if symbol in one.axes}
    summed = {n: np.zeros_like(g) for n, g in trial.gradients.arrays.items() if n not in axes}
    for place in range(case.sizes[symbol]):
        single = {
            n: np.take(a, [place], axes[n]) if n in axes else a for n, a in case.values.items()
        }
        alone = forward(trial.pair, single, f"{symbol} = 1, example {place} alone")
        pairs = [*zip(trial.ran.results, alone.results, strict=True)]
        along = [_axis(whole.shape, part.shape) for whole, part in pairs]
        if None in along:
            return
        parts = [k for k in along if k is not None]
        for (whole, part), axis in zip(pairs, parts, strict=True):
            _require_alike(
                trial, np.take(whole, [place], axis), part, f"its result for example {place}"
            )
        cotangents = tuple(
            np.take(c, [place], axis) for c, axis in zip(trial.cotangents, parts, strict=True)
        )
        for name, gradient in copies(trial.backward(alone, cotangents)).items():
            if name in axes:
                both = np.take(trial.gradients.arrays[name], [place], axes[name])
                _require_alike(
                    trial, both, gradient, f"the gradient by {name} for example {place}", name
                )
            else:
                summed[name] = summed[name] + gradient
    for name, total in summed.items():
        _require_alike(
            trial, trial.gradients.arrays[name], total, f"the gradient by {name}, a sum,", name
        )


def _require_alike(trial: Trial, both: Array, alone: Array, what: str, *tensors: str) -> None:
    if both.shape != alone.shape or _largest(both - alone) > CLOSE * (
        _largest(both) + _largest(alone)
    ):
        raise Broken(
            f"examples influence each other: {what} is another one alone than beside the others",
            *tensors,
        )


def _axis(whole: tuple[int, ...], part: tuple[int, ...]) -> int | None:
    """The axis that the examples have, which is shorter for a single one."""
    if len(whole) != len(part):
        return None
    return next((k for k, (n, one) in enumerate(zip(whole, part, strict=True)) if n != one), None)


def _noise(trial: Trial, cotangents: tuple[Array, ...]) -> float:
    """What may be left of a gradient whose terms cancel."""
    gradients = max(map(_largest, trial.gradients.arrays.values()), default=0.0)
    return NOISE * max(map(_largest, cotangents), default=0.0) * max(1.0, gradients)


def _added_up(once: dict[str, Array], twice: dict[str, Array], live: frozenset[str]) -> bool:
    """Whether the second gradients are the first, or where they are kept, twice as large."""
    return all(
        same(gradient, twice[name])
        or (name in live and np.allclose(2 * gradient, twice[name], rtol=1e-6, atol=0))
        for name, gradient in once.items()
    )


def is_close(found: Array, right: Array, close: float = CLOSE) -> bool:
    """Whether arrays of one shape differ by no more than a part of the largest entry of ``right``;
    never where a number is none.
    """
    return _largest(found - right) <= close * _largest(right)


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0))


LAWS: tuple[Law, ...] = (
    gradients_have_the_shapes_of_the_inputs,
    arguments_are_left_alone,
    a_second_call_gives_the_same,
    gradients_are_the_derivative,
    later_calls_change_nothing,
    the_backward_function_is_linear,
    examples_do_not_influence_each_other,
)
"""In the order in which they are tried."""
