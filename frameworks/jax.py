"""`cellcheck.jax`: a hand-written backward rule of JAX, held against the laws of pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..pairs.cases import Draw, Drawing
from ..pairs.check import judge_in
from ..pairs.report import PairReport
from ..pairs.shape_strings import Shapes, read_shapes
from .missing import required

required("jax")  # before anything that imports it: so what follows stands below

from .jax_laws import laws  # noqa: E402
from .jax_pair import JaxPair  # noqa: E402

__all__ = ["check_custom_vjp"]

CASES, SHRINKING = 5, 24
"""Few: JAX compiles each operation anew for each shape, which takes longer than all else."""


def check_custom_vjp(
    function: Callable[..., object],
    shapes: Shapes,
    *,
    constants: Mapping[str, object] | None = None,
    examples: str | None = None,
    seed: int = 0,
    cases: int = CASES,
    sizes: Mapping[str, int] | None = None,
    draw: Mapping[str, Draw] | None = None,
) -> PairReport:
    """Whether the rules of a `jax.custom_vjp` give the gradients of its function.

    ``shapes`` has the shape of each array by the name of the function's parameter, as for
    `cellcheck.check_pair`; ``constants`` are its other arguments. The numerical derivative is that
    of the function itself, in 64 bits, which are turned on for the check alone.

    Besides the laws of pairs: the forward rule gives what the function gives, and gradients in
    float32 and bfloat16 are as near to those in float64 as the format lets them be, where the code
    takes it. ``examples``, ``seed``, ``cases``, ``sizes`` and ``draw`` are those of
    `cellcheck.check_pair`.

    Raises `ValueError` where a shape cannot be read, or shapes and function do not fit together.
    """
    inputs = read_shapes(shapes)
    pair = JaxPair(function, inputs, constants or {})
    drawing = Drawing(pair.inputs, draw or {}, "float64", seed, sizes or {})
    judge = judge_in(pair, drawing, examples, cases)
    judge.laws, judge.mends, judge.shrinking = laws, False, SHRINKING
    return judge.report()
