"""Which forward function belongs to a backward function, by their names."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

BACKWARD = re.compile(r"backward|bwd|back_?prop(?:agation|agate)?|bprop|bptt", re.IGNORECASE)

WORDS = ("forward", "fwd", "forward_pass", "forward_prop", "forwardprop", "fprop", "")
"""What stands in a forward function's name where the backward one's has a word for that."""

_GRADIENT = re.compile(r"(.+)_(?:grads?|gradients?|vjp|derivs?|derivatives?)|(?:grad|vjp)_(.+)")

_OF_LOSS = re.compile(r"(?:compute_|calc_|get_)?(?:grads?|gradients?)")
_LOSSES = ("loss", "cost", "objective", "compute_loss", "compute_cost", "calc_loss", "get_loss")
"""How people call what gives the gradients of a loss, and what gives the loss."""

_HANDLES = re.compile(
    r"(?:zero|reset|clear|clip|scale|update|apply|check|num|approx|finite|plot|print)_?"
)
"""How a name begins whose function does something else with gradients than to compute them back."""

_CALLED = ("__call__", "predict")
"""How else a class calls its forward method."""


def is_backward(name: str) -> bool:
    """Whether a function's name, or a method's, says that it is a backward one."""
    own = name.rpartition(".")[2]
    if BACKWARD.search(own) or _OF_LOSS.fullmatch(own):
        return True
    return bool(_GRADIENT.fullmatch(own)) and not _HANDLES.match(own)


def partner(name: str, known: Container[str]) -> str:
    """The forward function among those ``known`` that belongs to a backward one by its name."""
    return next((one for one in _candidates(name) if one in known and one != name), "")


def _candidates(name: str) -> Iterator[str]:
    owner, dot, own = name.rpartition(".")
    if match := BACKWARD.search(own):
        for word in WORDS:
            word = word.capitalize() if match[0][0].isupper() else word
            found = f"{own[: match.start()]}{word}{own[match.end() :]}"
            yield f"{owner}{dot}{found if word else re.sub('__+', '_', found).strip('_')}"
    if gradient := _GRADIENT.fullmatch(own):
        base = gradient[1] or gradient[2]
        yield from (f"{owner}{dot}{one}" for one in (base, f"{base}_forward", f"{base}_fwd"))
    if _OF_LOSS.fullmatch(own):
        yield from (f"{owner}{dot}{one}" for one in _LOSSES)
    if owner:
        yield from (f"{owner}.{one}" for one in _CALLED)
