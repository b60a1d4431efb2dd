"""The reference cells: one module a cell, with its spec, its functions and its equations.

A module that defines ``CELL`` (a `CellSpec`) or ``FAMILY`` (a `Family`) is found by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from .spec import CellSpec, Family, FunctionSpec, Layout, Prediction, Role, State

__all__ = [
    "CellSpec",
    "Family",
    "FunctionSpec",
    "Layout",
    "Prediction",
    "Role",
    "State",
    "families",
]


@cache
def families() -> Mapping[str, Family]:
    """Every family of functions that has a module here, by name; helpers come first."""
    found: list[Family] = []
    for module in iter_modules(__path__):
        contents = vars(import_module(f"{__name__}.{module.name}"))
        if isinstance(contents.get("CELL"), CellSpec):
            found.append(contents["CELL"].family)
        elif isinstance(contents.get("FAMILY"), Family):
            found.append(contents["FAMILY"])
    found.sort(key=lambda family: family.name != "helpers")
    return MappingProxyType({family.name: family for family in found})
