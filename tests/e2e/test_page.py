"""The page in a real browser, whose camera shows a real person moving."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from skimage import data

from tests.running import RunningServer, eventually

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ARTEFACTS = Path(__file__).parents[2] / ".artefacts"
NOSE = (224.0, 120.0)  # pixels of the astronaut's picture
WIDTH, HEIGHT, SHIFT = 640, 480, 12  # of the camera; pixels that it sways to each side

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed (Debian: chromium-driver)"
)


def camera_picture(n: int) -> np.ndarray:
    """The astronaut beside empty space, swaying."""
    seen = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    left = 64 + round(SHIFT * np.sin(n / 8))
    seen[:, left : left + 512] = data.astronaut()[:HEIGHT]
    return seen


@pytest.fixture(scope="module")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Chromium plays as a camera: raw 4:2:0 pictures."""
    path = tmp_path_factory.mktemp("camera") / "astronaut.y4m"
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode())
        for n in range(50):
            file.write(b"FRAME\n" + cv2.cvtColor(camera_picture(n), cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@pytest.fixture
def browser(camera_file: Path, tmp_path: Path) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--window-size=1360,900"),
        *(f"--use-file-for-fake-video-capture={camera_file}", f"--user-data-dir={tmp_path / 'chromium'}"),
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    severe = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    driver.quit()
    assert severe == [], "errors in the console; a breach of the content policy would be one"


@pytest.fixture
def see(browser: Any) -> Callable[[str], Any]:
    return lambda name: browser.find_element("id", name)


def shows_a_pose(see: Callable[[str], Any], canvas: str) -> bool:
    return bool(see(canvas).get_attribute("data-nose"))


@needs_browser
def test_the_camera_is_answered_and_the_skeleton_lies_on_the_person(
    browser: Any, see: Callable[[str], Any], server: RunningServer
) -> None:
    browser.get(server.url)
    see("start").click()
    for canvas in ("now", "refined"):
        assert eventually(partial(shows_a_pose, see, canvas))
    time.sleep(2)  # let it find its pace
    ARTEFACTS.mkdir(exist_ok=True)
    browser.save_screenshot(str(ARTEFACTS / "page.png"))
    for canvas, stage in (("now", "provisional"), ("refined", "final")):
        place = see(canvas)
        assert place.get_attribute("data-stage") == stage
        assert place.get_attribute("data-people") == "1"
        x, y, score = map(float, place.get_attribute("data-nose").split())
        assert abs(x - (64 + NOSE[0])) < SHIFT + 15
        assert abs(y - NOSE[1]) < 20
        assert score > 0.5
    assert float(see("fps").text.split()[0]) > 1
    see("start").click()
    assert eventually(lambda: "Start" in see("start").text)
    assert eventually(lambda: server.streams.open == 0)
    assert not see("live-error").is_displayed()


@needs_browser
def test_a_file_is_worked_on_and_can_be_downloaded(
    browser: Any, see: Callable[[str], Any], server: RunningServer, person: Path
) -> None:
    browser.get(server.url)
    see("tab-file").click()
    see("upload").send_keys(str(person))
    assert eventually(lambda: see("json").is_displayed())
    assert see("screen").get_attribute("data-frames") == "20"
    assert see("json").get_attribute("download").endswith(".json")
    assert see("csv").is_displayed()
    assert not see("file-error").is_displayed()


def test_the_page_is_strict_and_asks_no_outside_host(client: httpx.Client) -> None:
    page = client.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "://" not in page.text.replace("http://www.w3.org/2000/svg", "")
    assert client.get("/web/js/main.js").status_code == 200
    assert client.get("/web/../settings.py").status_code == 404
    assert client.get("/web/%2e%2e/settings.py").status_code == 404
