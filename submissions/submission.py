"""A submission: a file's functions, bound to the contracts they answer."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TypeAlias

import numpy as np

from ..cells import Family, FunctionSpec, Role, families
from ..cells.spec import RecurrentFamily
from ..isolation.child.common import Common
from ..isolation.parent.remote import RemoteFunction
from ..pairs.making import Making
from ..pairs.protocol import Pair
from ..reading.choosing import names_bound, names_read, reached
from ..reading.class_functions import PARAMETERS
from ..reading.declared import DeclaredPair
from ..reading.lookups import letters_of, looked_up, spelled
from ..reading.outliving import written_outside
from ..reading.recognition import Traits, bears_name, is_attempt, is_meant_as, signature_of
from ..reading.stubs import empty_body, placeholder
from ..reading.top_level import at_top_level
from ..reading.trees import names_single
from ..reading.unjudged import NotJudged, not_judged
from ..subject.budget import Work
from ..subject.conventions import Convention
from ..subject.conventions.convention import EXACT
from ..subject.definition import Definition
from ..subject.live import quiet
from .calibration import Fitted, FunctionsFound, fitting, settle
from .declared_pairs import live_or_remote
from .document import Document, Here, Home, is_remote
from .first_calls import is_of_fewer_gates
from .functions import SubmittedFunctions

_Fit: TypeAlias = Fitted[SubmittedFunctions]

_IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass
class Submission:
    """The functions of one file, by the contract's names.

    ``home`` is where its code lives; those ``untried`` are not called to learn their form, and
    ``names`` gives contracts' names to functions and parameters by their own. ``common`` is what
    calls in this process leave as it was, ``work`` what its slow calls have cost, and ``declared``
    are the pairs that the file declares, or an adapter.
    """

    document: Document
    found: dict[str, Definition]
    notes: list[str] = field(default_factory=list)
    home: Home = field(default_factory=Here, repr=False)
    untried: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    strangers: dict[str, str] = field(default_factory=dict, repr=False)
    far: dict[str, float] = field(default_factory=dict, repr=False)
    read_as: dict[str, Convention] = field(default_factory=dict, repr=False)
    common: Common = field(default_factory=Common, repr=False)
    work: Work = field(default_factory=Work, repr=False)
    declared: tuple[DeclaredPair | NotJudged, ...] = ()

    def note(self, text: str) -> None:
        """Adds to what a person is told, once."""
        if text not in self.notes:
            self.notes.append(text)

    def coerced(self, kind: str) -> None:
        """Is told of results of another class than numpy's own."""
        self.note(f"arrays of the class {kind} are taken as plain ones")

    def quiet(self) -> AbstractContextManager[None]:
        """Around calls of its functions."""
        return quiet(here=not self.home.remote)

    def afresh(self) -> bool:
        """Has the file loaded anew before the next call; False where that cannot be."""
        if is_remote(self.home):
            self.home.restart()
        return self.home.remote

    def alone(self, name: str) -> bool:
        """The same for one function, with nothing held against it that others may have done."""
        function = self.found[name].function
        if is_remote(self.home) and isinstance(function, RemoteFunction):
            self.home.acquit(name, function)
        return self.afresh()

    @cached_property
    def by_family(self) -> Mapping[str, SubmittedFunctions]:
        """The functions of each family that the file has any of. What takes nothing of what its
        contract has, nor bears its name, is none of them: its first call tells.
        """
        fitted = {family.name: self._fitted(family) for family in _callers_first()}
        return {name: one.functions for name in families() if (one := fitted[name])}

    def _fitted(
        self, family: Family, *, acquitted: bool = False
    ) -> Fitted[SubmittedFunctions] | None:
        """One family's functions, as they are to be called; None where there are none.

        A helper is called after its callers, who may have harmed their process: what seems to be
        none is called once more where nothing else was.
        """
        found = {name: self.found[name] for name in family.functions if name in self.found}
        if not found:
            return None
        single = frozenset(name for name in found if self.computes_in_single(name))
        looked_up = {name: self.looked_up(name, found) for name in found}
        free = [name for name in found if self._is_free(family.functions[name])]
        known = FunctionsFound(found, self.keys, looked_up, self.names, self.untried, single, free)
        fit = partial(fitting, family, known, partial(SubmittedFunctions, self))
        with self.quiet():
            fitted = self._fitted_with_right_helpers(fit(), fit)
        unpaired = {name for name in found if self._is_unpaired(fitted.functions, name)}
        strangers = [
            name for name in found if name in unpaired or self._is_stranger(family, name, fitted)
        ]
        helpers = [name for name in strangers if family.functions[name].role is Role.HELPER]
        alone = [self.alone(name) for name in helpers if not acquitted]
        if any(alone):
            return self._fitted(family, acquitted=True)
        for name in strangers:
            definition = self.found.pop(name)
            self.strangers[definition.name] = name
        if strangers:
            return self._fitted(family)
        self.far |= fitted.far
        self.read_as |= {name: b.convention for name, b in fitted.functions.bound.items()}
        for name, definition in found.items():
            if definition.name != name:
                self.note(f"{definition.name} is taken for {name}")
        for note in fitted.notes:
            self.note(note)
        return fitted

    def _fitted_with_right_helpers(self, fitted: _Fit, fit: Callable[[], _Fit]) -> _Fit:
        """The functions as they are to be called, of which wrong helpers tell nothing: with correct
        ones in their place another convention, or variant, may be nearer. How far the functions
        are is told as they stand.
        """
        called = {n for one in fitted.far for n in self.called_by(one)}
        put = {
            own: family.reference[name]
            for family in families().values()
            for name, spec in family.functions.items()
            if spec.role is Role.HELPER and name in called
            if (own := self.found[name].name) not in self.document.methods
        }
        is_right = all(far < EXACT for far in fitted.far.values())
        if is_right or not put or self.work.late:
            return fitted
        with self._standing_for(put):
            other = fit()
        nearer = other if sum(other.far.values()) < sum(fitted.far.values()) else fitted
        settle(nearer.functions)
        return replace(nearer, far=fitted.far)

    def _is_stranger(self, family: Family, name: str, fitted: _Fit) -> bool:
        """Whether a function has only the name, or only the looks, of one of the contract's."""
        spec, definition, far = family.functions[name], self.found[name], fitted.far
        if definition.name in self.document.methods:
            if spec.role.is_backward:
                return spec.forward not in self.found
            weights = self.document.presented[definition.name].weights
            if far.get(name, 1.0) < EXACT:
                return False
            is_meant = is_meant_as(definition, family, spec, weights)
            if is_meant and name not in self.untried:
                return is_of_fewer_gates(fitted.functions, spec)
            return not is_meant
        if spec.role is Role.HELPER:
            used = self._callers(name)
            right = all(self.far.get(one, 1.0) < EXACT for one in used)  # whatever it is
            needed = [n for n, p in signature_of(definition).items() if p.default is p.empty]
            told = definition.name.lower() == name or definition.name in self.names
            if not told and not (used and len(needed) == 1):
                return True
            return bool(used) and right and far.get(name, 0) >= EXACT
        if not isinstance(family, RecurrentFamily) or definition.name in self.names:
            return False
        if name in self.untried or far.get(name, 1.0) < 1.0:
            return False
        paired = spec.forward in self.found  # a forward function tells what its backward is
        return not is_attempt(definition, spec, family.cell, paired=paired)

    def leave(self, family: Family, name: str) -> None:
        """Takes a method out of what is judged, and the one that goes back from it."""
        for spec in family.functions.values():
            if name in (spec.name, spec.forward) and spec.name in self.found:
                own = self.found.pop(spec.name).name
                self.notes[:] = [n for n in self.notes if not n.startswith(f"{own} is taken for")]
                for functions in self.by_family.values():
                    functions.bound.pop(spec.name, None)

    def _is_unpaired(self, functions: SubmittedFunctions, name: str) -> bool:
        """Whether a forward function has only the looks of one whose backward the file has: it
        makes no cache.
        """
        spec, definition = functions.family.functions[name], self.found[name]
        if not spec.role.is_forward or functions.has_cache(spec) or definition.name in self.names:
            return False
        backward = [f.name for f in functions.family.functions.values() if f.forward == name]
        return backward[0] in self.found and not bears_name(definition, spec)

    def _is_free(self, spec: FunctionSpec) -> bool:
        """Whether no caller wants a helper in the contract's form: all that are judged are right
        with it, or there are none, and it is used otherwise.
        """
        if spec.role is not Role.HELPER:
            return False
        callers, used = self._callers(spec.name), self.found[spec.name].name
        of_rows = any(one.is_transposed for one in self.read_as.values())
        if callers:
            right = all(self.far.get(name, 1.0) < EXACT for name in callers)
            return right or (of_rows and used.lower() != spec.name)
        known = {one.name for one in self.found.values()}
        definitions = self.document.definitions
        nodes: list[ast.AST | None] = [d.node for n, d in definitions.items() if n not in known]
        nodes += [s.node for s in self.document.statements if isinstance(s.node, ast.ClassDef)]
        return of_rows or any(used in names_read(node) for node in nodes if node)

    def _callers(self, name: str) -> list[str]:
        """The forward functions that are judged and call a function."""
        return [n for n in self.read_as if name in self.called_by(n) and self._is_forward(n)]

    def _is_forward(self, name: str) -> bool:
        return self.read_as[name].spec.role.is_forward

    @property
    def pairs(self) -> tuple[DeclaredPair, ...]:
        """The pairs that are declared."""
        return tuple(one for one in self.declared if isinstance(one, DeclaredPair))

    def pair(self, making: Making) -> Pair:
        """A pair of the file's. Raises `ValueError` where there is none."""
        return live_or_remote(self.document, making, self.common)

    @property
    def judged(self) -> list[str]:
        """The functions that are judged, or declared, by their own names."""
        found = [one.name for one in self.found.values()]
        unread = [one.name for one in self.declared if isinstance(one, NotJudged)]
        return [
            *found,
            *unread,
            *(n for pair in self.pairs for n in (pair.name, *pair.names, *pair.covers)),
        ]

    def not_judged(self, recorded: Collection[str] = ()) -> tuple[NotJudged, ...]:
        """What looks like a function to be judged, and is none of those that were found, or were
        ``recorded``.
        """
        document, judged = self.document, [*self.judged, *recorded]
        unread = [one for one in self.declared if isinstance(one, NotJudged)]
        path = str(document.path) if document.module is not None else ""
        others = not_judged(document.statements, judged, families().values(), document.absent, path)
        loose = at_top_level(document.statements)
        return tuple(sorted((*unread, *others, *loose), key=lambda one: (one.cell or 0, one.line)))

    def unreadable(self, name: str) -> str:
        """Why a function of that name could not be read at all, or nothing."""
        return self.document.broken.get(name, "") if name not in self.found else ""

    def used_by(self, pair: DeclaredPair) -> set[str]:
        """The functions of the file that a pair calls, itself or through others."""
        return {used for name in pair.needs for used in self._reached(name)}

    def called_by(self, name: str) -> set[str]:
        """The contracts' functions that one calls, itself or through others of the file; methods of
        the objects that it makes, too.
        """
        names = self._reached(self.found[name].name)
        methods = self.document.methods
        return {
            other
            for other, d in self.found.items()
            if other != name
            and (d.name in names or (d.name in methods and d.name.partition(".")[0] in names))
        }

    def computes_in_single(self, name: str) -> bool:
        """Whether a function, or one of the file's that it uses, names single precision."""
        names = self._reached(self.found[name].name)
        for family in families().values():  # a backward function computes with what is cached
            forward = family.functions[name].forward if name in family.functions else ""
            names |= self._reached(self.found[forward].name) if forward in self.found else set()
        definitions = {**self.document.methods, **self.document.definitions}
        namespace = self.document.namespace
        return any(
            (node := definitions[one].node) is not None and names_single(node)
            if one in definitions
            else namespace.get(one) in (np.float32, np.dtype("float32"))
            for one in names
            if one in definitions or isinstance(namespace.get(one), type | np.dtype)
        )

    def keeps_something(self, name: str) -> bool:
        """Whether a function, or one of the file's that it uses, writes to what outlives a call."""
        definitions, names = self.document.definitions, self._reached(self.found[name].name)
        nodes = [definitions[one].node for one in names if one in definitions]
        written = {one for node in nodes if node for one in written_outside(node)}
        imports = [s.node for s in self.document.statements if isinstance(s.node, _IMPORTS)]
        return not written <= {one for node in imports for one in names_bound(node)}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every text that the file's functions mention, as keys of a dict are."""
        traits = map(Traits.of, self.document.definitions.values())
        presented = self.document.presented.values()
        return frozenset().union(*(one.keys for one in traits), *(one.keys for one in presented))

    @cached_property
    def _letters(self) -> frozenset[str]:
        """The short texts of which the file may put keys together."""
        return letters_of(one.node for one in self.document.statements)

    def looked_up(self, name: str, family: Collection[str]) -> tuple[str, ...]:
        """The texts by which a function takes entries, itself or through others of the file; and
        those by which others of its family take entries of what has the same name.
        """
        definitions = self.document.definitions
        read = sorted(self._reached(self.found[name].name))
        nodes = [definitions[one].node for one in read if one in definitions]
        own = [pair for node in nodes if node for pair in looked_up(node)]
        presented = self.document.presented.get(self.found[name].name)
        own += [(PARAMETERS, ((key,),)) for key in presented.keys] if presented else []
        names = {of for of, _ in own}
        others = [
            pair
            for one in sorted(family)
            for other in sorted(self._reached(self.found[one].name))
            if other in definitions and (node := definitions[other].node)
            for pair in looked_up(node)
        ]
        keys = (key for of, key in (*own, *others) if of in names)
        return tuple(dict.fromkeys(text for key in keys for text in spelled(key, self._letters)))

    def _reached(self, name: str) -> set[str]:
        """A name of the file, and all that its code reads, directly or not."""
        definitions = self.document.definitions
        known = {**self.document.methods, **definitions}
        needed = (name, *one.needs) if (one := self.document.presented.get(name)) else (name,)
        return reached(needed, {one: d.node for one, d in known.items() if d.node})

    def stub(self, name: str) -> str:
        """What makes a function an unfinished stub, in words, or nothing."""
        node = self.found[name].node
        return empty_body(node) or placeholder(node) if isinstance(node, ast.FunctionDef) else ""

    def is_empty(self, name: str) -> bool:
        """Whether a function has no code of its own at all."""
        node = self.found[name].node
        return isinstance(node, ast.FunctionDef) and bool(empty_body(node))

    @contextlib.contextmanager
    def with_correct(self, names: set[str]) -> Iterator[None]:
        """Puts correct functions in the place of some, for as long as a caller is judged."""
        put: dict[str, object] = {}
        bound_before = {name: f.bound for name, f in self.by_family.items()}
        for functions in self.by_family.values():
            stand_ins = functions.stand_ins(names & functions.bound.keys())
            bound = {
                name: replace(functions.bound[name], function=function)
                for name, function in stand_ins.items()
            }
            functions.bound = {**functions.bound, **bound}
            methods = self.document.methods
            called = {n: self.found[n].name for n in stand_ins}
            put |= {called[n]: f for n, f in stand_ins.items() if called[n] not in methods}
        try:
            with self._standing_for(put):
                yield
        finally:
            for family, bound in bound_before.items():
                self.by_family[family].bound = bound

    @contextlib.contextmanager
    def _standing_for(self, put: Mapping[str, object]) -> Iterator[None]:
        """Has names of the file stand for other functions, for as long as those are wanted."""
        namespace = self.document.namespace
        # Of what is put there alone: all else may be loaded anew meanwhile.
        before = {name: namespace[name] for name in put if name in namespace}
        namespace.update(put)
        try:
            yield
        finally:
            namespace.update(before)


def _callers_first() -> list[Family]:
    """All families, helpers last: who calls them tells how they are meant."""
    return sorted(families().values(), key=lambda one: not isinstance(one, RecurrentFamily))
