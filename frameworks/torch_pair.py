"""A pair of PyTorch: tensors go in and gradients come out by autograd, as arrays of numpy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ..pairs.cases import Array, Drawing, Values
from ..pairs.errors import Broken, Misuse
from ..pairs.in_process import LivePair
from ..pairs.protocol import RANDOM, Gradients, Ran, Sketch
from .torch_called import Backward, Called, Tensors

WIDE, NARROW = torch.float64, torch.float32


@dataclass(frozen=True)
class Way:
    """How tensors are made: in which ``dtype``, if not in float64; which inputs alone have
    ``needed`` gradients; whether all are ``strided``, so that nothing is contiguous.
    """

    dtype: torch.dtype = WIDE
    needed: Collection[str] | None = None
    strided: bool = False


@dataclass(frozen=True)
class Kept:
    """What a forward pass leaves: the results that are differentiated, and the leaves."""

    results: tuple[torch.Tensor, ...]
    leaves: Tensors
    by_hand: Backward | None


class TorchPair(LivePair):
    """Results and gradients are given in float64, whatever they are computed in."""

    alone = unit = is_object = False

    def __init__(self, what: Called, constants: Mapping[str, object]) -> None:
        super().__init__(what.forward, what.backward, what.inputs, constants, None)
        self.what, self.way = what, Way()
        self.places: tuple[int, ...] | None = None

    def choose_format(self, drawing: Drawing) -> None:
        """Float32 where the code takes no float64."""
        case = drawing.case(1000, 0, "distinct", "plain")
        if case is None or self.takes(case.values, WIDE):
            return
        if self.takes(case.values, NARROW):
            self.way = Way(NARROW)
            self.tell("judged in float32: it takes no float64")

    def takes(self, values: Values, dtype: torch.dtype) -> bool:
        """Whether forward and backward pass compute in a format at all."""
        try:
            kept = self.kept(values, Way(dtype))
            self.gradients_after(kept, tuple(map(torch.ones_like, kept.results)))
        except (Misuse, Broken):
            return True
        except Exception:  # whatever the code raises
            return False
        return True

    def kept(self, values: Values, way: Way) -> Kept:
        """A forward pass."""
        tensors = {name: self._tensor(name, values[name], way) for name in self.inputs}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(RANDOM)
            returned, by_hand = self.what(tensors)
        parts = returned if isinstance(returned, tuple | list) else (returned,)
        if self.places is None:
            self.places = tuple(
                place
                for place, part in enumerate(parts)
                if isinstance(part, torch.Tensor)
                and part.is_floating_point()
                and (part.requires_grad or by_hand is not None)
            )
        if not self.places:
            raise Misuse(f"{self.forward.name} gives no tensor that is differentiated.")
        leaves = {name: t for name, t in tensors.items() if self.inputs[name].has_gradient}
        return Kept(tuple(parts[place] for place in self.places), leaves, by_hand)

    def gradients_after(self, kept: Kept, given: tuple[torch.Tensor, ...]) -> dict[str, Array]:
        """The gradients after a forward pass, by input; those of which there is none are left."""
        if kept.by_hand is not None:
            found = dict(kept.by_hand(given))
        else:
            leaves = {name: leaf for name, leaf in kept.leaves.items() if leaf.requires_grad}
            parts = torch.autograd.grad(
                kept.results, [*leaves.values()], given, retain_graph=True, allow_unused=True
            )
            found = dict(zip(leaves, parts, strict=True))
        return {
            name: part.detach().to(WIDE).numpy()
            for name, part in found.items()
            if isinstance(part, torch.Tensor)
        }

    @property
    def names(self) -> list[str]:
        """The inputs that have a gradient."""
        return [name for name, one in self.inputs.items() if one.has_gradient]

    def named(self) -> dict[str, object]:
        """What code needs to call it."""
        return self.what.named()

    def _run(self, values: Values) -> Ran:
        kept = self.kept(values, self.way)
        results = tuple(_array(result) for result in kept.results)
        given = {name: leaf.detach().numpy() for name, leaf in kept.leaves.items()}
        narrow = self.way.dtype is not WIDE
        return Ran(results, kept.results, {} if narrow else given, kept)

    def _repeat(self, ran: Ran, values: Values) -> Ran:
        return self._run(values)

    def _gradients(self, ran: Ran, cotangents: tuple[Array, ...]) -> Gradients:
        found = self.gradients_after(ran.state, upstream(ran.state, cotangents))
        missing = [name for name in self.names if name not in found]
        if missing:
            raise Broken(
                f"{self.backward.name} gives no gradient by {', '.join(missing)}; where it has "
                f'none, end its shape with "const"',
                *missing,
            )
        access = {name: f"result[{place}]" for place, name in enumerate(self.names)}
        return Gradients({name: found[name] for name in self.names}, access)

    def _sketch(self, values: Values) -> Sketch | None:
        text = self.what.text()
        if not text or self.places is None:
            return None
        made = []
        for name, one in self.inputs.items():
            needed = ", requires_grad=True" if one.has_gradient else ""
            kind = f", dtype={self.way.dtype}" if one.kind == "float" else ""
            made.append(f"{name} = torch.tensor({name}{kind}{needed})")
        before = ("import torch", *made, f"returned = {text}")
        parts = "returned" if len(self.places) > 1 or self.places != (0,) else "(returned,)"
        before += (
            f"parts = returned if isinstance(returned, tuple) else {parts}",
            f"results = [parts[place] for place in {[*self.places]}]",
        )
        cotangents = tuple((f"d{place}", place) for place in range(len(self.places)))
        given = ", ".join(f"torch.tensor({name}).to(results[{k}])" for name, k in cotangents)
        after = (f"result = torch.autograd.grad(results, [{', '.join(self.names)}], [{given}])",)
        return Sketch(before, cotangents, after, self.constants)

    def _tensor(self, name: str, array: Array, way: Way) -> torch.Tensor:
        made = torch.from_numpy(np.array(array))
        if made.is_floating_point():
            made = made.to(way.dtype)
        elif made.is_complex() and way.dtype is not WIDE:
            raise TypeError("no complex numbers of that format")
        if way.strided:
            made = strided(made)
        needed = way.needed is None or name in way.needed
        if self.inputs[name].has_gradient and needed and not made.is_complex():
            made.requires_grad_()
        return made


def strided(tensor: torch.Tensor) -> torch.Tensor:
    """The same numbers, the axes in another order in memory, and gaps in which there are none."""
    axes = [*range(tensor.ndim)][::-1]
    turned = tensor.permute(axes)
    wide = torch.full((*turned.shape, 2), float("nan")).to(tensor.dtype)
    wide[..., 0] = turned
    return wide[..., 0].permute(axes)


def upstream(kept: Kept, cotangents: tuple[Array, ...]) -> tuple[torch.Tensor, ...]:
    """The cotangents as tensors of the types of the results; of float64 they share memory."""
    pairs = zip(cotangents, kept.results, strict=True)
    return tuple(torch.from_numpy(c).to(result.dtype) for c, result in pairs)


def _array(tensor: torch.Tensor) -> Array:
    kept = tensor.detach()
    return np.asarray(kept if kept.is_complex() else kept.to(WIDE))
