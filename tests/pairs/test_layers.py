"""Layers and losses of deep learning: right ones are held, and the mistakes in each fail."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from textwrap import indent
from types import ModuleType

import pytest

from cellcheck import PairReport, check_pair

from ..tiers import sampled
from .layers import LAYERS, UNTOLD, Layer

HERE = Path(__file__).parent
MISTAKES = [(layer, which) for layer in LAYERS for which in layer.mistakes]


def judged(module: ModuleType, layer: Layer, seed: int = 0, cases: int = 12) -> PairReport:
    forward, backward = layer.functions
    return check_pair(
        getattr(module, forward),
        getattr(module, backward) if backward else None,
        layer.shapes,
        seed=seed,
        cases=cases,
        **layer.options,
    )


def loaded(path: Path) -> ModuleType:
    """The module of a file, whose text may be changed twice within a second: so none is kept."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)
        spec.loader.exec_module(module)
    return module


def source(layer: Layer) -> str:
    return (HERE / f"{layer.module}.py").read_text("utf-8")


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_right_layer_is_held(layer: Layer) -> None:
    report = judged(loaded(HERE / f"{layer.module}.py"), layer, cases=5)
    assert report.verdict == "held", str(report)
    assert report.cases >= 4


@pytest.mark.full
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_right_layer_is_held_on_many_seeds(layer: Layer) -> None:
    module = loaded(HERE / f"{layer.module}.py")
    reports = [judged(module, layer, seed) for seed in range(20)]
    assert [str(r) for r in reports if r.verdict != "held"] == []


@pytest.mark.parametrize("mistake", sampled(MISTAKES, 96), ids=lambda pair: pair[0].name)
def test_a_mistake_fails_at_its_line(
    mistake: tuple[Layer, tuple[str, str]], tmp_path: Path
) -> None:
    layer, (old, new) = mistake
    text = source(layer)
    assert text.count(old) == 1
    path = tmp_path / f"{layer.module}.py"
    path.write_text(text.replace(old, new), "utf-8")
    report = judged(loaded(path), layer)
    assert report.verdict == "failed"
    wrong = path.read_text("utf-8").splitlines()
    pairs = enumerate(zip(text.splitlines(), wrong, strict=True), 1)
    lines = [number for number, (one, other) in pairs if one != other]
    names = tuple(f"def {name}(" for name in layer.functions if name)
    defs = [number for number, line in enumerate(wrong, 1) if line.startswith(names)]
    known = (layer.name, new) not in UNTOLD
    assert report.line in (lines if known else defs), str(report)
    assert (report.match == "") == (not known)
    assert f"line {report.line}" in str(report)
    if report.suggestion:
        own = wrong[report.line - 1]
        margin = own[: len(own) - len(own.lstrip())]
        above, below = wrong[: report.line - 1], wrong[report.line + report.source.count("\n") :]
        corrected = "\n".join([*above, indent(report.suggestion, margin), *below])
        path.write_text(corrected, "utf-8")
        assert judged(loaded(path), layer, seed=1).verdict == "held", report.suggestion


def test_most_lines_are_told() -> None:
    assert {name for name, _ in UNTOLD} <= {layer.name for layer in LAYERS}
    assert len(UNTOLD) <= 0.3 * len(MISTAKES)
