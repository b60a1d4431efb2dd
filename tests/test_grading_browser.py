"""The pages of a class in a real browser: from a cell of the table to code that fails as told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cellcheck.cli import cli

from .browsed import (
    NEEDED,
    PHONE,
    By,
    assert_quiet,
    copied,
    headless,
    width,
)
from .graded import CLASS, RIGHT, folder

pytestmark = NEEDED

MARKUP = "<img src=x onerror=pwned()><script>pwned()<" + 90 * "w"
HOSTILE = f'''\
"""</script><script>pwned()</script> {MARKUP}"""
import numpy as np
print("{MARKUP}")

def ᐸscriptᐳ(x):
    raise ValueError("</pre></main>{MARKUP}" + 300 * "long ")

def rnn_cell_forward(xt, a_prev, parameters):
    print("{MARKUP}")
    return ᐸscriptᐳ(xt)  # {MARKUP}

def softmax(x):
    return "{MARKUP}"
'''


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with headless(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with a submission full of markup, graded."""
    root = tmp_path_factory.mktemp("class")
    source = folder(root / "in", {**CLASS, f"{MARKUP}/{MARKUP}.py": HOSTILE})
    command = ["grade", str(source), "--output", str(root / "out"), "--profile", "quick"]
    command += ["--jobs", "2", "--allow-reduced-isolation"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(root / "storage"))
        done = CliRunner().invoke(cli, command, catch_exceptions=False)
    assert done.exit_code == 0
    return root / "out"


def cell(page: Any, student: str, function: str) -> Any:
    """The cell of the table of functions by student."""
    return page.find_element(By.CSS_SELECTOR, f'a[aria-label^="{student}, {function}:"]')


def test_a_cell_of_the_table_leads_to_code_that_fails_as_told(
    browser: Any, output: Path, tmp_path: Path
) -> None:
    browser.get((output / "index.html").as_uri())
    assert cell(browser, "Ada", "rnn_cell_backward").text == "✓"
    cell(browser, "Ben", "rnn_cell_backward").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "Ben"
    browser.find_element(By.CSS_SELECTOR, "tr:target a").click()
    section = browser.find_element(By.CSS_SELECTOR, "section:target")
    assert section.find_element(By.TAG_NAME, "h2").text == "rnn_cell_backward"
    told = section.find_element(By.CSS_SELECTOR, ".compared div:last-child dd").text
    snippet = copied(browser, section)

    def run(source: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "rnn.py").write_text(source, "utf-8")
        command = [sys.executable, "-c", snippet]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run(CLASS["Ben/rnn.py"])
    assert done.returncode == 1 and "AssertionError" in done.stderr
    assert told in done.stderr
    assert run(RIGHT).returncode == 0


def test_who_made_the_same_mistake_stands_together(browser: Any, output: Path) -> None:
    browser.get((output / "index.html").as_uri())
    clusters = browser.find_elements(By.CLASS_NAME, "cluster")
    assert "Ben, Cem" in [cluster.find_element(By.TAG_NAME, "p").text for cluster in clusters]


def pages(output: Path) -> list[Path]:
    return [output / "index.html", *sorted(output.glob("students/*.html"))]


def test_no_page_loads_or_runs_anything(browser: Any, output: Path) -> None:
    assert len(pages(output)) == len(CLASS) + 2
    for path in pages(output):
        browser.get(path.as_uri())
        assert_quiet(browser)
        assert browser.execute_script("return document.scripts.length") == 1


def test_no_page_is_wider_than_a_phone(browser: Any, output: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    too_wide = []
    for path in pages(output):
        browser.get(path.as_uri())
        if width(browser) != PHONE["width"]:
            too_wide.append((path.name, width(browser)))
    assert too_wide == []
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
