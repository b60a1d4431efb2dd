"""Which of the changes that help is the one that was meant."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from ..code.costs import COMPOSITE, TIE
from ..code.scope import unread_in
from ..code.source import names_of
from ..localise.suspicion import is_right
from .harness import result_of
from .patches import RankedRepair, Repair, statements_of
from .version import Version


def best(found: Sequence[RankedRepair], version: Version) -> Repair | None:
    """The least change of those that gain the most, if it stands at one place only.

    Of several places the one is meant whose value the reference does not know.
    """
    if not found:
        return None
    most = max(len(repair.gained) for _, repair in found)
    alike = [one for one in found if len(one[1].gained) == most]
    least, first = min(alike, key=lambda one: one[0])
    rivals = [r for _, r in alike if r.gained == first.gained]
    lesser = [r for r in rivals if r.edit.cost < first.edit.cost - TIE]
    if lesser:
        first = min(lesser, key=lambda repair: repair.edit.cost)
        alike = [(r.edit.cost, r) for _, r in alike]
        least = first.edit.cost
    if _is_doubtful(first, version) and any(
        r.edit.cost <= first.edit.cost + TIE and len(statements_of([r, first])) > 1 for r in rivals
    ):
        return None
    return _at_one_place(
        [r for cost, r in alike if cost <= least + TIE and r.gained == first.gained], version
    )


def _at_one_place(nearest: list[Repair], version: Version) -> Repair | None:
    """The shortest of some changes, if all that are as likely stand in one statement, or put the
    same statement in different places.
    """
    size = min(repair.size for repair in nearest)
    rules: tuple[Callable[[Repair], bool], ...] = (
        lambda repair: repair.is_alias,
        lambda repair: not _has_right_value(repair, version),
        lambda repair: repair.size == size,
    )
    for rule in rules:
        if len(statements_of(nearest)) > 1:
            nearest = [repair for repair in nearest if rule(repair)] or nearest
    if len(statements_of(nearest)) > 1 and len({tuple(sorted(r.lines)) for r in nearest}) > 1:
        return None  # they differ in more than the place of the same statement
    return min(nearest, key=lambda repair: (repair.edit.cost, repair.size))


def far_enough(whole: Sequence[RankedRepair], version: Version) -> float:
    """Up to where there may be another place that is as good as the one found."""
    key, first = whole[0]
    return key + TIE + (COMPOSITE if _is_doubtful(first, version) else 0.0)


def is_complete(repair: Repair, version: Version) -> bool:
    """Whether all becomes right that the site has a part in."""
    influence = version.influence.get(version.sites.index(repair.site))
    left = {result_of(name) for name in version.wrong - repair.gained}
    return influence is not None and not influence & left


def _is_doubtful(repair: Repair, version: Version) -> bool:
    """Whether a statement computes something right, so that its reader may be at fault: an
    activation left out where its result is read. A statement that gives the value a name of
    the contract's is no such, nor one whose name says that it is a prediction.
    """
    statement, spec = repair.site.statement, version.goal.harness.spec
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    stored = {*names_of(targets, ast.expr_context)}
    known = {*spec.shapes, *spec.returns}
    if not stored or stored & known or any(map(_names_a_prediction, stored)):
        return False
    return _has_right_value(repair, version) and not _takes_up(repair, version)


def _takes_up(repair: Repair, version: Version) -> bool:
    """Whether a change reads what its author made, and nothing reads as it stands."""
    read = names_of(one for one in repair.edit.changes.values() if isinstance(one, ast.AST))
    return not unread_in(version.trees.values()).isdisjoint(read)


def _has_right_value(repair: Repair, version: Version) -> bool:
    return is_right(version, version.sites.index(repair.site))


def _names_a_prediction(own: str) -> bool:
    """Whether a name says that a value is what is predicted: ``yhat``, ``y_t``, ``prediction``."""
    plain = own.lower()
    return plain in ("y", "yt") or plain.startswith(("yhat", "y_", "ypred", "pred", "prob"))
