"""What writes the gradients of a function: as text, or as a picture in a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ..engine.gradient import GradientCheck

KINDS = ("svg", "png")


class Unpicturable(Exception):  # what cannot be drawn for a reason that is no error of the tool's
    """No picture can be made; one sentence says why, and what to do."""


def writer(output: str | None) -> Callable[[GradientCheck, TextIO], None]:
    """What writes a gradient check: as text, or as a picture of the kind that the name ends in.

    Raises `Unpicturable` for another kind, and where matplotlib is not installed.
    """
    if output is None:
        from ._heatmap import render

        return render
    kind = Path(output).suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise Unpicturable(f"a picture is an .svg or a .png file, and {output} is neither.")
    try:
        from ._figure import draw
    except ImportError as error:
        raise Unpicturable(
            f"a picture needs matplotlib, which cannot be imported ({error}); install it with "
            "pip install 'cellcheck[pictures]', or leave out --output to see it as text."
        ) from None
    return partial(_write, draw, kind)


def _write(
    draw: Callable[[GradientCheck, str], bytes], kind: str, found: GradientCheck, out: TextIO
) -> None:
    out.buffer.write(draw(found, kind))
