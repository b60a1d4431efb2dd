"""The forms in which people write a cell down, as data for a reader: one module each."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .form import Form

__all__ = ["Form", "forms"]


@cache
def forms() -> dict[str, Form]:
    """Every form by its name, in the order in which they are told."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found: list[Form] = [module.FORM for module in modules if hasattr(module, "FORM")]
    return {one.name: one for one in sorted(found, key=lambda one: one.order)}
