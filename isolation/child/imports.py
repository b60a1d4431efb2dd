"""What a submission gets when it imports: the real module, the course's helpers, or a stand-in.

A submission is executed with an ``__import__`` of its own, which lies in its ``__builtins__``: no
hook of the interpreter is touched, and imports inside its functions go the same way later on.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from types import FunctionType, ModuleType

from .progress import PROGRESS

COURSE_MODULE = "rnn_utils"

_NOT_LOADED = frozenset({
    "bokeh", "cellcheck", "cv2", "flax", "google", "IPython", "ipywidgets", "jax", "keras",
    "matplotlib", "mpl_toolkits", "mxnet", "nltk", "pandas", "PIL", "plotly", "pylab", "seaborn",
    "skimage", "sklearn", "tensorflow", "theano", "torch", "torchvision", "transformers",
})  # fmt: skip
"""Modules that a cell has no need of and that take long to load, or act on the screen."""


class StandInUsed(Exception):
    """The code under test uses a module that is not here."""


@dataclass
class Record:
    """What the imports of one submission came to, its sibling modules' included."""

    loading: bool = False
    stand_ins: dict[str, None] = field(default_factory=dict)
    star_imports: dict[str, None] = field(default_factory=dict)
    siblings: dict[str, None] = field(default_factory=dict)
    guarded: set[tuple[str, int]] = field(default_factory=set)
    installed: dict[str, bool] = field(default_factory=dict)


class StandIn:
    """In the place of a module, or of anything in it, that is not here.

    While the file is loaded it takes part in everything, and as a decorator changes nothing; once
    the functions are judged, whatever uses it raises :class:`StandInUsed`.
    """

    def __init__(self, module: str, record: Record) -> None:
        self._module = module
        self._record = record
        self.__all__: list[str] = []  # `from module import *` takes nothing

    def __getattr__(self, name: str) -> StandIn:
        if name in ("_module", "_record") or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return StandIn(self._module, self._record)

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Give a decorated function back as it is; any other call is a use."""
        if self._record.loading and len(args) == 1 and isinstance(args[0], FunctionType | type):
            return args[0]
        return self._use()

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<stand-in for {self._module}>"

    def __iter__(self) -> Iterator[object]:
        raise self._used()

    def __bool__(self) -> bool:
        raise self._used()

    def __len__(self) -> int:
        raise self._used()

    def __array__(self, *args: object, **kwargs: object) -> object:
        raise self._used()

    def _use(self, *args: object) -> StandIn:
        if self._record.loading:
            return self
        raise self._used()

    def _used(self) -> StandInUsed:
        return StandInUsed(f"this uses `{self._module}`, which is not here")


_OPERATIONS = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor",
    "radd", "rsub", "rmul", "rmatmul", "rtruediv", "rfloordiv", "rmod", "rpow", "ror",
    "neg", "pos", "abs", "invert", "lt", "le", "gt", "ge",
    "getitem", "setitem", "delitem", "contains", "enter", "exit",
)  # fmt: skip
for _operation in _OPERATIONS:
    setattr(StandIn, f"__{_operation}__", StandIn._use)
for _conversion in ("float", "int", "index", "complex"):
    setattr(StandIn, f"__{_conversion}__", StandIn.__len__)


@dataclass
class Imports:
    """The ``__import__`` of one module, which lies in ``folder``.

    Modules beside the submission are looked for in ``root``, its own folder, and below; ``load``
    reads one, and gives None when it is not there or cannot be read. ``course`` gives what is in
    the course's module of helpers.
    """

    folder: Path
    root: Path
    record: Record
    load: Callable[[Path], ModuleType | None]
    course: Callable[[], Mapping[str, object]]

    def __call__(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType | StandIn:
        """Import as the language does, but do not fail for a module that is not here."""
        wanted = tuple(fromlist or ())
        top = name.partition(".")[0]
        found: ModuleType | StandIn | None = None
        if level:
            found = self._relative(name, wanted, level)
        elif top == COURSE_MODULE:
            found = _made_module(name, wanted, self.course())
        elif top == "tqdm":
            found = _made_module(name, wanted, PROGRESS)
        elif top not in _NOT_LOADED:
            installed = self._is_installed(top)
            found = (self._installed if installed else self._sibling)(name, wanted)
        if found is None:
            frame = sys._getframe(1)
            if (frame.f_code.co_filename, frame.f_lineno) in self.record.guarded:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            found = self._stand_in(name or ".", wanted)
        return found

    def _is_installed(self, top: str) -> bool:
        """Whether the standard library or an installed package offers a module of this name."""
        known = self.record.installed
        if top not in known:
            with self._apart():
                spec = None if top in sys.stdlib_module_names else PathFinder.find_spec(top)
            # A folder without an __init__.py is no package that anybody installed.
            offered = spec is not None and spec.origin is not None
            known[top] = offered or top in sys.stdlib_module_names or top == "numpy"
        return known[top]

    def _installed(self, name: str, wanted: tuple[str, ...]) -> ModuleType | None:
        top = name.partition(".")[0]
        with nullcontext() if name in sys.modules else self._apart():
            for attempt in (name,) if wanted else (name, top):
                try:
                    return builtins.__import__(attempt, None, None, wanted, 0)
                except Exception:
                    continue
        return None

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """Keep the submission's folder, and the current one, out of the search for modules."""
        before = list(sys.path)
        own = {os.path.realpath(folder) for folder in (self.root, self.folder, os.curdir)}
        sys.path[:] = [entry for entry in before if os.path.realpath(entry or ".") not in own]
        try:
            yield
        finally:
            sys.path[:] = before

    def _relative(self, name: str, wanted: tuple[str, ...], level: int) -> ModuleType | None:
        base = self.folder.parents[level - 2] if level > 1 else self.folder
        if not base.is_relative_to(self.root):
            return None
        if name:
            return self._sibling(name, wanted or ("",), base)
        package = ModuleType(base.name)
        for part in wanted:
            setattr(package, part, self._read(base / part) or self._stand_in(part, ()))
        return package

    def _sibling(
        self, name: str, wanted: tuple[str, ...], base: Path | None = None
    ) -> ModuleType | None:
        """A module or package beside the submission."""
        path, module = base or self.root, None
        for part in name.split("."):  # a package comes before what is in it
            path /= part
            module = self._read(path)
        if module is None:
            return None
        for part in wanted:
            if part and not hasattr(module, part) and (child := self._read(path / part)):
                setattr(module, part, child)
        if wanted:
            return module
        while path.parent != self.root:
            parent = self._read(path.parent) or ModuleType(path.parent.name)
            setattr(parent, path.name, module)
            module, path = parent, path.parent
        return module

    def _read(self, path: Path) -> ModuleType | None:
        for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
            if module := self.load(file):
                self.record.siblings[str(file.relative_to(self.root))] = None
                return module
        return None

    def _stand_in(self, name: str, wanted: tuple[str, ...]) -> StandIn:
        top = name.partition(".")[0]
        module = name if top in ("google", "", *self._offered()) else top
        kept = self.record.star_imports if wanted == ("*",) else self.record.stand_ins
        kept[module] = None
        return StandIn(module, self.record)

    def _offered(self) -> Iterator[str]:
        return (top for top, offered in self.record.installed.items() if offered)


def _made_module(name: str, wanted: tuple[str, ...], given: Mapping[str, object]) -> ModuleType:
    """A module, and any submodule of it, that has what is given."""
    module = ModuleType(name if wanted else name.partition(".")[0])
    vars(module).update(given)
    for part in name.split(".")[1:]:
        setattr(module, part, module)
    return module


def guarded_imports(tree: ast.AST) -> Iterator[int]:
    """The lines of imports whose failure the code itself handles: those must really fail."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_handles_import(item) for item in node.handlers):
            for part in (part for item in node.body for part in ast.walk(item)):
                if isinstance(part, ast.Import | ast.ImportFrom):
                    yield part.lineno


def _handles_import(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {part.id for part in ast.walk(handler.type) if isinstance(part, ast.Name)}
    return bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
