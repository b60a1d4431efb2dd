"""Backward passes of PyTorch, right and wrong ones, and what its own check does not see."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra cellcheck[torch]")

from cellcheck.frameworks.torch import check_function  # noqa: E402

SHAPES = {"x": "N D", "w": "M D", "b": "M"}


class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any, w: Any, b: Any) -> Any:
        ctx.save_for_backward(x, w)
        return x @ w.T + b

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        return g @ w, g.T @ x, g.sum(0)


class Mean(Affine):
    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        return g @ w, g.T @ x, g.mean(0)


class Viewed(Affine):
    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        g = g.view(-1).view(g.shape)
        return g @ w, g.T @ x, g.sum(0)


class Needed(Affine):
    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        dw = g.T @ x if ctx.needs_input_grad[0] else None
        return g @ w, dw, g.sum(0)


class Coarse(Affine):
    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        kept = x if x.dtype == torch.float64 else torch.zeros_like(x)
        return g @ w, g.T @ kept, g.sum(0)


class Scaled(torch.autograd.Function):
    """A mean over the examples, whose gradient is divided by the features."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return (x**2).sum() / x.shape[0]

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 2 * g * x / x.shape[1]


class Cubed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * 3 * x**2


class Detached(Cubed):
    """Right once, wrong when it is differentiated again."""

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * 3 * x.detach() ** 2


class Single(Cubed):
    """Takes float32 alone."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        if x.dtype != torch.float32:
            raise TypeError("float32 alone")
        return Cubed.forward(ctx, x)


def test_a_right_one_is_held() -> None:
    report = check_function(Affine, SHAPES, examples="N", cases=4)
    assert report.verdict == "held" and not report.notes, str(report)


def equal() -> list[Any]:
    torch.manual_seed(0)
    return [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in [(3, 3), (3, 3), 3]]


def alone() -> list[Any]:
    torch.manual_seed(0)
    return [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in [(1, 3), (3, 3), 3]]


@pytest.mark.parametrize(
    ("wrong", "inputs", "shapes", "said"),
    [
        (Mean, alone, SHAPES, "it is half as large"),
        (Scaled, lambda: equal()[:1], {"x": "N D"}, "the gradient by x"),
        (Viewed, equal, SHAPES, "not contiguous"),
        (Needed, equal, SHAPES, "no gradient by w where only w needs a gradient"),
        (Coarse, equal, SHAPES, "differ by more than the format rounds"),
    ],
)
def test_what_gradcheck_does_not_see(wrong: Any, inputs: Any, shapes: Any, said: str) -> None:
    assert torch.autograd.gradcheck(wrong.apply, inputs())
    report = check_function(wrong, shapes, cases=4)
    assert report.verdict == "failed" and said in report.message, str(report)


def test_the_line_and_the_case_are_told() -> None:
    report = check_function(Mean, SHAPES, cases=4)
    assert report.source == "return g @ w, g.T @ x, g.mean(0)"
    assert dict(report.sizes) == {"N": 2, "D": 1, "M": 1}
    assert "Mean.apply(x, w, b)" in report.snippet


def test_double_backward_is_judged_where_it_is_declared() -> None:
    assert check_function(Detached, {"x": "N"}, cases=2).verdict == "held"
    assert check_function(Cubed, {"x": "N"}, cases=2, double_backward=True).verdict == "held"
    report = check_function(Detached, {"x": "N"}, cases=2, double_backward=True)
    assert report.verdict == "failed" and "differentiated again" in report.message


def test_code_for_float32_alone() -> None:
    report = check_function(Single, {"x": "N"}, cases=2)
    assert report.verdict == "held", str(report)
    assert "judged in float32: it takes no float64" in report.notes


class Layer(torch.nn.Module):
    def __init__(self, d: int = 3, m: int = 2) -> None:
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(m, d))
        self.b = torch.nn.Parameter(torch.zeros(m))

    def forward(self, x: Any) -> Any:
        return Affine.apply(x, self.w, self.b)


class WrongLayer(Layer):
    def forward(self, x: Any) -> Any:
        return Mean.apply(x, self.w, self.b)


class ByHand(Layer):
    def forward(self, x: Any) -> Any:
        self.x = x
        return x @ self.w.T + self.b

    def backward(self, g: Any) -> Any:
        self.w.grad, self.b.grad = g.T @ self.x, g.sum(0)
        return g @ self.w


class WrongByHand(ByHand):
    def backward(self, g: Any) -> Any:
        super().backward(g)
        return g @ self.w * 2


@pytest.mark.parametrize(
    ("module", "verdict"),
    [
        (Layer(), "held"),
        (WrongLayer(), "failed"),
        (lambda D, M: ByHand(D, M), "held"),
        (lambda D, M: WrongByHand(D, M), "failed"),
    ],
)
def test_modules(module: Any, verdict: str) -> None:
    report = check_function(module, SHAPES, cases=3)
    assert report.verdict == verdict, str(report)


@pytest.mark.parametrize("thing", [3, Affine.apply])
def test_what_is_no_function_is_refused(thing: Any) -> None:
    with pytest.raises(ValueError, match=r"check_function takes|is no dimension|build a module"):
        check_function(thing, SHAPES)
