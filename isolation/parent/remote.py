"""What stands here for a submission whose code lives in a process of its own.

Here are names, numbers of objects, and functions to be called over there; no code of the
submission is ever executed in this process.
"""

from __future__ import annotations

import inspect
import marshal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any, Protocol, TypeAlias

import numpy as np

from ...subject.budget import AGAIN
from ...subject.inspection import Array, Raised, overlap
from ...subject.live import InspectedCall
from ..child.course_helpers import HELPERS
from ..child.imports import Record, StandIn
from ..child.modules import Load, of_late
from ..child.values import UNREADABLE
from ..child.walls import Limits
from ..child.wire import Header, Malformed
from ..course_functions import COMPUTED

FORGED = "it sent what is no answer"

Reply: TypeAlias = tuple[Header, memoryview]
"""An answer, and the bytes of its arrays."""

_KINDS = tuple(
    getattr(inspect.Parameter, kind)
    for kind in (
        "POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD",
    )
)  # fmt: skip


class Ended(Exception):
    """The process of the submission came to an end that was not its own; the text says which."""


class Late(Ended):
    """It was ended, because a call did not come to an end."""


class Gone(Ended):
    """What is asked for was in a process that has ended."""


class RemoteError(Exception):
    """The function raised an exception over there."""

    def __init__(self, raised: Raised) -> None:
        super().__init__(raised.text)
        self.raised = raised


class Connection(Protocol):
    """What the modules and functions of a submission need of the session that they belong to."""

    limits: Limits
    record: Record
    modules: dict[int, RemoteModule]
    processes: int
    left: float

    def request(self, header: Header, seconds: float | None = None) -> Reply:
        """Asks the process for something. Raises `Ended`."""

    def restart(self) -> None:
        """Has the submission loaded anew before the next call."""

    def referred(self, value: object) -> object:
        """What stands for something that is over there; None for anything else."""

    def resolved(self, letter: str, number: int) -> object:
        """What a number stands for: something over there."""

    def revive(self) -> None:
        """Has a process with the submission loaded, whatever has become of the last one."""

    def learn(self, lists: Sequence[Sequence[object]]) -> None:
        """Takes note of what imports came to."""

    def serve(self, function: Callable[..., object]) -> int:
        """The number by which a function of this process can be asked for over there."""

    def call(
        self,
        function: RemoteFunction,
        places: tuple[object, ...],
        named: Mapping[str, object],
        looked: tuple[int, ...],
    ) -> RemoteAnswer:
        """One call, as the function's process has it."""


class CacheThere:
    """A cache that stays over there."""

    __slots__ = ("__weakref__", "number", "process")

    def __init__(self, number: int, process: int) -> None:
        self.number = number
        self.process = process


@dataclass(eq=False)
class PendingCache:
    """The cache of a forward call that is made over there together with the call that needs it.

    ``count`` is the number of results that the forward function has, ``place`` the cache's. Where
    it comes to nothing, ``call`` tells why as any other call does.
    """

    function: RemoteFunction
    places: list[object]
    named: dict[str, object]
    count: int
    place: int
    call: Callable[[], object]
    made: object = None

    def now(self) -> object:
        """The cache, made if it is not yet."""
        if self.made is None:
            self.made = self.call()
        return self.made


@dataclass
class PlannedCall:
    """A call that will be wanted, by place and by name, and what is ``asked`` of it: see
    `properties.subject.Asked`. ``cache`` is the one that it is given, if any.
    """

    places: list[object]
    named: dict[str, object]
    asked: tuple[str, ...]
    cache: PendingCache | None


@dataclass
class RemoteAnswer:
    """What came of a call: see `LiveFunctions.tried`. ``made`` is the cache made for it,
    ``overwritten`` the results in whose places those of the inspected call before have changed.
    """

    returned: Any
    changed: list[bool]
    shared: frozenset[frozenset[int]]
    overwritten: frozenset[int] = frozenset()
    made: object = None

    @property
    def inspected(self) -> InspectedCall:
        """The same as of a call in this process."""
        return InspectedCall(self.returned, self.changed, self.overlap, self.is_overwritten)

    def overlap(self, one: Array, other: Array) -> bool:
        """Whether two arrays of the call share memory over there."""
        roots = frozenset((_root(one), _root(other)))
        return roots in self.shared or (len(roots) == 1 and overlap(one, other))

    def is_overwritten(self, one: Array) -> bool:
        """Whether a result of the inspected call before, in the place of this one, has changed."""
        return _root(one) in self.overwritten


def _root(array: Array) -> int:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return id(array)


class RemoteFunction:
    """A function over there."""

    def __init__(self, module: RemoteModule, name: str) -> None:
        self.module = module
        self.__name__ = name
        self.number = self.process = 0
        self.cache: int | None = None  # the place of a cache among its results

    def learn(self, number: int, place: tuple[str, int] | None) -> None:
        """Takes note of its number in the process that there is now, and of where it stands."""
        self.number, self.process = number, self.module.session.processes
        if place:
            filename, line = str(place[0]), int(place[1])
            self.__code__ = SimpleNamespace(co_filename=filename, co_firstlineno=line)

    @cached_property
    def __signature__(self) -> inspect.Signature:
        reply, _ = self.module.session.request({"do": "signature", "of": self.there()})
        if reply["parameters"] is None:
            raise ValueError("it has no signature")
        empty = inspect.Parameter.empty
        return inspect.Signature(
            [
                inspect.Parameter(str(name), _KINDS[kind], default=None if optional else empty)
                for name, kind, optional in reply["parameters"]
            ]
        )

    def there(self) -> int:
        """Its number in the process that there is now; `Ended` where that has no such function."""
        session = self.module.session
        session.revive()
        if self.process != session.processes:
            raise Ended("it is not there any more when the file is loaded again")
        return self.number

    def __call__(self, *places: object, **named: object) -> Any:
        """What it returns."""
        return self.answer(places, named).returned

    def answer(
        self, places: tuple[object, ...], named: Mapping[str, object], looked: tuple[int, ...] = ()
    ) -> RemoteAnswer:
        """One call; ``looked`` are the places of the arguments whose memory is looked at."""
        return self.module.session.call(self, places, named, looked)


class RemoteNamespace(dict[str, Any]):
    """The names of a module over there; what a name is given here, it is given there."""

    def __init__(self, module: RemoteModule) -> None:
        super().__init__()
        self.module = module
        self.own: dict[str, object] = {}  # as the submission has it
        self.given: dict[str, object] = {}  # and what it was given in its place

    def __setitem__(self, name: str, value: object) -> None:
        self.update({name: value})

    def update(self, new: Mapping[str, object]) -> None:  # type: ignore[override]
        """Has names stand for something else."""
        new = {name: value for name, value in new.items() if self.get(name) is not value}
        super().update(new)
        for name, value in new.items():
            if self.own.get(name) is value:
                self.given.pop(name, None)
            else:
                self.given[name] = value
        if new:
            self.module.bind(new)

    def learn(self, new: Mapping[str, object], gone: list[str]) -> None:
        """Takes note of what the submission itself has done."""
        for name in gone:
            self.pop(name, None)
            self.own.pop(name, None)
        super().update({name: v for name, v in new.items() if name not in self.given})
        self.own.update(new)


@dataclass
class RemoteModule:
    """A module over there, and how it came about: for another process, should this one end."""

    session: Connection
    name: str
    file: Path
    root: Path
    load: Load
    number: int = -1
    process: int = 0
    steps: list[tuple[CodeType, set[tuple[str, int]], float]] = field(default_factory=list)
    functions: dict[tuple[str, int], RemoteFunction] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.namespace = RemoteNamespace(self)
        self._make()

    @property
    def live(self) -> RemoteModule:
        """It stands for itself."""
        return self

    def _make(self) -> None:
        paths = {"file": str(self.file), "root": str(self.root)}
        asked = {"name": self.name, **paths, "course": [*COMPUTED]}
        reply, _ = self.session.request({"do": "module", **asked})
        self.number, self.process = int(reply["module"]), self.session.processes
        self.session.modules[self.number] = self
        self.counts.clear()
        dict.__setitem__(self.namespace, "__name__", self.name)

    def run(self, code: CodeType, guarded: set[tuple[str, int]], longest: float) -> str:
        """Executes one statement; the reason in words, where that fails."""
        reason = self._run(code, guarded, longest)
        again = AGAIN if reason == of_late(longest) else longest
        self.steps.append((code, guarded, again))
        return reason

    def _run(self, code: CodeType, guarded: set[tuple[str, int]], longest: float) -> str:
        asked = {"do": "run", "module": self.number, "guarded": guarded, "longest": longest}
        reply, _ = self.session.request({**asked, "code": marshal.dumps(code)}, 1.5 * longest)
        with reading():
            new = {
                str(name): self._mirrored(str(name), *what) for name, what in reply["new"].items()
            }
            self.namespace.learn(new, list(map(str, reply["gone"])))
            return str(reply["reason"])[:300]

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Around the statements of the module."""
        self.session.request({"do": "begin", "module": self.number})
        yield
        reply, _ = self.session.request({"do": "end", "module": self.number})
        with reading():
            self.session.learn(reply["record"])

    def load_again(self) -> None:
        """Brings it about in another process, if it is not there."""
        if self.process == self.session.processes:
            return
        self._make()
        with self.loading():
            for code, guarded, longest in self.steps:
                self._run(code, guarded, longest)
        self._bind(self.namespace.given)

    def bind(self, new: Mapping[str, object]) -> None:
        """Has names stand over there for functions of this process, or for others over there."""
        self.session.revive()
        try:
            self._bind(new)
        except Ended:  # what was called before has left something that ends the process now
            self.session.revive()

    def _bind(self, new: Mapping[str, object]) -> None:
        self.session.request(
            {
                "do": "bind",
                "module": self.number,
                "names": {name: self._chosen(value) for name, value in new.items()},
            }
        )

    def _chosen(self, value: Any) -> list[object]:
        if isinstance(value, RemoteFunction):
            return ["own", value.there()]
        if isinstance(value, ModuleType):
            return ["numpy", ""]
        for name, helper in HELPERS.items():
            if value is helper:
                return ["helper", name]
        return ["served", self.session.serve(value)]

    def _mirrored(self, name: str, kind: str, *what: Any) -> object:
        if kind == "function":
            self.counts[name] += 1  # the same one as in the last process, if it comes up as often
            key = name, self.counts[name]
            function = self.functions.setdefault(key, RemoteFunction(self, name))
            function.learn(int(what[0]), what[1])
            return function
        if kind == "single":
            return np.float32
        if kind == "stand-in":
            return StandIn("", self.session.record)
        if kind == "class":
            known = {str(one): None for one in what[2] if not str(one).startswith("__")}
            return type(str(what[0]), (), known | {"__module__": str(what[1])})
        return None


@contextmanager
def reading() -> Iterator[None]:
    """Around what reads a message: a message of another form is `Malformed`."""
    try:
        yield
    except UNREADABLE as error:
        raise Malformed(FORGED) from error


def raised_there(
    kind: object, text: object, line: Any, undefined: object, misused: object, ours: object
) -> Raised:
    """What is said of an exception, if it is of that form."""
    line = None if line is None else int(line)
    return Raised(
        str(kind)[:100], str(text)[:200], line, str(undefined)[:200], bool(misused), bool(ours)
    )
