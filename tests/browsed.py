"""A headless browser for the tests of pages, and what they ask of every page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
# Only then is there what follows; the tests take it from here.
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
DRIVER = shutil.which("chromedriver")
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}

NEEDED = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed"),
    pytest.mark.skipif(DRIVER is None, reason="no chromedriver is installed"),
]


@contextmanager
def headless(profile: Path) -> Iterator[Any]:
    """A browser that keeps what it keeps in a folder."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for option in [*OPTIONS.split(), f"--user-data-dir={profile}"]:
        options.add_argument(option)
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def copied(browser: Any, section: Any) -> str:
    """What a person gets who presses the button beside a snippet, and pastes."""
    button = section.find_element(By.CSS_SELECTOR, "button.copy")
    browser.execute_script("window.setTimeout = () => 0")  # so that the button stays as it becomes
    button.send_keys(Keys.ENTER)
    WebDriverWait(browser, 30, 0.1).until(lambda _: button.text == "Copied")
    browser.get("data:text/html,<textarea></textarea>")
    area = browser.find_element(By.TAG_NAME, "textarea")
    area.send_keys(Keys.CONTROL, "v")
    return str(area.get_property("value"))


def assert_quiet(page: Any) -> None:
    """Nothing is blocked, nothing is loaded, and nothing of a submission is run."""
    assert page.get_log("browser") == []  # a script or a style that is not the page's is told here
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert page.find_elements(By.TAG_NAME, "img") == []


def width(page: Any) -> int:
    """How wide the page is, with all that sticks out to the right."""
    return int(page.execute_script("return document.documentElement.scrollWidth"))
