"""Conventions: the ways in which people write a cell down, one module each."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .convention import Convention, Presented

__all__ = ["Convention", "Presented", "recognise"]

LAST = 100
"""When a convention without ``ORDER`` has its turn."""


@cache
def conventions() -> tuple[type[Convention], ...]:
    """Every convention that has a module here, in the order in which they are asked."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = [module for module in modules if hasattr(module, "CONVENTION")]
    found.sort(key=lambda module: getattr(module, "ORDER", LAST))
    return tuple(module.CONVENTION for module in found)


def recognise(seen: Presented) -> Convention:
    """The convention that a function is taken to follow: the first that it looks like."""
    return next(found for one in conventions() if (found := one.recognise(seen)) is not None)
