"""Tells what is wrong with a hand-written recurrent cell."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    if name == "__version__":
        # Reading the metadata takes longer than everything else here.
        from importlib.metadata import version

        return version("cellcheck")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
