"""The functions of a model of characters, each judged as a function of its weights."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..subject.conventions.character_model import (
    BIASES,
    CALLED,
    CARRIED,
    CLIP,
    FORWARD,
    PARAMETERS,
    PARTS,
    SHAPES,
    Part,
    loss_after_nothing,
)
from ..subject.conventions.convention import plain_name
from .choosing import names_read
from .pair_texts import PairedFunctions, TextPlace
from .presented_pairs import PresentedPair
from .trees import parts_of


@dataclass(frozen=True)
class _Found:
    """A function of the file that is a part, with the contract's name of each of its arguments."""

    name: str
    place: TextPlace
    arguments: Mapping[str, str]

    def call(self, part: Part) -> str:
        """A call with all that the part takes."""
        given = (part.optional.get(meant, meant) for meant in self.arguments.values())
        return f"{self.name}({', '.join(given)})"


def character_model(functions: PairedFunctions) -> Iterator[PresentedPair]:
    """The functions of a file that are those of a model of characters."""
    own = {name: place for name, place in functions.own.items() if "." not in name}
    found = {part.name: one for part in PARTS if (one := _the_one(part, own)) is not None}
    if CLIP.name in found and _takes_entries(found[CLIP.name]):
        yield _presented(CLIP, found)
    texts = {text for one in found.values() for text in _texts(one)}
    if not {*PARAMETERS} - {*BIASES} <= texts or not {*BIASES} & texts or CARRIED not in texts:
        return
    for part in PARTS:
        if part is not CLIP and part.text and {part.name, *part.calls} <= found.keys():
            yield _presented(part, found)


def _the_one(part: Part, own: Mapping[str, TextPlace]) -> _Found | None:
    """The only function of a file that is named as a part, and takes what it takes."""
    fitting = [
        _Found(name, place, meant)
        for name, place in own.items()
        if re.search(part.word, name.lower())
        and (meant := _meant(part, place.definition.node))
        and _returns(place.definition.node)
        and not re.search(part.unlike, ast.unparse(place.definition.node))
        and not {*part.optional} & {*names_read(place.definition.node)} - {*meant.values()}
    ]
    return fitting[0] if len(fitting) == 1 else None


def _meant(part: Part, node: ast.FunctionDef) -> dict[str, str]:
    """The contract's name of each argument of a function; nothing where one is not known."""
    if node.args.vararg or node.args.kwarg or node.args.kwonlyargs:
        return {}
    found: dict[str, str] = {}
    for one in node.args.args:
        known = [
            name
            for name in (*part.takes, *part.optional)
            if name not in found.values() and plain_name(one.arg) in CALLED[name]
        ]
        if not known:
            return {}
        found[one.arg] = known[0]
    return found if {*part.takes} <= {*found.values()} else {}


def _returns(node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Return) and one.value for one in parts_of(node))


def _texts(one: _Found) -> set[str]:
    """The texts that a function mentions."""
    parts = parts_of(one.place.definition.node)
    return {p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)}


def _takes_entries(one: _Found) -> bool:
    """Whether a function reads the gradients of such a model by their names, or all there are."""
    read = {text for text in _texts(one) if re.fullmatch(r"d[a-zA-Z]\w*", text)}
    known = {f"d{name}" for name in (*PARAMETERS, *BIASES)}
    if read:
        return read <= {*known, CARRIED} and len(read) >= len(PARAMETERS)
    node = one.place.definition.node
    first = next(iter(one.arguments))
    return any(
        isinstance(part, ast.For | ast.comprehension) and first in ast.unparse(part.iter)
        for part in parts_of(node)
    )


def _presented(part: Part, found: Mapping[str, _Found]) -> PresentedPair:
    one = found[part.name]
    texts = {text for other in found.values() for text in _texts(other)}
    bias = next((name for name in BIASES if {name, f"d{name}"} & texts), BIASES[0])
    keys = {name: bias if name in BIASES else name for name in PARAMETERS}
    begins_empty = FORWARD.name in found and _knows_none(found[FORWARD.name])
    letters = "[None, *X.tolist()[1:]]" if begins_empty else "X.tolist()"
    gradients = ", ".join(f'"d{key}": d{name}.copy()' for name, key in keys.items())
    body = part.text.format(
        parameters=f"parameters = dict({', '.join(f'{k}={n}' for n, k in keys.items())})",
        letters=f"X, Y = {letters}, Y.tolist()",
        gradients=f"{{{gradients}}}",
        **{part.name: found[part.name].call(part) for part in PARTS if part.name in found},
    )
    function = f"{one.name}_of_weights"
    text = f"import numpy\n\ndef {function}({', '.join(part.inputs)}):\n{body}"
    shapes = {
        name: SHAPES[name] + (" const" if name in part.without_gradient else "")
        for name in part.inputs
    }
    is_after_nothing = part is FORWARD and begins_empty
    reference = loss_after_nothing if is_after_nothing else part.reference
    needs = tuple(found[name].name for name in (part.name, *part.calls))
    return PresentedPair(one.name, function, text, one.place, shapes, needs, reference=reference)


def _knows_none(one: _Found) -> bool:
    """Whether a function asks whether a letter is none."""
    parts = parts_of(one.place.definition.node)
    return any(isinstance(p, ast.Constant) and p.value is None for p in parts)
