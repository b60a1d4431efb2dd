"""How pytest runs the laws, and the tool's own tests.

Read only when tests of cellcheck are collected; the options are in ``plugin.py``.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import (
    DirectoryBasedExampleDatabase,
    ExampleDatabase,
    GitHubArtifactDatabase,
    MultiplexedDatabase,
    ReadOnlyDatabase,
)

from cellcheck.plugin import PROFILES, SUBMISSION


def pytest_configure(config: pytest.Config) -> None:
    """Register the Hypothesis profiles.

    Each says all that Hypothesis' own profile for CI changes: that one is the parent where it is
    active, and would leave no database and the same examples every day.
    """
    database = _database(config)
    for name, examples in PROFILES.items():
        settings.register_profile(
            f"cellcheck-{name}",
            max_examples=examples,
            database=database,
            deadline=None,
            derandomize=False,
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow],
        )


def _database(config: pytest.Config) -> ExampleDatabase:
    """Where failing cases are kept, and where else they are looked for."""
    local = DirectoryBasedExampleDatabase(config.rootpath / ".hypothesis" / "examples")
    shared: str | None = config.option.cellcheck_examples
    if not shared:
        return local
    owner, _, repository = shared.partition("/")
    return MultiplexedDatabase(local, ReadOnlyDatabase(GitHubArtifactDatabase(owner, repository)))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Have the profile in force while the tests below this folder are imported, and no longer.

    ``@given`` takes its settings when a test is defined, so this is enough; tests of others that
    run in the same session keep theirs.
    """
    before = settings.get_current_profile_name()
    settings.load_profile(f"cellcheck-{collector.config.option.cellcheck_profile}")
    try:
        return (yield)
    finally:
        settings.load_profile(before)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tool's own tests when a submission is judged, and where none with pairs is,
    those of pairs.
    """
    here = Path(__file__).parent
    submission = config.stash.get(SUBMISSION, None)
    if collection_path == here / "properties" / "test_pairs.py":
        return None if submission is not None and submission.pairs else True
    own = collection_path.is_relative_to(here / "tests")
    return True if submission is not None and own else None
