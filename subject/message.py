"""Sentences that know which of their words are names of tensors and functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Name(str):
    """A tensor or function by the contract's name, as a part of a `Message`."""

    __slots__ = ()


class Message(str):
    """A text in the contract's names, which can be worded in an author's own as well.

    It is made of parts: texts, which stay as they are; names; and other messages::

        Message(Name("a_next"), "[0, 1] should be 0.5")
    """

    parts: tuple[str, ...]

    def __new__(cls, *parts: str) -> Message:
        """The message that these parts are, one after the other."""
        message = super().__new__(cls, "".join(parts))
        inner = [part.parts if isinstance(part, Message) else (part,) for part in parts]
        message.parts = tuple(one for some in inner for one in some)
        return message

    def worded(self, names: Mapping[str, str]) -> str:
        """The text with each of its names as ``names`` has it, or as it is."""
        return "".join(
            names.get(part, part) if isinstance(part, Name) else part for part in self.parts
        )


def listed(names: Iterable[str]) -> Message:
    """``dWf, dbf`` for names of tensors."""
    return joined(", ", map(Name, names))


def joined(between: str, parts: Iterable[str]) -> Message:
    """Parts, with a text between any two of them."""
    several = [piece for part in parts for piece in (between, part)]
    return Message(*several[1:])
