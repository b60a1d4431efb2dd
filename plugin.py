"""What pytest must know before it collects: the options, the submission, the names of our modules.

Every pytest run on a machine that has cellcheck installed loads this module, whatever it tests:
it imports nothing but pytest, and leaves alone what is not cellcheck's own.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent

#: Where the opened submission is kept in ``config.stash``, and what is known to be wrong with it.
SUBMISSION, KNOWN = pytest.StashKey[Any](), pytest.StashKey[Any]()

#: Examples that each law is given.
PROFILES = {"quick": 30, "default": 100, "thorough": 1000}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options here: those of a packaged conftest are unknown to ``--pyargs``."""
    group = parser.getgroup("cellcheck", "cellcheck: laws of recurrent cells")
    group.addoption(
        "--submission",
        metavar="FILE",
        help="hold the functions of this .py, .ipynb or .md file against the laws, "
        "in place of the reference cells",
    )
    group.addoption(
        "--cellcheck-profile",
        choices=tuple(PROFILES),
        help="how many examples each law is given: "
        + ", ".join(f"{name} {examples}" for name, examples in PROFILES.items())
        + " (default: default, or for a submission what pyproject.toml says)",
    )
    group.addoption(
        "--cellcheck-baseline",
        metavar="FILE",
        help="let only faults of the submission fail that are not in this file of `cellcheck check "
        "--write-baseline`",
    )
    group.addoption(
        "--cellcheck-examples",
        metavar="OWNER/REPO",
        help="try the failing cases first that CI has kept for this repository on GitHub, as the "
        "artifact hypothesis-example-db",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Look at the options before anything is collected, so that a bad one costs one sentence."""
    shared = config.option.cellcheck_examples
    if shared is not None and not re.fullmatch(r"[^/]+/[^/]+", shared):
        raise pytest.UsageError(f"--cellcheck-examples is {shared}: write OWNER/REPO.")
    if config.option.submission is not None:
        _open(config)
    elif config.option.cellcheck_baseline is not None:
        raise pytest.UsageError("--cellcheck-baseline needs a --submission.")
    config.option.cellcheck_profile = config.option.cellcheck_profile or "default"


def _open(config: pytest.Config) -> None:
    """Open the submission as the folder's ``[tool.cellcheck]`` settles it."""
    from dataclasses import replace

    from . import baseline
    from .configuration import Misconfigured, configured
    from .submissions import Unreadable, open_submission

    option = config.option
    try:
        settled = configured(Path.cwd())
        file = option.cellcheck_baseline
        known = baseline.read(file) if file else baseline.Known()
        config.stash[KNOWN] = replace(known, expected=settled.expected)
        config.stash[SUBMISSION] = open_submission(Path(option.submission), names=settled.names)
    except (Misconfigured, Unreadable) as error:
        raise pytest.UsageError(str(error)) from None
    option.cellcheck_profile = option.cellcheck_profile or settled.profile
    # What the submission lacks is skipped, and shown even where no ini file asks for it; so is what
    # is known to be wrong.
    option.reportchars += "sx"


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name the file that is judged."""
    return config.option.submission and f"submission: {config.option.submission}"


@pytest.fixture(scope="session")
def submission(pytestconfig: pytest.Config) -> object:
    """The opened submission of ``--submission``, or None."""
    return pytestconfig.stash.get(SUBMISSION, None)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Dir | None:
    """Collect a room as a mere folder: as a package, pytest would import it by a wrong name."""
    return pytest.Dir.from_parent(parent, path=path) if path.is_relative_to(HERE) else None


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Collect a test module of cellcheck's by its true name.

    Where a submission is judged its id does not tell where cellcheck is installed: Hypothesis keeps
    failing cases under it, and one machine's are to be found on another.
    """
    if not module_path.is_relative_to(HERE):
        return None
    named: Any = {"nodeid": module_path.name} if parent.config.option.submission else {}
    return OwnModule.from_parent(parent, path=module_path, **named)


class OwnModule(pytest.Module):
    """A test module inside the package.

    In a checkout pytest would go by the folder's name, import ``main.properties.test_x``, and with
    it a second copy of every room that the first one imports.
    """

    def _getobj(self) -> ModuleType:
        parts = self.path.relative_to(HERE).with_suffix("").parts
        return importlib.import_module(".".join(("cellcheck", *parts)))
