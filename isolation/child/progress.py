"""The loops of ``tqdm`` without the bar, which is nothing to a cell: the same steps, unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import cast


def _nothing(*given: object, **named: object) -> None:
    """What stands for all that a bar can show."""


class SilentBar:
    """In the place of ``tqdm.tqdm``: goes through what it is given."""

    write = staticmethod(_nothing)

    def __init__(self, iterable: Iterable[object] = (), *given: object, **named: object) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[object]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(cast(Sized, self._iterable))  # as tqdm itself has it

    def __enter__(self) -> SilentBar:
        return self

    def __exit__(self, *reason: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing


def trange(*bounds: int, **named: object) -> SilentBar:
    """In the place of ``tqdm.trange``."""
    return SilentBar(range(*bounds))


PROGRESS = {"tqdm": SilentBar, "trange": trange, "tqdm_notebook": SilentBar, "tnrange": trange}
