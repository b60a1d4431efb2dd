"""When a changed backward function is right: the numerical derivative of the forward function."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np

from ..code.costs import ENTRY, FROM_WRONG, TIE
from ..code.differences import word
from ..code.edit import Edit
from ..code.scope import Scope
from ..code.sites import Site, targets_of
from ..localise.traces import Tracer
from ..mutate.array_code import added_at, array_edits, indices_in, normalised, others
from ..mutate.reference_values import Meaning, Sums
from ..search.harness import Trees
from ..search.oracle import ProposedEdit
from .adjoints import Adjoint, adjoints
from .factors import scaled
from .running import PairRunner, Sample

GRADIENTS = ("d{}", "d_{}", "grad_{}", "{}_grad", "D{}")
"""How the gradient by a value is called, if not as the value."""


class PairGoal:
    """What changed versions of a backward function have to reach, on each of some samples."""

    broken: tuple[object, ...] = ()
    slack = FROM_WRONG + TIE

    def __init__(self, harness: PairRunner, samples: Iterable[Sample]) -> None:
        self.harness, self.samples = harness, [*samples]
        self.proven: list[tuple[Edit, Trees]] = []

    @cached_property
    def meaning(self) -> Meaning:
        """What is right for sure: what the function is given, what the forward function computes,
        and the derivatives by that.
        """
        meaning = Meaning()
        for array in filter(np.ndim, self.harness.given()):
            meaning.sums.add(array)
        for one in self.harness.sample.expected.values():
            meaning.sums.add_sum(one.direction.shape, one.value)
        for adjoint in self._adjoints:
            meaning.sums.add_sum(adjoint.shape, adjoint.value)
        return meaning

    @cached_property
    def _adjoints(self) -> list[Adjoint]:
        """The derivatives by what the forward function computes."""
        return adjoints(self.harness.pair, self.harness.sample.trial)

    @cached_property
    def by_name(self) -> Mapping[str, Sums]:
        """What is right under the name of the gradient by a value of the forward function."""
        found: dict[str, Sums] = {}
        for adjoint in self._adjoints:
            for name in adjoint.names:
                found.setdefault(name, Sums()).add_sum(adjoint.shape, adjoint.value)
        for name, one in self.harness.sample.expected.items():
            found.setdefault(name, Sums()).add_sum(one.direction.shape, one.value)
        return found

    @cached_property
    def tracer(self) -> Tracer:
        """What traces changed versions on the sample."""
        return Tracer(self.harness, self.meaning)

    def has_right(self, site: Site, value: object) -> bool:
        """Whether a value is right: under the name of the gradient by a value of the forward
        function only if it is that.
        """
        targets = targets_of(site.statement)
        own = word(targets[0]) if len(targets) == 1 else ""
        known = next((k for k in self.by_name if own in [f.format(k) for f in GRADIENTS]), None)
        if known is not None:
            return isinstance(value, np.ndarray) and self.by_name[known].which(value) is not None
        return self.meaning.knows(value)

    def proposals(self, site: Site, scope: Scope, trees: Trees) -> Iterator[ProposedEdit]:
        """What array code of any kind gets wrong, and factors that are solved for."""
        indices = indices_in([*trees.values(), *self.harness.forward_trees])
        for edit in array_edits(site.value, scope, indices):
            yield ProposedEdit(edit, True)
        for target in targets_of(site.statement)[:1]:
            if not isinstance(target, ast.Subscript):
                continue
            for index in others(target.slice, indices):
                yield ProposedEdit(Edit(ENTRY, {id(target.slice): index}), False)
        for edit in added_at(site.statement, scope):
            yield ProposedEdit(edit, False)
        for edit in scaled(self.harness, site, scope, trees):
            yield ProposedEdit(edit, True)
        for edit in normalised(site.value, scope):
            yield ProposedEdit(edit, True)

    def score(self, wanted: Collection[str] | None) -> Mapping[str, bool] | None:
        """Which gradients are right in the version that runs."""
        return self.harness.score_now(wanted)

    def are_alike(self, one: Trees, other: Trees) -> bool:
        """Whether two versions give back what is put together in one way, as gradients are."""
        return True

    def is_reached(self, trees: Trees) -> bool:
        """Whether all gradients are right on every sample."""
        try:
            made = self.harness.compiled(trees)
        except Exception:
            return False
        with self.harness.running(made):
            for sample in self.samples:
                self.harness.spend()
                if not self.harness.holds_on(sample):
                    return False
        return True
