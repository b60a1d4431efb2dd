"""Tells what is wrong with a hand-written recurrent cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cellcheck.notebook import check, load_ipython_extension

    __version__: str

__all__ = ["__version__", "check", "load_ipython_extension"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        # Reading the metadata takes longer than everything else here.
        from importlib.metadata import version

        return version("cellcheck")
    if name in __all__:
        from cellcheck import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
