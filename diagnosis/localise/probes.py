"""What each place of the functions sees when it is reached."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from ...subject.errors import Crash
from ..code.sites import Site, with_each_announced
from ..search.harness import Harness, Trees
from .traces import copied

PROBE = "__cellcheck_probe__"


def probed(
    harness: Harness, trees: Trees, sites: Sequence[Site]
) -> tuple[dict[int, list[dict[str, Any]]], Any]:
    """The names and values that each site sees when it is first reached, on the quick case.

    Keyed by the place of the site in ``sites``; the second result is the crash, if there is one.
    """
    seen: dict[int, list[dict[str, Any]]] = {}
    numbers = {id(site.statement): number for number, site in enumerate(sites)}

    def probe(number: int, env: dict[str, Any]) -> None:
        kept = seen.setdefault(number, [])
        kept.append({n: copied(v) for n, v in env.items()} if len(kept) < 2 else {})

    def call(statement: ast.stmt) -> ast.stmt | None:
        number = numbers.get(id(statement))
        if number is None:
            return None
        return ast.parse(f"{PROBE}({number}, locals())").body[0]

    made = {name: with_each_announced(tree, call) for name, tree in trees.items()}
    crash = None
    harness.namespace[PROBE] = probe
    try:
        with harness.running(harness.compiled(made)):
            for case in harness.quick[:1]:
                harness.observed(case)
    except Crash as error:
        crash = error
    finally:
        del harness.namespace[PROBE]
    return seen, crash
