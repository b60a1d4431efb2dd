"""What is said where a framework is not installed."""

from __future__ import annotations

from importlib.util import find_spec


def required(framework: str) -> None:
    """Raises `ImportError`, in a sentence that says what to do, where it is not installed."""
    if find_spec(framework) is None:
        raise ImportError(
            f"cellcheck.{framework} needs {framework}, which is not installed; install it with: "
            f"python -m pip install 'cellcheck[{framework}]'"
        )
