"""A model of characters: functions that give a loss, and add gradients up in a dict.

They take whole numbers for letters, a dict of parameters, and one example: `rnn_forward(X, Y, a0,
parameters)` returns the loss and a cache, `rnn_backward(X, Y, parameters, cache)` the gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SHAPES = {
    "Wax": "H V",
    "Waa": "H H",
    "Wya": "V H",
    "b": "H 1",
    "by": "V 1",
    "a0": "H 1",
    "a_prev": "H 1",
    "da_next": "H 1",
    "x": "V 1",
    "y": "1 int<V",
    "X": "T int<V",
    "Y": "T int<V",
    "limit": "",
}
"""The shapes of what the functions take; ``H`` units, ``V`` letters, ``T`` steps."""

SHAPES |= {f"d{name}": SHAPES[name] for name in ("Wax", "Waa", "Wya", "b", "by")}

PARAMETERS = ("Wax", "Waa", "Wya", "b", "by")

BIASES = ("b", "ba")
"""What the bias of the units is called."""

CARRIED = "da_next"
"""The entry of the gradients in which they are handed from step to step."""

CALLED = {
    "parameters": ("parameters", "params"),
    "gradients": ("gradients", "grads"),
    "cache": ("cache", "caches"),
    "x": ("x", "xt"),
    "a_prev": ("aprev", "preva", "hprev"),
    "a": ("a", "anext", "h", "hnext"),
    "dy": ("dy", "dyt"),
    "X": ("x", "inputs", "xs"),
    "Y": ("y", "targets", "ys"),
    "a0": ("a0", "aprev", "h0", "hprev"),
    "vocab_size": ("vocabsize", "nx", "numchars"),
    "limit": ("maxvalue", "maxval", "max", "limit", "threshold", "clipvalue"),
}
"""By what names arguments go, in small letters and without underscores."""


def loss_of(given: Mapping[str, Array]) -> Array:
    """The sum of what the letters that should come cost, over all steps."""
    a, loss = given["a0"], 0.0
    for t, (letter, right) in enumerate(zip(given["X"], given["Y"], strict=True)):
        x = np.zeros((given["Wax"].shape[1], 1))
        x[letter] = 0.0 if t == 0 and given.get("begins_empty") is not None else 1.0
        a = np.tanh(given["Wax"] @ x + given["Waa"] @ a + given["b"])
        scores = given["Wya"] @ a + given["by"]
        largest = scores.max()
        loss += float(np.log(np.exp(scores - largest).sum()) + largest - scores[right, 0])
    return np.asarray(loss)


def loss_after_nothing(given: Mapping[str, Array]) -> Array:
    """The same where the first letter is none."""
    return loss_of({**given, "begins_empty": np.ones(())})


def cut_at_limit(given: Mapping[str, Array]) -> Array:
    """All gradients, one after the other, none larger than the limit."""
    most = np.abs(given["limit"])
    gradients = [value for name, value in given.items() if name != "limit"]
    return np.concatenate([np.clip(one, -most, most).ravel() for one in gradients])


@dataclass(frozen=True)
class Part:
    """One function of such a model.

    ``word`` is what its name has in it, ``unlike`` what its code has that does something else, and
    ``takes`` are its arguments; of the ``optional`` ones there is the value. ``calls`` are the
    other parts that its text uses. It is judged as a function of ``inputs``, by a ``reference`` or
    else by the derivative of what ``text`` returns first.
    """

    name: str
    word: str
    takes: tuple[str, ...]
    inputs: tuple[str, ...]
    text: str
    unlike: str = "$^"
    calls: tuple[str, ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict)
    without_gradient: tuple[str, ...] = ()
    reference: Callable[[Mapping[str, Array]], Array] | None = None


STEP = Part("step", "step|cell", ("parameters", "a_prev", "x"), (), "")
"""The step forward, which is judged as that of the cell."""

FORWARD = Part(
    "forward",
    "forward|fwd",
    ("X", "Y", "a0", "parameters"),
    ("X", "Y", "a0", *PARAMETERS),
    """\
    {parameters}
    {letters}
    return {forward}[0]""",
    optional={"vocab_size": 'parameters["Wax"].shape[1]'},
    reference=loss_of,
)

STEP_BACKWARD = Part(
    "step_backward",
    "back",
    ("dy", "gradients", "parameters", "x", "a", "a_prev"),
    ("x", "y", "da_next", "a_prev", *PARAMETERS),
    """\
    {parameters}
    a, y_hat = {step}[:2]
    dy = y_hat.copy()
    dy[y] -= 1
    gradients = {{"d" + name: numpy.ones_like(value) for name, value in parameters.items()}}
    gradients["da_next"] = da_next.copy()
    gradients = {step_backward}
    loss = float(-numpy.log(y_hat[y, 0]).sum() + (da_next * a).sum())
    added = [gradients["d" + name] - 1 for name in parameters]  # to the ones that stood there
    return loss, gradients["da_next"], *added""",
    calls=("step",),
    without_gradient=("x", "da_next"),
)

BACKWARD = Part(
    "backward",
    "back|bptt",
    ("X", "Y", "parameters", "cache"),
    ("X", "Y", "a0", *PARAMETERS),
    """\
    {parameters}
    {letters}
    loss, cache = {forward}
    returned = {backward}
    gradients = returned[0] if isinstance(returned, tuple) else returned
    return loss, gradients["da_next"], *[gradients["d" + name] for name in parameters]""",
    calls=("forward",),
)

CLIP = Part(
    "clip",
    "clip",
    ("gradients", "limit"),
    ("limit", *(f"d{name}" for name in PARAMETERS)),
    """\
    gradients = {gradients}
    limit = abs(limit)
    clipped = {clip}
    return numpy.concatenate([clipped[name].ravel() for name in gradients])""",
    unlike="norm|sqrt|sum",
    reference=cut_at_limit,
)

PARTS = (STEP, FORWARD, STEP_BACKWARD, BACKWARD, CLIP)
