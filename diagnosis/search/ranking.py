"""Which of the changes that help is the one that was meant."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..code.costs import COMPOSITE, TIE
from ..code.differences import leaves
from ..code.edit import Edit
from ..code.sites import located
from ..code.source import names_of
from ..localise.suspicion import is_right
from .harness import Trees, result_of
from .oracle import Oracle
from .version import Version, length_of

LONGER = 60
"""How many letters a change that is only likely may add: what is longer explains nothing."""

Ranked = tuple[float, Version]
"""A version with one change more, and how unlikely that was, or what it costs."""


def best(found: Sequence[Ranked], version: Version) -> Version | None:
    """The least change of those that gain the most, if it stands at one place only.

    Of several places the one is meant whose value the reference does not know.
    """
    if not found:
        return None
    most = max(len(one.gained) for _, one in found)
    equal = [ranked for ranked in found if len(ranked[1].gained) == most]
    equal = [one for one in equal if not computes_in_passing(one[1])] or equal
    least, first = min(equal, key=lambda ranked: ranked[0])
    rivals = [one for _, one in equal if one.gained == first.gained]
    lesser = [one for one in rivals if one.edit.cost < first.edit.cost - TIE]
    if lesser:
        first = min(lesser, key=lambda one: one.edit.cost)
        equal = [(one.edit.cost, one) for _, one in equal]
        least = first.edit.cost
    if _is_doubtful(first, version) and any(
        one.edit.cost <= first.edit.cost + TIE and one.site.statement is not first.site.statement
        for one in rivals
    ):
        return None
    return _at_one_place(
        [one for cost, one in equal if cost <= least + TIE and one.gained == first.gained], version
    )


def _at_one_place(nearest: list[Version], version: Version) -> Version | None:
    """The shortest of some changes, if all that are as likely stand in one statement, or add the
    same at different places.
    """
    size = min(one.size for one in nearest)
    rules: tuple[Callable[[Version], bool], ...] = (
        _gives_another_name,
        lambda one: not _has_right_value(one, version),
        lambda one: one.size == size,
    )
    for rule in rules:
        if _are_apart(nearest):
            nearest = [one for one in nearest if rule(one)] or nearest
    added = {_added(one, version) for one in nearest} if _are_apart(nearest) else set()
    if len(added) > 1 or () in added:
        return None
    return min(nearest, key=lambda one: (one.edit.cost, one.size))


def _are_apart(versions: Iterable[Version]) -> bool:
    """Whether the last changes of some versions stand in more than one statement."""
    return len({id(one.site.statement) for one in versions}) > 1


def _added(changed: Version, version: Version) -> tuple[str, ...]:
    """The names, numbers and operators that a change adds; none where it takes some away."""
    before, after = (
        Counter(leaf for tree in one.trees.values() for leaf in leaves(tree))
        for one in (version, changed)
    )
    return () if before - after else tuple(sorted((after - before).elements()))


def _gives_another_name(changed: Version) -> bool:
    """Whether the statement only gives a value, or a part of an array, another name."""
    site = changed.site
    named = isinstance(site.value, ast.Name) or site.is_part
    return isinstance(site.statement, ast.Assign) and named


def computes_in_passing(changed: Version) -> bool:
    """Whether a statement that only hands several values on, or reads entries, is to compute one of
    them: that is missing where the value is made, or where it is used.
    """
    value, nodes = changed.site.value, list(changed.edit.changes.values())
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    hands_on = all(map(_only_reads, parts)) and not isinstance(value, ast.Name)
    return hands_on and any(isinstance(new, ast.BinOp | ast.Call | ast.UnaryOp) for new in nodes)


def _only_reads(node: ast.expr) -> bool:
    """Whether a value is a name, or an entry of one."""
    entry = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    return isinstance(node, ast.Name | ast.Attribute) or entry


def far_enough(found: Ranked, version: Version) -> float:
    """Up to where there may be another place that is as good as the one found."""
    key, first = found
    doubt = COMPOSITE if _is_doubtful(first, version) else 0.0
    return key + TIE + max(doubt, version.goal.slack)


def is_complete(changed: Version, version: Version) -> bool:
    """Whether all becomes right that the site has a part in."""
    influence = version.influence.get(changed.site)
    left = {result_of(name) for name in version.wrong - changed.gained}
    return influence is not None and not influence & left


def _is_doubtful(changed: Version, version: Version) -> bool:
    """Whether a statement computes something right, so that its reader may be at fault: an
    activation left out where its result is read. A statement that gives the value a name of
    the contract's is no such.
    """
    statement = changed.site.statement
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    stored = {*names_of(targets, ast.expr_context)}
    if not stored or not stored.isdisjoint(version.goal.harness.known_names):
        return False
    return _has_right_value(changed, version)


def _has_right_value(changed: Version, version: Version) -> bool:
    return is_right(version, changed.site)


def is_renaming(parts: Sequence[Edit]) -> bool:
    """Whether the same two values are exchanged again and again: they were given the wrong names
    somewhere above, and no place here is the one.
    """
    made = [[n for n in one.changes.values() if isinstance(n, ast.AST)] for one in parts]
    texts = [{ast.unparse(located(new)) for new in one} for one in made]
    places = sum(len(m) if len(t) > 1 else 1 for m, t in zip(made, texts, strict=True))
    return places > 4 and 0 < len(set().union(*texts)) <= 2


def likeliest(goal: Oracle) -> Trees | None:
    """The functions with the least of the changes that each make all right, where none was chosen:
    another place may be meant.
    """
    longest = length_of(goal.harness.trees) + LONGER
    short = [(edit, length_of(trees), trees) for edit, trees in goal.proven]
    short = [one for one in short if one[1] < longest]
    least = min(short, key=lambda one: (one[0].cost, one[1]), default=None)
    return None if least is None or is_renaming([least[0]]) else least[2]


def in_order(versions: Iterable[Version]) -> list[Version]:
    """Those first in which most is right; of such that raise, where that is latest."""
    return sorted(versions, key=_order)


def _order(version: Version) -> tuple[Any, ...]:
    trace = version.trace
    size = sum(len(ast.dump(tree)) for tree in version.trees.values())
    if trace.crash is not None:
        return True, -len(trace.events), version.cost, size
    known = len(trace.known) if trace.wrong else 0
    badness = trace.wrong + sum(unknown for _, unknown in trace.events)
    return False, trace.wrong, -known, badness, version.cost, size


def unlike(versions: Iterable[Version]) -> list[Version]:
    """Of those that change the same statement and compute the same, the first."""
    found: dict[Any, Version] = {}
    for version in versions:
        trace = version.trace
        behaviour = tuple(trace.events), tuple(trace.right.values()), trace.known
        found.setdefault((id(version.site.statement), behaviour), version)
    return list(found.values())


def least(ends: Sequence[Version]) -> Version | None:
    """The least of several that are wholly right; none, where as little would do elsewhere."""
    ends = [end for end in ends if not computes_in_passing(end)] or ends
    cost = min(end.cost for end in ends)
    nearest = [end for end in ends if end.cost <= cost + TIE]
    places = {frozenset(id(site.statement) for site in end.places) for end in nearest}
    return nearest[0] if len(places) == 1 else None
