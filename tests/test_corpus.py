"""The corpus is what it claims to be: every fault plants, once, where it says."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from .planted import FAULTS, Fault, correct_source, plant

CORRECT = Path(__file__).resolve().parent / "correct"


@cache
def functions(source: str) -> dict[str, str]:
    """The text of each top-level function."""
    lines = source.splitlines()
    return {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.full
def test_a_fault_changes_its_function_and_no_other() -> None:
    for fault in FAULTS:
        correct, planted = functions(correct_source(fault.style)), functions(plant(fault))
        assert correct.keys() == planted.keys(), fault.name
        changed = [name for name in correct if correct[name] != planted[name]]
        in_function = fault.own_name in correct  # else it is in a table of the module
        assert changed == [fault.own_name] * in_function, fault.name


def test_the_line_of_a_fault_stands_in_its_source() -> None:
    for fault in FAULTS:
        if fault.line:
            assert fault.line in (line.strip() for line in plant(fault).splitlines())


def test_names_are_unique() -> None:
    assert [name for name, n in Counter(fault.name for fault in FAULTS).items() if n > 1] == []


def test_names_are_words_in_lower_case() -> None:
    odd = [f.name for f in FAULTS if not f.name.isidentifier() or f.name != f.name.lower()]
    assert odd == []


def test_no_two_faults_are_one() -> None:
    first: dict[str, str] = {}
    for fault in FAULTS:
        other = first.setdefault(plant(fault), fault.name)
        assert other == fault.name


def test_every_style_and_every_function_have_faults() -> None:
    assert len(FAULTS) >= 100
    assert min(Counter(fault.style for fault in FAULTS).values()) >= 4
    families = (functions(correct_source(style)) for style in ("a", "gru"))
    assert {fault.function for fault in FAULTS} == set().union(*families)


@pytest.mark.parametrize(("times", "old"), [(0, "np.tanh(y)"), (3, "x")])
def test_a_text_that_does_not_stand_once_is_refused(times: int, old: str) -> None:
    fault = Fault("wrong", "sigmoid", "a", ((old, "z"),))
    with pytest.raises(ValueError, match=f"stands {times} times in sigmoid"):
        plant(fault)


def test_an_unknown_function_is_refused() -> None:
    with pytest.raises(ValueError, match="no function other_forward"):
        plant(Fault("wrong", "other_forward", "a", ()))


def test_a_correct_file_parses_and_says_its_style() -> None:
    for path in CORRECT.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path.name
        assert not path.stem.startswith("test_")
