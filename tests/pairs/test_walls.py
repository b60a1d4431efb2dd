"""Behind walls a pair gets the same verdict, on the same case, as in the process itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellcheck import PairReport
from cellcheck.engine.pairs import judge_declared
from cellcheck.isolation.child.walls import Limits
from cellcheck.isolation.parent.fork_server import ForkServer, possible
from cellcheck.isolation.parent.session import Session
from cellcheck.submissions import open_submission

from .layers import LAYERS, Layer
from .test_layers import judged, loaded, source

pytestmark = pytest.mark.skipif(not possible(), reason="no process of its own here")

SENT = [layer for layer in LAYERS if "draw" not in layer.options]


@pytest.fixture(scope="module")
def fork_server() -> Iterator[ForkServer]:
    with ForkServer() as server:
        yield server


def behind_walls(server: ForkServer, file: Path, layer: Layer) -> PairReport:
    """What becomes of a layer that an adapter declares for its file."""
    forward, backward = layer.functions
    options = "".join(f", {name}={value!r}" for name, value in layer.options.items())
    adapter = file.with_name("adapter.py")
    adapter.write_text(f"check_pair({forward}, {backward}, {dict(layer.shapes)!r}{options})\n")
    session = Session(server, Limits())
    try:
        submission = open_submission(file, session, adapter=str(adapter))
        (declared,) = (one for one in submission.pairs if one.name == (backward or forward))
        return judge_declared(submission, declared, 0).report()
    finally:
        session.close()


@pytest.mark.full
@pytest.mark.parametrize("layer", SENT, ids=lambda layer: layer.name)
def test_a_right_layer_is_judged_alike(
    layer: Layer, fork_server: ForkServer, tmp_path: Path
) -> None:
    file = tmp_path / f"{layer.module}.py"
    file.write_text(source(layer), "utf-8")
    assert str(behind_walls(fork_server, file, layer)) == str(judged(loaded(file), layer))


@pytest.mark.full
@pytest.mark.parametrize("layer", SENT, ids=lambda layer: layer.name)
def test_a_mistake_is_told_alike(layer: Layer, fork_server: ForkServer, tmp_path: Path) -> None:
    old, new = layer.mistakes[0]
    file = tmp_path / f"{layer.module}.py"
    file.write_text(source(layer).replace(old, new), "utf-8")
    here, there = judged(loaded(file), layer), behind_walls(fork_server, file, layer)
    assert str(unmended(there)) == str(unmended(here))
    assert there.line == here.line or not there.match


def unmended(report: PairReport) -> PairReport:
    """A report without what the repair search tells, which changes code in its own process only."""
    return replace(report, line=None, source="", suggestion="", match="")
