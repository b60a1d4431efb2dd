"""Code that reproduces a failure with numpy and the submission alone.

It raises for as long as the fault is there, and passes once it is mended. Numbers are written so
that they read back as exactly the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..cells.spec import Cache, FunctionSpec, RecurrentFamily, Role
from ..properties import Violation
from ..reading.class_functions import MethodFunction
from ..strategies import Case
from ..strategies.literals import enclosed, literal
from ..subject.live import LiveFunctions, quiet
from ..subject.subject import Subject

ATTEMPTS = 3
"""How often a snippet is run that does not fail."""

_KNOWN_TO_FAIL = ("runs", "unchanged", "apart", "kept", "kept_in_cache")
"""What was seen when the law was tried: that a call raises, and what becomes of memory, which
cannot be seen from another process.
"""

_HELD = """\
def held(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [array for part in value for array in held(part)]
    return [value] if isinstance(value, np.ndarray) else held(getattr(value, "__dict__", []))"""


class Snippets:
    """Writes snippets for the functions of one file; ``names`` are what it calls them, and
    ``presented`` are methods as functions, whose code is shown, by these names.
    """

    def __init__(
        self,
        functions: LiveFunctions,
        path: str,
        names: Mapping[str, str],
        replaced: Iterable[str] = (),
        presented: Mapping[str, MethodFunction] | None = None,
    ) -> None:
        self.presented = presented or {}
        self.functions = functions
        self.replaced = sorted(replaced)
        self.path = Path(path)
        self.names = names

    def render(self, subject: Subject, case: Case, violation: Violation) -> str:
        """The snippet for one failure; empty where nothing can be asserted, or what is asserted
        holds: nothing is shown that has not been seen to fail.
        """
        if violation.check in ("order", "slope"):
            return ""
        snippet = _Snippet(self, subject, case, violation)
        lines = snippet.lines()
        shown = "\n".join([*self.header(snippet.used), *lines]) + "\n"
        fails = violation.check in _KNOWN_TO_FAIL or self._fails("\n".join(["", *lines]))
        return shown if fails else ""

    def _fails(self, text: str) -> bool:
        """Whether a snippet raises, in one of a few runs: what is random may not at once."""
        namespace: dict[str, object] = {"np": np} | {
            own: partial(self._called, name) for name, own in self.names.items()
        }
        code = compile(text, "<snippet>", "exec", dont_inherit=True)
        for _ in range(ATTEMPTS):
            try:
                with quiet():
                    exec(code, dict(namespace))
            except Exception:  # whatever the submission raises, or an assertion
                return True
        return False

    def _called(self, name: str, /, *places: object, **named: object) -> object:
        return self.functions.run(name, list(places), named)

    def header(self, names: list[str]) -> list[str]:
        """Imports, and where the functions come from, or the classes of methods."""
        shown = [self.presented[name].text for name in names if name in self.presented]
        needed = [
            one
            for name in names
            for one in (self.presented[name].needs if name in self.presented else (name,))
        ]
        return [*self._imports([*dict.fromkeys(needed)]), *(f"{text}\n" for text in shown)]

    def _imports(self, names: list[str]) -> list[str]:
        wanted = ", ".join(names)
        lines = ["import numpy as np", ""]
        if self.replaced:
            lines.append(
                f"# This was tried with a correct {', '.join(self.replaced)}: mend that first."
            )
        if self.path.suffix == ".py" and self.path.stem.isidentifier():
            missing = f'if "{names[0]}" not in globals():'
            return [
                *lines,
                f"# Run this beside {self.path.name}, or paste it below the functions.",
                missing,
                f"    from {self.path.stem} import {wanted}",
                "",
            ]
        return [*lines, f"# Run this below {wanted}.", ""]


class _Snippet:
    def __init__(
        self, snippets: Snippets, subject: Subject, case: Case, violation: Violation
    ) -> None:
        self.snippets = snippets
        self.functions = snippets.functions
        self.subject = subject
        self.case = case
        self.violation = violation
        self.used: list[str] = []
        self.values: dict[str, Any] = {}

    def lines(self) -> list[str]:
        function = self.subject.function
        setup: list[str] = []
        if function.role.is_backward:
            setup = self._cache(function)
        call = self._call(function)
        checks = self._checks(function, call)
        given = [f"{name} = {literal(value)}" for name, value in self.values.items()]
        return [*given, *setup, *checks]

    def _call(self, function: FunctionSpec) -> str:
        """The call in the submission's own form; its arguments are added to ``values``."""
        bound = self.functions.bound[function.name]
        cache = "cache" if function.role.is_backward else None
        places, named = bound.arguments(self.case.arguments(function), cache)
        signature = [*inspect.signature(bound.function).parameters]
        written = []
        for name, value in zip(signature, places, strict=False):
            if value is cache and cache:
                written.append("cache")
            else:
                self.values[name] = value
                written.append(name)
        for name, value in named.items():
            if isinstance(value, np.ndarray | Mapping):
                self.values[name] = value
            shown = name in self.values or (cache is not None and value is cache)
            written.append(f"{name}={name if shown else literal(value)}")
        own_name = self.snippets.names[function.name]
        self.used.append(own_name)
        return f"{own_name}({', '.join(written)})"

    def _cache(self, function: FunctionSpec) -> list[str]:
        """Where a backward function's cache comes from."""
        if self.subject.own_cache:
            forward = self.subject.family.functions[function.forward]
            return [f"cache = {self._call(forward)}[{self._cache_place(forward)}]"]
        cache = self.subject.fresh_cache(self.case)
        comment = "# what a correct forward function caches"
        assert isinstance(cache, tuple)  # as the contract has it
        if function.role is Role.STEP_BACKWARD:
            return [comment, f"cache = {self._step_cache(cache, 0)}"]
        steps, self.values["x"] = cache
        written = [f"    {self._step_cache(step, 4)}," for step in steps]
        return [comment, "steps = [", *written, "]", "cache = (steps, x)"]

    def _step_cache(self, cache: Cache, indent: int) -> str:
        """One step's contract cache; the parameters, which all steps share, are written once."""
        entries = []
        for value in cache:
            if isinstance(value, Mapping):
                self.values["parameters"] = value
            shared = isinstance(value, Mapping)
            entries.append("parameters" if shared else literal(value, indent + 4))
        return enclosed("()", entries, indent)

    def _cache_place(self, forward: FunctionSpec) -> int:
        returned = self.functions.bound[forward.name].convention.returned
        return returned.index("cache") if "cache" in returned else -1

    def _checks(self, function: FunctionSpec, call: str) -> list[str]:
        kind = self.violation.check
        if kind in _CALLS:
            return _CALLS[kind](self, function, call)
        return [f"result = {call}", *_RESULTS[kind](self, function)]

    def _runs(self, function: FunctionSpec, call: str) -> list[str]:
        return [call]

    def _actual(self, function: FunctionSpec) -> str:
        return self.functions.bound[function.name].convention.access(self.violation.tensor)

    def _equal(self, function: FunctionSpec) -> list[str]:
        return _assert_close(self._actual(function), self.violation)

    def _shape(self, function: FunctionSpec) -> list[str]:
        return [f"assert np.shape({self._actual(function)}) == {self.violation.expected}"]

    def _present(self, function: FunctionSpec) -> list[str]:
        try:
            return [f"assert isinstance({self._actual(function)}, np.ndarray)"]
        except ValueError:  # it has no place in what is returned
            return [f"assert len(result) == {len(self._returned(function))}"]

    def _form(self, function: FunctionSpec) -> list[str]:
        return [f"assert {self.functions.bound[function.name].convention.form()}"]

    def _returned(self, function: FunctionSpec) -> tuple[str, ...]:
        return self.functions.bound[function.name].convention.returned

    def _floating(self, function: FunctionSpec) -> list[str]:
        actual = self._actual(function)
        return [
            f"assert isinstance({actual}, np.ndarray)",
            f"assert np.issubdtype({actual}.dtype, np.floating)",
        ]

    def _finite(self, function: FunctionSpec) -> list[str]:
        return [f"assert np.isfinite({self._actual(function)}).all()"]

    def _between(self, function: FunctionSpec) -> list[str]:
        low, high = self.violation.expected
        actual = self._actual(function)
        return [f"assert ({low} <= {actual}).all() and ({actual} <= {high}).all()"]

    def _sums(self, function: FunctionSpec) -> list[str]:
        return [f"np.testing.assert_allclose({self._actual(function)}.sum(axis=0), 1)"]

    def _apart(self, function: FunctionSpec) -> list[str]:
        other = str(self.violation.expected)
        if other.partition("[")[0] in function.returns:
            other = self.functions.bound[function.name].convention.access(other)
        else:
            other = self._variable(function, other)
        if isinstance(self.values.get(other), Mapping):
            pairs = f"np.shares_memory({self._actual(function)}, value)"
            return [f"assert not any({pairs} for value in {other}.values())"]
        return [f"assert not np.shares_memory({self._actual(function)}, {other})"]

    def _unchanged(self, function: FunctionSpec, call: str) -> list[str]:
        name = self._variable(function, self.violation.tensor)
        return [
            "import copy",
            f"before = copy.deepcopy({name})",
            call,
            f"np.testing.assert_equal({name}, before)",
        ]

    def _kept_in_cache(self, function: FunctionSpec, call: str) -> list[str]:
        step, _ = self.violation.expected
        cache = f"result[{self._cache_place(function)}]"
        return self._kept(function, call, self._contract_place(function, cache, step))

    def _kept(self, function: FunctionSpec, call: str, result: str = "") -> list[str]:
        result = result or self._actual(function)
        forward = self.subject.family.functions.get(function.forward, function)
        inputs = self._variable(forward, forward.takes[0])
        cached = self._cache(function) if function.role.is_backward else []
        return [
            f"result = {call}",
            f"before = np.array({result})",
            f"{inputs} = 1 - {inputs}",
            *cached,
            call,
            f"np.testing.assert_array_equal({result}, before)",
        ]

    def _variable(self, function: FunctionSpec, name: str) -> str:
        return "cache" if name.startswith("cache") else self.functions.argument(function, name)

    def _repeatable(self, function: FunctionSpec, call: str) -> list[str]:
        if not self.violation.tensor:
            return [call, call]
        actual = self._actual(function)
        again = actual.replace("result", "again", 1)
        return [
            f"result = {call}",
            "import copy",
            "result = copy.deepcopy(result)",
            f"again = {call}",
            f"np.testing.assert_array_equal({again}, {actual})",
        ]

    def _cached(self, function: FunctionSpec) -> list[str]:
        """What the cache holds: in its place, or anywhere in a private one."""
        expected = self.violation.expected
        step, value = expected if isinstance(expected, tuple) else (0, expected)
        cache = f"result[{self._cache_place(function)}]"
        where = self._contract_place(function, cache, step)
        if self.violation.found is None or not where:
            return [
                *_HELD.splitlines(),
                f"expected = {literal(value)}",
                f"arrays = held({cache})",
                "assert any(np.array_equal(array, expected) for array in arrays)",
            ]
        return [f"cached = {where}", *_assert_close("cached", self.violation, value)]

    def _steps(self, function: FunctionSpec) -> list[str]:
        cache = f"result[{self._cache_place(function)}]"
        return [f"assert len({cache}[0]) == {self.violation.expected}"]

    def _cached_between(self, function: FunctionSpec) -> list[str]:
        low, high = self.violation.expected
        cache = f"result[{self._cache_place(function)}]"
        return [
            f"cached = {self._contract_place(function, cache, 0)}",
            f"assert ({low} <= cached).all() and (cached <= {high}).all()",
        ]

    def _contract_place(self, function: FunctionSpec, cache: str, step: int) -> str:
        family, name = self.subject.family, self.violation.tensor
        if not isinstance(family, RecurrentFamily) or name not in family.cell.cache:
            return ""
        place = family.cell.cache.index(name)
        inner = f"{cache}[0][{step}]" if function.role is Role.SEQUENCE else cache
        return f"{inner}[{place}]"

    def _pair(self, function: FunctionSpec, call: str) -> list[str]:
        name, _, gradient = self.violation.tensor.partition(":")
        backward = self.subject.family.functions[name]
        convention = self.functions.bound[name].convention
        return [
            f"cache = {call}[{self._cache_place(function)}]",
            f"result = {self._call(backward)}",
            *_assert_close(convention.access(gradient), self.violation),
        ]


def _assert_close(actual: str, violation: Violation, value: Any = None) -> list[str]:
    expected = violation.expected if value is None else value
    tolerance = f"{violation.tolerance:.1e}"
    return [
        f"expected = {literal(np.asarray(expected))}",
        f"np.testing.assert_allclose({actual}, expected, rtol=0, atol={tolerance})",
    ]


_CALLS: Mapping[str, Callable[[_Snippet, FunctionSpec, str], list[str]]] = {
    "runs": _Snippet._runs,
    "unchanged": _Snippet._unchanged,
    "repeatable": _Snippet._repeatable,
    "kept": _Snippet._kept,
    "kept_in_cache": _Snippet._kept_in_cache,
    "pair": _Snippet._pair,
}
"""What each check of a call asserts: see `Violation`."""

_RESULTS: Mapping[str, Callable[[_Snippet, FunctionSpec], list[str]]] = {
    "equal": _Snippet._equal,
    "shape": _Snippet._shape,
    "present": _Snippet._present,
    "form": _Snippet._form,
    "floating": _Snippet._floating,
    "finite": _Snippet._finite,
    "between": _Snippet._between,
    "sums": _Snippet._sums,
    "apart": _Snippet._apart,
    "cached": _Snippet._cached,
    "steps": _Snippet._steps,
    "cached_between": _Snippet._cached_between,
}
"""What each check of a ``result`` asserts."""
