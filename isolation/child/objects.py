"""The objects of a submission that the other side has a number for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Objects:
    """Objects by their numbers, each until the other side lets it go. Functions stay, though one
    may be a result as well.
    """

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._functions: set[int] = set()
        self._latest = 0

    def __getitem__(self, number: int) -> Any:
        return self._objects[number]

    def keep(self, value: object) -> int:
        """The number of an object."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._latest = self._latest + 1
            self._numbers[id(value)] = number
            self._objects[number] = value
        return number

    def keep_function(self, value: object) -> int:
        """The number of a function, which is never let go."""
        number = self.keep(value)
        self._functions.add(number)
        return number

    def release(self, numbers: Iterable[int]) -> None:
        """Lets go of objects."""
        for number in set(numbers) - self._functions:
            self._numbers.pop(id(self._objects.pop(number, None)), None)

    def node(self, value: object) -> dict[str, int] | None:
        """What stands in an answer for an object that has a number; None for any other."""
        number = self._numbers.get(id(value))
        return None if number is None else {"h": number}
