"""A hole in a function, in the place of an expression, into which other values are put."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from ..code.sites import Site, swapped
from ..search.harness import Harness, Trees

HOLE = "__cellcheck_hole__"


class Hole:
    """Stands in a function for an expression, and computes another one in its place."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.code: Any = None
        self.replace: Callable[[Any], Any] | None = None
        self.first: Callable[[Any], None] | None = None
        self.count = 0

    def __call__(self, env: dict[str, Any]) -> Any:
        """The value, computed from the names that the place sees."""
        value = eval(self.code, {**self.harness.namespace, **env})
        if self.replace:
            value = self.replace(value)
        if not self.count and self.first:
            self.first(value)
        self.count += 1
        return value


def with_hole(harness: Harness, trees: Trees, site: Site) -> dict[str, Callable[..., Any]]:
    """The function that a site is in, with the hole in the place of the site's value."""
    call = ast.parse(f"{HOLE}(locals())", mode="eval").body
    ast.copy_location(call, site.value)
    tree = swapped(trees[site.function], {id(site.value): call})
    return harness.compiled({site.function: tree})
