"""Tells what is wrong with a hand-written recurrent cell, or with any backward function."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cellcheck.notebook import check, load_ipython_extension
    from cellcheck.pairs.check import check_pair
    from cellcheck.pairs.declaring import pair
    from cellcheck.pairs.for_pytest import PairTest, pair_test
    from cellcheck.pairs.report import PairReport

    __version__: str

_FRAMEWORKS = ("jax", "torch")

_PAIRS = {
    "PairReport": "report",
    "PairTest": "for_pytest",
    "check_pair": "check",
    "pair": "declaring",
    "pair_test": "for_pytest",
}
"""What is said of pairs, and the module of `pairs` that it is in."""

__all__ = [
    "PairReport",
    "PairTest",
    "__version__",
    "check",
    "check_pair",
    "load_ipython_extension",
    "pair",
    "pair_test",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        # Reading the metadata takes longer than everything else here.
        from importlib.metadata import version

        return version("cellcheck")
    if name in _PAIRS:
        from cellcheck.diagnosis import pairs as _mender  # noqa: F401  # which a failure asks

        return getattr(import_module(f"cellcheck.pairs.{_PAIRS[name]}"), name)
    if name in _FRAMEWORKS:
        return import_module(f"cellcheck.frameworks.{name}")
    if name in __all__:
        from cellcheck import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_FRAMEWORKS})
