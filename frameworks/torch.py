"""`cellcheck.torch`: a hand-written backward pass of PyTorch, held against the laws of pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..pairs.cases import PLANS, Draw, Drawing
from ..pairs.check import judge_in
from ..pairs.laws import Law
from ..pairs.report import PairReport
from ..pairs.shape_strings import Shapes, read_shapes
from .missing import required

required("torch")  # before anything that imports it: so what follows stands below

import torch  # noqa: E402

from .torch_called import called  # noqa: E402
from .torch_laws import double_backward_is_the_derivative, laws  # noqa: E402
from .torch_pair import TorchPair  # noqa: E402

__all__ = ["check_function"]


def check_function(
    function: type[torch.autograd.Function] | torch.nn.Module | Callable[..., torch.nn.Module],
    shapes: Shapes,
    *,
    constants: Mapping[str, object] | None = None,
    examples: str | None = None,
    seed: int = 0,
    cases: int = len(PLANS),
    sizes: Mapping[str, int] | None = None,
    draw: Mapping[str, Draw] | None = None,
    double_backward: bool = False,
) -> PairReport:
    """Whether a `torch.autograd.Function`, or a module, gives the gradients of its forward pass.

    ``shapes`` has the shape of each tensor by the name of ``forward``'s parameter, as for
    `cellcheck.check_pair`; a module's own parameters are named as in ``named_parameters``
    (``weight``, ``layer.bias``). ``constants`` are the other arguments. A module is given itself,
    where its code reads the sizes off its tensors, or as a function that builds one, whose
    parameters are named as dimensions. Where its class has a method ``backward``, that is called
    with the cotangents, and returns the gradients by what ``forward`` takes; those of parameters
    are in ``.grad``.

    Besides the laws of pairs: each gradient is the same where it alone is needed, inputs and
    cotangents that are not contiguous change nothing, and gradients in float32 and bfloat16 are as
    near to those in float64 as the format lets them be, where the code takes it. Code that takes no
    float64 is judged in float32. With ``double_backward`` the gradients are differentiated again;
    otherwise nothing is said of that. ``examples``, ``seed``, ``cases``, ``sizes`` and ``draw`` are
    those of `cellcheck.check_pair`.

    Raises `ValueError` where a shape cannot be read, or shapes and function do not fit together.
    """
    inputs = read_shapes(shapes)
    pair = TorchPair(called(function, inputs, constants or {}), constants or {})
    drawing = Drawing(pair.inputs, draw or {}, "float64", seed, sizes or {})
    judge = judge_in(pair, drawing, examples, cases)
    own: tuple[Law, ...] = (double_backward_is_the_derivative,) if double_backward else ()
    judge.laws, judge.mends = (*laws, *own), False
    pair.choose_format(drawing)
    return judge.report()
