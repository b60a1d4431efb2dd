"""The page in a real browser: what a student does with it, and what it must not do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cellcheck.diagnosis import diagnose
from cellcheck.engine import Settings, check
from cellcheck.reports import renderer

from .browsed import (
    NEEDED,
    PHONE,
    By,
    Keys,
    assert_quiet,
    copied,
    headless,
    width,
)
from .reported import hostile, written

ROOT = Path(__file__).parents[1]

pytestmark = NEEDED


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with headless(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faulty example beside its page."""
    folder = tmp_path_factory.mktemp("work")
    submission = shutil.copy(ROOT / "examples" / "faulty_lstm.py", folder)
    settings = Settings("quick", pictures=True)
    with (folder / "page.html").open("w", encoding="utf-8") as out:
        renderer("html")([check(submission, settings, diagnose=diagnose)], settings, out)
    (folder / "hostile.html").write_text(written("html", hostile()), "utf-8", "backslashreplace")
    return folder


@pytest.fixture
def visit(browser: Any, folder: Path) -> Callable[[str], Any]:
    def visit(name: str, **screen: Any) -> Any:
        if screen:
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        browser.get((folder / name).as_uri())
        return browser

    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return visit


def test_a_copied_snippet_fails_until_the_function_is_mended(
    visit: Callable[..., Any], folder: Path
) -> None:
    page = visit("page.html")
    page.find_element(By.LINK_TEXT, "lstm_cell_backward").click()
    section = page.find_element(By.CSS_SELECTOR, "section:target")
    assert section.find_element(By.TAG_NAME, "h2").text == "lstm_cell_backward"
    snippet = copied(page, section)

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", snippet]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    done = run()
    assert done.returncode == 1 and "AssertionError" in done.stderr
    file = folder / "faulty_lstm.py"
    faulty = file.read_text("utf-8")
    file.write_text(faulty.replace("d.mean(", "d.sum("), "utf-8")
    try:
        assert run().returncode == 0
    finally:
        file.write_text(faulty, "utf-8")


def test_what_is_folded_opens_with_the_keyboard(visit: Callable[..., Any]) -> None:
    page = visit("page.html")
    details = page.find_element(By.TAG_NAME, "details")
    equations = details.find_element(By.CLASS_NAME, "equations")
    assert not equations.is_displayed()
    details.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    assert equations.is_displayed()


@pytest.mark.parametrize("name", ["page.html", "hostile.html"])
def test_nothing_is_wider_than_a_phone(visit: Callable[..., Any], name: str) -> None:
    assert width(visit(name, **PHONE)) == PHONE["width"]


@pytest.mark.parametrize("name", ["page.html", "hostile.html"])
def test_nothing_is_blocked_nothing_is_loaded_nothing_is_run(
    visit: Callable[..., Any], name: str
) -> None:
    assert_quiet(visit(name))


def test_the_policy_stops_a_script_that_got_in(visit: Callable[..., Any], folder: Path) -> None:
    text = (folder / "page.html").read_text("utf-8")
    (folder / "injected.html").write_text(
        text.replace("</main>", "<script>window.pwned = 1</script></main>"), "utf-8"
    )
    page = visit("injected.html")
    assert page.execute_script("return window.pwned") is None
    assert "Content Security Policy" in page.get_log("browser")[0]["message"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(visit: Callable[..., Any], scheme: str) -> None:
    page = visit("page.html")
    wanted = [{"name": "prefers-color-scheme", "value": scheme}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
    colours = page.execute_script(
        "const all = getComputedStyle(document.documentElement);"
        "return Object.fromEntries(arguments[0].map(n => [n, all.getPropertyValue('--' + n)]))",
        [*TEXTS, *GROUNDS],
    )
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert (luminance(colours["paper"]) < 0.5) == (scheme == "dark")
    weak = [(t, g) for t in TEXTS for g in GROUNDS if contrast(colours[t], colours[g]) < 4.5]
    assert weak == []


TEXTS, GROUNDS = ("ink", "soft", "bad", "good", "wait", "link"), ("paper", "panel")


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (Web Content Accessibility Guidelines 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.strip("# ")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
