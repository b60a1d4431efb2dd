"""Where Hypothesis keeps its files while a person's functions are checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def hypothesis_elsewhere() -> Iterator[None]:
    """Keep Hypothesis' files out of the current folder, which is the user's."""
    variable = "HYPOTHESIS_STORAGE_DIRECTORY"  # Hypothesis looks it up at its first write
    if variable in os.environ:
        yield
        return
    from platformdirs import user_cache_path

    with ExitStack() as stack:
        folder = user_cache_path("cellcheck") / "hypothesis"
        if not _is_writable(folder):
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="cellcheck-")))
        os.environ[variable] = str(folder)
        stack.callback(os.environ.pop, variable)
        yield


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
