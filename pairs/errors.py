"""What a pair's calls and laws raise."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

Function = Callable[..., Any]


class Misuse(ValueError):
    """A pair and its declaration do not fit together: a sentence that says what to do."""


class CaseRefused(Exception):
    """The forward function takes no such input; ``line`` is where it raises, if that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


class PairCrash(Exception):
    """What the code raises, in words, and the line of its file, if that is known.

    ``is_end`` says that it comes to no end, or ends its process: it is not called again.
    """

    def __init__(self, text: str, line: int | None = None, *, is_end: bool = False) -> None:
        super().__init__(text)
        self.text, self.line, self.is_end = text, line, is_end


class Undecided(Exception):
    """A law that says nothing of this case, and why."""


class Broken(Exception):
    """A law that a case breaks.

    ``tensors`` are the inputs whose gradients are wrong, or what else it is about; ``check`` are
    the last lines of code that shows it, where there are such; ``line`` is the one at fault.
    """

    def __init__(
        self,
        message: str,
        *tensors: str,
        check: tuple[str, ...] = (),
        line: int | None = None,
        right: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message, self.tensors, self.check, self.line = message, tensors, check, line
        self.right = right


@contextlib.contextmanager
def crashes_of(function: Function) -> Iterator[None]:
    """Around a call of a function: what it raises is a `PairCrash`."""
    try:
        yield
    except (Misuse, Broken, PairCrash):
        raise
    except Exception as error:  # whatever the code raises
        raise PairCrash(raised(error), line_of(error, function)) from error


def raised(error: BaseException) -> str:
    """An exception in words."""
    text = " ".join(str(error).split())
    return type(error).__name__ + (f": {text}" if text else "")


def line_of(error: BaseException, function: Function) -> int | None:
    """The line of a function's file at which an exception arose, as deep as it is there."""
    code = code_of(function)
    if code is None:
        return None
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == code.co_filename]
    return lines[-1] if lines else None


def code_of(function: Function) -> CodeType | None:
    """The code of a function, a method or what is wrapped in one; nothing for a built-in."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None
