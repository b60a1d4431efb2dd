"""Layers and losses of deep learning: right ones are held, and two mistakes in each fail."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from cellcheck import PairReport, check_pair

from ..tiers import sampled
from .layers import LAYERS, Layer

HERE = Path(__file__).parent
MISTAKES = [(layer, which) for layer in LAYERS for which in (layer.first, layer.second)]


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
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
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


@pytest.mark.parametrize("mistake", sampled(MISTAKES, 17), ids=lambda pair: pair[0].name)
def test_a_mistake_fails_and_no_wrong_line_is_told(
    mistake: tuple[Layer, tuple[str, str]], tmp_path: Path
) -> None:
    layer, (old, new) = mistake
    text = source(layer)
    assert text.count(old) == 1
    path = tmp_path / f"{layer.module}.py"
    path.write_text(text.replace(old, new), "utf-8")
    report = judged(loaded(path), layer)
    assert report.verdict == "failed"
    start = text[: text.index(old)].count("\n") + 1
    lines = range(start, start + old.rstrip("\n").count("\n") + 1)
    names = [f"def {name}(" for name in layer.functions if name]
    defs = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith(tuple(names))]
    assert report.line in (*lines, *defs), str(report)
    assert f"line {report.line}" in str(report)
