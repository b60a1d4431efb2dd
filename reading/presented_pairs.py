"""Functions of a file that are judged as pairs, in the form that a few lines of code give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..pairs.cases import Draw
from ..pairs.laws import Reference
from .declared import DeclaredPair, adapted
from .files import Block
from .pair_texts import TextPlace
from .statements import Statement, statements_of


@dataclass(frozen=True)
class PresentedPair:
    """A function of a file, and ``text``, which defines ``function``: it calls that and others, and
    returns a value and its gradients, or, where there is a ``reference``, a value alone, which is
    right if it is that of the reference.

    ``needs`` are the functions of the file that the text calls. ``shapes`` are those of the inputs,
    ``sizes`` those dimensions that are fixed, and ``draw`` draws inputs by their names. What
    ``covers`` methods is a whole class, of which it is not sure that it is read as it is meant.
    """

    name: str
    function: str
    text: str
    place: TextPlace
    shapes: Mapping[str, str]
    needs: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    draw: Mapping[str, Draw] = field(default_factory=dict)
    reference: Reference | None = None
    covers: tuple[str, ...] = ()

    def declared(self, statements: Sequence[Statement], path: str) -> DeclaredPair | None:
        """The pair that it is, as an adapter would declare it."""
        shapes = ", ".join(f'"{name}": "{shape}"' for name, shape in self.shapes.items())
        call = f"cellcheck.check_pair({self.function}, None, {{{shapes}}})"
        block = Block(f"{self.text}\n\n\n{call}", 1, None)
        read = adapted(statements_of([block]).statements, statements, path, "")
        if len(read) != 1 or not isinstance(read[0], DeclaredPair):
            return None
        one = read[0]
        code = replace(
            one.making.forward_text, path=path, line=self.place.line,
            definition=self.place.definition, presented=self.text,
        )  # fmt: skip
        results = one.making.results if self.reference is None else 0
        owner = compile(self.needs[0], "<declaration>", "eval") if self.covers else None
        making = replace(
            one.making, forward_text=code, backward_text=code, results=results, owner=owner
        )
        return replace(
            one,
            name=self.name,
            places=(self.place, self.place),
            making=making,
            sizes=self.sizes,
            draw=self.draw,
            reference=self.reference,
            needs=self.needs,
            covers=self.covers,
        )
