"""The modules of a submission, executed statement by statement as the other side asks."""

from __future__ import annotations

import contextlib
import inspect
import marshal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import CodeType, ModuleType

import numpy as np

from .asking import Asking, alarm_heard
from .common import Common, as_it_was
from .course_helpers import HELPERS
from .imports import Record, StandIn
from .modules import Module
from .objects import Objects
from .values import Encoder
from .wire import Header


class Executing:
    """The modules, each with what the other side knows of its names.

    ``common`` is what all code of the process has in common, since the file was loaded.
    """

    def __init__(self, objects: Objects, asking: Asking) -> None:
        self.objects = objects
        self.asking = asking
        self.common = Common()
        self._record = Record()
        self._modules: list[Module] = []
        self._seen: list[dict[str, object]] = []
        self._open: list[ExitStack] = []

    def module(self, asked: Header, _: Encoder) -> Header:
        """An empty module."""
        number, computed = len(self._modules), asked["course"]
        elsewhere = self.asking.elsewhere
        module = Module(
            asked["name"],
            Path(asked["file"]),
            Path(asked["root"]),
            self._record,
            lambda file: self._sibling(number, file),
            lambda: {"np": np, **HELPERS, **{name: elsewhere(name) for name in computed}},
        )
        self._modules.append(module)
        self._seen.append(dict(module.namespace))
        return {"module": number}

    def loaded(self, number: int) -> Module:
        """A module by its number."""
        return self._modules[number]

    def namespace(self, number: int) -> dict[str, object]:
        """The globals of a module."""
        return self._modules[number].namespace

    def _sibling(self, number: int, file: Path) -> ModuleType | None:
        """A module beside the submission: the other side reads it, and has it executed here."""
        question = {"asks": "sibling", "of": number, "file": str(file)}
        message, _ = self.asking.ask(question, Encoder())
        found = message.get("module")
        return None if found is None else self._modules[found].live

    def begin(self, asked: Header, _: Encoder) -> Header:
        """What goes before the statements of a module."""
        stack = ExitStack()
        stack.enter_context(self._modules[asked["module"]].loading())
        self._open.append(stack)
        return {}

    def end(self, asked: Header, _: Encoder) -> Header:
        """What comes after them."""
        self._open.pop().close()
        self.common = self.common if self._open else Common()  # what it patches there, it has
        record = self._record
        lists = (record.stand_ins, record.star_imports, record.siblings)
        return {"record": [[*names][:100] for names in lists]}

    def run(self, asked: Header, _: Encoder) -> Header:
        """One statement, and what it changed."""
        number = asked["module"]
        code, longest = marshal.loads(asked["code"]), asked["longest"]
        with alarm_heard():
            reason = self._modules[number].run(code, asked["guarded"], longest)
        as_it_was()
        return {"reason": reason, **self._news(number)}

    def _news(self, number: int) -> Header:
        """What names of a module stand for something else than before, and which are gone."""
        now, before = self._modules[number].namespace, self._seen[number]
        new = {
            name: self._described(value)
            for name, value in now.items()
            if type(name) is str and before.get(name, self) is not value
        }
        gone = [name for name in before if name not in now]
        self._seen[number] = dict(now)
        return {"new": new, "gone": gone}

    def _described(self, value: object) -> list[object]:
        with contextlib.suppress(Exception):  # its class may answer such questions as it likes
            return self._description(value)
        return ["value"]

    def _description(self, value: object) -> list[object]:
        if isinstance(value, StandIn):
            return ["stand-in"]
        if value is np.float32 or (isinstance(value, np.dtype) and value == np.float32):
            return ["single"]
        if isinstance(value, type):
            return ["class", value.__name__, str(value.__module__), [*vars(value)][:200]]
        if not callable(value):
            return ["value"]
        code = getattr(value, "__code__", None)
        place = [code.co_filename, code.co_firstlineno] if isinstance(code, CodeType) else None
        return ["function", self.objects.keep_function(value), place]

    def signature(self, asked: Header, _: Encoder) -> Header:
        """The parameters of a function."""
        try:
            parameters = inspect.signature(self.objects[asked["of"]]).parameters.values()
        except BaseException:
            return {"parameters": None}
        empty = inspect.Parameter.empty
        return {"parameters": [[p.name, int(p.kind), p.default is not empty] for p in parameters]}

    def bind(self, asked: Header, _: Encoder) -> Header:
        """Has names of a module stand for something that the other side chose."""
        new = {name: self._chosen(*what) for name, what in asked["names"].items()}
        self._modules[asked["module"]].namespace.update(new)
        self._seen[asked["module"]].update(new)
        return {}

    def _chosen(self, kind: str, what: int | str) -> ModuleType | Callable[..., object]:
        if kind == "numpy":
            return np
        if kind == "helper":
            return HELPERS[str(what)]
        function: Callable[..., object] = (
            self.objects[int(what)] if kind == "own" else self.asking.elsewhere(what)
        )
        return function
