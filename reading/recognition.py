"""Which function of a file answers to which contract: by name, else by signature and role."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..cells import families as all_families
from ..cells.spec import CellSpec, Family, FunctionSpec, RecurrentFamily, Role
from ..subject.conventions.words import places_of
from ..subject.definition import Definition
from .trees import once, parts_of

_BACKWARD = re.compile(r"back|bwd|bprop|grad|bptt")
_STEP = re.compile(r"cell|step|block|unit")
_ADORNING = re.compile(
    r"my|own|stable|safe|simple|numpy|np|fn|func(tion)?|act(ivation)?|col(umn)?s?|batch|array|vec(tor)?"
)
_UNROLLING = re.compile(
    r"my|simple|basic|vanilla|numpy|np|fn|forward|fwd|run|unroll|apply|layer|model|net(work)?"
    r"|seq(uence)?|prop(agat(e|ion))?|pass|over|time|loop"
)
_ELSE = re.compile(r"sampl|generat|initiali[sz]e|optimi[sz]e|plot|train")
"""What is in the names of functions that use a cell, and are none."""
_VERBS = {Role.INITIALISER: "init", Role.UPDATE: "update"}


@dataclass(frozen=True)
class Traits:
    """What can be seen of a function without calling it."""

    name: str
    arguments: tuple[str, ...]
    keys: frozenset[str]
    loops: bool

    @classmethod
    def of(cls, definition: Definition) -> Traits:
        """Read from its syntax tree."""
        keys, loops = _keys_and_loops(definition.node) if definition.node else (frozenset(), False)
        return cls(definition.name, tuple(signature_of(definition)), keys, loops)


@once
def _keys_and_loops(node: ast.AST) -> tuple[frozenset[str], bool]:
    nodes = parts_of(node)
    keys = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    keys |= {n.arg for n in nodes if isinstance(n, ast.keyword) and n.arg}
    return frozenset(keys), any(
        isinstance(n, ast.For | ast.While | ast.comprehension) for n in nodes
    )


def unpacked_names(node: ast.AST | None) -> tuple[str, ...]:
    """The names that a function gives, all at once, to what its last argument holds."""
    last = node.args.args[-1].arg if isinstance(node, ast.FunctionDef) and node.args.args else ""
    for part in parts_of(node) if last and node else ():
        if isinstance(part, ast.Assign) and ast.unparse(part.value) == last:
            target = part.targets[0]
            if isinstance(target, ast.Tuple | ast.List):
                return tuple(ast.unparse(one) for one in target.elts)
    return ()


def returned_names(node: ast.AST | None) -> tuple[str, ...]:
    """The names that a function returns, in order; what has none is an empty text."""
    for part in parts_of(node) if node else ():
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Tuple):
            return tuple(one.id if isinstance(one, ast.Name) else "" for one in part.value.elts)
    return ()


def signature_of(definition: Definition) -> dict[str, inspect.Parameter]:
    """A function's arguments by name, in order, but for ``*args`` and ``**kwargs``."""
    try:
        parameters = inspect.signature(definition.function).parameters
    except (TypeError, ValueError):
        return {}
    return {
        name: p for name, p in parameters.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }


def bears_name(definition: Definition, spec: FunctionSpec) -> bool:
    """Whether a function has a contract's own name, or that with ``step`` for ``cell``."""
    own = (spec.name, spec.name.replace("_cell_", "_step_"))
    plain = definition.name.lower().replace("_", "")
    return plain in [name.replace("_", "") for name in own]


def is_attempt(
    definition: Definition, spec: FunctionSpec, cell: CellSpec, *, paired: bool = False
) -> bool:
    """Whether a function bears a contract's own name, or its arguments, or is ``paired`` with a
    forward function, and can be called as it: a person would call it an attempt at that, whatever
    it does.
    """
    arguments = signature_of(definition)
    needed = sum(one.default is one.empty for one in arguments.values())
    needed -= max(0, len(places_of(spec, cell, arguments)) - len(spec.takes))
    count = len(spec.takes)
    bears = bears_name(definition, spec)
    if bears and spec.role.is_forward:
        return needed <= count or needed in {
            count - 1 + len(layout.arrays) for layout in cell.layouts
        }
    return needed <= count and (bears or paired or tuple(arguments)[:count] == spec.takes)


def recognise(
    definitions: Mapping[str, Definition],
    families: Iterable[Family],
    names: Mapping[str, str],
) -> dict[str, Definition]:
    """The definition for each contract that the file answers, by the contract's name.

    A function is taken that ``names`` gives the contract's name, or that has it. Where there is
    none, the one function is whose name, arguments and looked-up keys say that it does the same;
    of two such that one which has the contract's name with ``step`` for ``cell``, else neither.
    """
    found: dict[str, Definition] = {}
    families = list(families)
    for own_name, name in names.items():
        if own_name in definitions:
            found.setdefault(name, definitions[own_name])
    for family in families:
        for name in family.functions:
            if name in definitions and name not in found and name not in names:
                found[name] = definitions[name]
    taken = {definition.name for definition in found.values()}
    others = [Traits.of(d) for d in definitions.values() if d.name not in taken]
    cells = [family.name for family in families if isinstance(family, RecurrentFamily)]
    for family in families:
        for name, spec in family.functions.items():
            if name not in found:
                matches = [t.name for t in others if _matches(t, spec, family, cells)]
                named = [one for one in matches if bears_name(definitions[one], spec)]
                if len(named or matches) == 1:
                    found[name] = definitions[(named or matches)[0]]
    return found


def recognise_methods(
    methods: Mapping[str, Definition],
    kinds: Mapping[str, str],
    families: Iterable[Family],
    taken: Mapping[str, Definition],
) -> dict[str, Definition]:
    """The method, as a function, for each contract that no function answers: the one of those
    classes that are called as the cell is. A backward method is that of the forward one's class.
    ``kinds`` are what tells of each method which cell it is.
    """
    recurrent = [family for family in families if isinstance(family, RecurrentFamily)]
    cells = [family.name for family in recurrent]
    found: dict[str, Definition] = {}
    for family in recurrent:
        for name, spec in family.functions.items():
            if name in taken:
                continue
            forward = found[spec.forward].name.partition(".")[0] if spec.forward in found else ""
            matches = [
                method
                for method in methods.values()
                if method not in taken.values()
                and (
                    _is_backward_of(method, spec, forward)
                    if spec.forward
                    else _is_method_of(method, kinds[method.name], spec, family, cells)
                )
            ]
            if len(matches) == 1:
                found[name] = matches[0]
    return found


def is_meant_as(
    presented: Definition, family: Family, spec: FunctionSpec, weights: Collection[str]
) -> bool:
    """Whether a person would call what is presented as a function an attempt at a cell: a method of
    a class with these weights, if they have the names that the cell has for them, or one of its
    layouts, and it uses its activations; a function that is given a cell, if it has the cell's
    name, and words besides that say nothing of what else it might do.
    """
    if not isinstance(family, RecurrentFamily):
        return False
    if "." not in presented.name:
        words = [w for w in presented.name.lower().split("_") if not _UNROLLING.fullmatch(w)]
        return words == [family.name] or bears_name(presented, spec)
    cell = family.cell
    known = {*cell.all_parameters, *(one for names in cell.aliases.values() for one in names)}
    are_known = {*weights} <= known or any({*weights} == {*one.arrays} for one in cell.layouts)
    return are_known and _names_activations(presented, family)


def _names_activations(method: Definition, family: Family) -> bool:
    """Whether a method names the activations of a cell that are no helpers of their own."""
    helpers = {one for other in all_families().values() for one in other.functions}
    used = {one for text in family.equations for one in re.findall(r"(\w+)\(", text)} - helpers
    parts = parts_of(method.node) if method.node else ()
    names = {str(getattr(one, "attr", getattr(one, "id", ""))).lower() for one in parts}
    return all(any(activation in name for name in names) for activation in used)


def _is_method_of(
    method: Definition,
    kind: str,
    spec: FunctionSpec,
    family: RecurrentFamily,
    cells: Iterable[str],
) -> bool:
    """Whether its class is called as the cell is, and it does what the forward function does."""
    named = [cell for cell in cells if cell in kind.lower()]
    traits = Traits.of(method)
    return named == [family.name] and _role(traits) is spec.role and _takes(traits, spec)


def _is_backward_of(method: Definition, spec: FunctionSpec, owner: str) -> bool:
    traits = Traits.of(method)
    of_owner = bool(owner) and traits.name.startswith(f"{owner}.")
    return of_owner and bool(_BACKWARD.search(traits.name.lower())) and _takes(traits, spec)


def _matches(traits: Traits, spec: FunctionSpec, family: Family, cells: Iterable[str]) -> bool:
    name = traits.name.lower()
    if isinstance(family, RecurrentFamily):
        of_family = _is_of(traits, family, cells) and not _ELSE.search(name)
        return _role(traits) is spec.role and of_family and _takes(traits, spec)
    if spec.role in _VERBS:
        return family.name in name and _VERBS[spec.role] in name
    return is_called(name, spec)


def is_called(name: str, spec: FunctionSpec) -> bool:
    """Whether a function's name is a contract's, but for its letters and words that say nothing of
    what it does, or another of the names that people have for it.
    """
    words = [word for word in name.lower().split("_") if not _ADORNING.fullmatch(word)]
    return "".join(words) in (spec.name, *spec.also_called)


def _role(traits: Traits) -> Role:
    name = traits.name.lower()
    first = traits.arguments[0] if traits.arguments else ""
    step = bool(_STEP.search(name)) or not (traits.loops or "seq" in name)
    if _BACKWARD.search(name) or re.match(r"d[ahc]|dnext|dout", first):
        return Role.STEP_BACKWARD if step else Role.SEQUENCE_BACKWARD
    return Role.STEP if step else Role.SEQUENCE


def _is_of(traits: Traits, family: RecurrentFamily, cells: Iterable[str]) -> bool:
    """Whether its name says so, or else the parameters that it looks up."""
    named = [cell for cell in cells if cell in traits.name.lower()]
    if named:
        return family.name in named
    weights = {name for name in family.cell.parameters if name.startswith("W")}
    own = {key.removeprefix("d") for key in traits.keys}
    return len(weights & own) >= max(2, len(weights) - 1)


def _takes(traits: Traits, spec: FunctionSpec) -> bool:
    """Enough arguments: at least the contract's number."""
    return len(traits.arguments) >= len(spec.takes)
