"""In a notebook: ``cellcheck.check(globals())``, and ``%%cellcheck`` at the top of a cell.

The functions are judged in the kernel itself, as they are alive there.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .configuration import HINTS, PROFILES, Misconfigured, allowed_hint, configured
from .storage import hypothesis_elsewhere

if TYPE_CHECKING:
    from .engine import Check, FunctionReport, Settings, SubmissionReport
    from .reading.files import Block
    from .reports._display import Display
    from .submissions import Submission


class History(Protocol):
    """What IPython remembers of the cells that were run."""

    input_hist_raw: list[str]


class CellRun(Protocol):
    """What became of a cell that IPython ran."""

    success: bool


class Compiler(Protocol):
    """How IPython names the code of a cell."""

    def format_code_name(self, name: str) -> tuple[str, str] | None:
        """``("Cell", "In[4]")`` for the file name of a cell's code."""


class Shell(Protocol):
    """What is used of IPython's shell."""

    user_ns: dict[str, object]
    execution_count: int
    history_manager: History
    compile: Compiler

    def run_cell(self, raw_cell: str, store_history: bool = False) -> CellRun:
        """Runs a text as a cell."""

    def register_magic_function(self, func: Callable[..., object], magic_kind: str) -> None:
        """Has ``%%NAME`` call a function."""


TITLE = "this notebook"
"""What stands in the place of a path."""


def check(
    functions: Mapping[str, object] | Iterable[Callable[..., object]],
    *,
    hint: str | None = None,
    profile: str | None = None,
    seed: int = 0,
) -> Display:
    """Checks the functions that ``globals()`` define, or those of a list, in this process.

    What it gives shows itself in a notebook, and as text elsewhere; ``report`` is what was found.
    ``hint`` says how much is told of a mistake (``"concept"``, ``"place"`` or ``"fix"``, up to what
    the course allows), ``profile`` how many cases are tried (``"quick"``, ``"default"`` or
    ``"thorough"``); another ``seed`` draws others. Raises `TypeError` or `ValueError` for other
    arguments.
    """
    _must_be("hint", hint, (None, *HINTS))
    _must_be("profile", profile, (None, *PROFILES))
    given = None if isinstance(functions, Mapping) else _listed(functions)
    namespace = functions if isinstance(functions, Mapping) else _globals_of(given or [])
    return _checked(namespace, given, hint, profile, seed)


def load_ipython_extension(shell: Shell) -> None:
    """What ``%load_ext cellcheck`` does: then ``%%cellcheck`` checks what a cell defines."""
    from IPython.core.error import UsageError

    def cellcheck(line: str, cell: str) -> Display | None:
        """Run the cell, then check the functions that it defines."""
        if line.strip():
            raise UsageError("%%cellcheck takes nothing else on its line.")
        number, done = _run(shell, cell)
        return _checked(shell.user_ns, cell=number) if done else None

    shell.register_magic_function(cellcheck, "cell")


def _run(shell: Shell, cell: str) -> tuple[int, bool]:
    """Runs what stands below the magic, as a part of its cell: the cell's number, and success."""
    number, counted = len(shell.history_manager.input_hist_raw) - 1, shell.execution_count
    shell.execution_count = number
    try:  # the line of the magic is a line of the cell, too
        return number, shell.run_cell(f"# %%cellcheck\n{cell}", store_history=False).success
    finally:
        shell.execution_count = counted


def _must_be(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; it can be {', '.join(map(repr, allowed))}.")


def _listed(functions: object) -> list[Callable[..., object]]:
    listed = [*functions] if isinstance(functions, Iterable) else []
    if isinstance(functions, str) or not listed or not all(map(callable, listed)):
        raise TypeError("cellcheck.check takes globals(), or a list of functions.")
    return listed


def _globals_of(functions: list[Callable[..., object]]) -> Mapping[str, object]:
    """The globals of the first function that has any."""
    from inspect import unwrap

    found = (getattr(unwrap(function), "__globals__", None) for function in functions)
    return next((namespace for namespace in found if namespace is not None), {})


def _checked(
    namespace: Mapping[str, object],
    functions: list[Callable[..., object]] | None = None,
    hint: str | None = None,
    profile: str | None = None,
    seed: int = 0,
    cell: int | None = None,
) -> Display:
    """What becomes of the functions; of those alone that a ``cell`` defines, where it is given."""
    started = time.monotonic()
    with hypothesis_elsewhere():
        from .engine import Settings, SubmissionReport
        from .reports._display import Display
        from .submissions import Unreadable

        settings = Settings(seed=seed, verbose=True, pictures=True)
        try:
            course = configured(Path.cwd())
            settings = replace(
                settings,
                profile=profile or course.profile,
                hint=allowed_hint(hint, Path.cwd()),
                names=course.names,
            )
            submission = _opened(namespace, functions, settings.names)
            if cell is not None:
                settings = replace(settings, functions=_of_cell(submission, cell))
            report = _judged(submission, settings, started)
            if functions is not None:  # what else there could be was not asked for
                report = replace(report, functions=tuple(f for f in report.functions if f.found_as))
        except (Misconfigured, Unreadable) as reason:
            report = SubmissionReport(TITLE, str(reason), time.monotonic() - started)
    return Display(report, settings)


def _judged(submission: Submission, settings: Settings, started: float) -> SubmissionReport:
    from .engine import Check
    from .engine.file_report import concluded
    from .reports._hints import hinted

    done = Check(submission, TITLE, settings, lambda name: None)
    return hinted(concluded(done, started, _diagnose), settings.hint)


def _diagnose(done: Check, reports: list[FunctionReport]) -> list[FunctionReport]:
    """The reports with the mistakes named; imported only where there is one."""
    from .diagnosis import diagnose

    return diagnose(done, reports)


def _opened(
    namespace: Mapping[str, object],
    functions: list[Callable[..., object]] | None,
    names: Mapping[str, str],
) -> Submission:
    """The functions with what the kernel knows of its cells, if this is one."""
    from .submissions.kernel import open_live

    shell = _shell()
    if shell is None or shell.user_ns is not namespace:
        return open_live(namespace, functions, title=TITLE, names=names)
    return open_live(
        namespace,
        functions,
        title=TITLE,
        cells=_history(shell),
        cell_of=lambda filename: _number(shell.compile.format_code_name(filename)),
        names=names,
    )


def _shell() -> Shell | None:
    """The shell of IPython that this runs in, if it does."""
    ipython = sys.modules.get("IPython")
    shell: Shell | None = ipython.get_ipython() if ipython else None
    return shell


def _history(shell: Shell) -> list[Block]:
    """The cells in the order in which they were run, by the numbers beside them."""
    from .reading.files import Block

    texts = enumerate(shell.history_manager.input_hist_raw)
    return [Block(text, cell=number) for number, text in texts if text.strip()]


def _number(label: tuple[str, str] | None) -> int | None:
    """The number in ``("Cell", "In[4]")``."""
    found = re.fullmatch(r"In\[(\d+)\]", label[1]) if label else None
    return int(found[1]) if found else None


def _of_cell(submission: Submission, cell: int) -> tuple[str, ...]:
    """The contracts' names of the functions that a cell defines."""
    from .submissions import Unreadable

    names = tuple(name for name, d in submission.found.items() if d.cell == cell)
    if not names:
        raise Unreadable("This cell defines no function that cellcheck knows.")
    return names
