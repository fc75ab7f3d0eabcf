"""The page in a real browser, whose camera shows a real person moving."""

from __future__ import annotations

import base64
import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from skimage import data

from service.access.key import Key, digest_of, new_secret
from service.access.key_file import write_keys
from tests.running import RunningServer, eventually

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ARTEFACTS = Path(__file__).parents[2] / ".artefacts"
SHUTTLE = (380, 20, 100, 180)  # x, y, width, height in it: background
TEAL = np.array([64, 224, 200])  # of a sure joint
NOSE = (224.0, 120.0)  # pixels of the astronaut's picture
WIDTH, HEIGHT, SHIFT = 640, 480, 60  # of the camera; pixels that it sways to each side
PERIOD = 60  # pictures of a sway; about 6 pixels from one to the next, and the file ends where it began

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed (Debian: chromium-driver)"
)


def camera_picture(n: int) -> np.ndarray:
    """The astronaut beside empty space, swaying."""
    seen = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    left = 64 + round(SHIFT * np.sin(2 * np.pi * n / PERIOD))
    seen[:, left : left + 512] = data.astronaut()[:HEIGHT]
    return seen


@pytest.fixture(scope="module")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Chromium plays as a camera: raw 4:2:0 pictures."""
    path = tmp_path_factory.mktemp("camera") / "astronaut.y4m"
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode())
        for n in range(PERIOD):
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


def drawn(browser: Any, canvas: str) -> tuple[float, float, float, float, np.ndarray]:
    """What a canvas tells and shows: the nose's x, y and score, its x by the background, its colour.

    Both are read at once, so that they are of the same picture. The background, which no skeleton covers,
    is looked for in what is shown: it tells where the person was, whatever the answer says.
    """
    url, nose, scale = browser.execute_script(
        "const c = document.getElementById(arguments[0]);"
        "return [c.toDataURL(), c.dataset.nose, c.dataset.scale]",
        canvas,
    )
    x, y, score = map(float, nose.split())
    coded = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
    shown = cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB)
    picture = cv2.resize(shown, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    left, top, width, height = SHUTTLE
    part = data.astronaut()[top : top + height, left : left + width]
    found = cv2.minMaxLoc(cv2.matchTemplate(picture, part, cv2.TM_CCOEFF_NORMED))
    assert found[1] > 0.8, "the camera's picture is not shown"
    at = shown[round(y * float(scale)), round(x * float(scale))].astype(int)
    return x, y, score, found[3][0] - left + NOSE[0], at


def check_drawn(browser: Any, canvas: Any, stage: str) -> None:
    assert canvas.get_attribute("data-stage") == stage
    assert canvas.get_attribute("data-people") == "1"
    x, y, score, true_x, colour = drawn(browser, canvas.get_attribute("id"))
    assert abs(x - true_x) < 12, "the skeleton of another picture"
    assert abs(y - NOSE[1]) < 20
    assert score > 0.5
    assert np.abs(colour - TEAL).max() < 90, "nothing is drawn where the nose is"


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
    for _ in range(12):  # over a whole sway: where it turns, pictures are too alike to be told apart
        for canvas, stage in (("now", "provisional"), ("refined", "final")):
            check_drawn(browser, see(canvas), stage)
        time.sleep(0.3)
    assert float(see("fps").text.split()[0]) > 1
    see("start").click()
    assert eventually(lambda: "Start" in see("start").text)
    assert eventually(lambda: server.streams.open == 0)
    assert not see("live-error").is_displayed()


@needs_browser
def test_the_heatmap_of_a_joint_glows_where_the_joint_is(
    browser: Any, see: Callable[[str], Any], server: RunningServer
) -> None:
    browser.get(server.url)
    assert eventually(lambda: len(Select(see("heatmap")).options) == 34)
    see("start").click()
    assert eventually(partial(shows_a_pose, see, "now"))
    plain = warmth_round_the_nose(browser)
    Select(see("heatmap")).select_by_visible_text("nose")
    assert eventually(lambda: warmth_round_the_nose(browser) > plain + 40)
    browser.save_screenshot(str(ARTEFACTS / "page-heatmap.png"))
    Select(see("heatmap")).select_by_visible_text("left wrist")
    assert eventually(lambda: warmth_round_the_nose(browser) < plain + 20)
    assert not see("live-error").is_displayed()


def warmth_round_the_nose(browser: Any) -> float:
    """How much more red than blue there is round the nose, on a scale to 255."""
    url, nose, scale = browser.execute_script(
        "const c = document.getElementById('now'); return [c.toDataURL(), c.dataset.nose, c.dataset.scale]"
    )
    x, y, _ = (float(part) * float(scale) for part in nose.split())
    coded = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
    shown = cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB).astype(int)
    part = shown[round(y) - 10 : round(y) + 11, round(x) - 10 : round(x) + 11]
    return float((part[..., 0] - part[..., 2]).mean())


@needs_browser
def test_a_file_is_worked_on_and_can_be_downloaded(
    browser: Any, see: Callable[[str], Any], server: RunningServer, person: Path, tmp_path: Path
) -> None:
    where = {"behavior": "allow", "downloadPath": str(tmp_path)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", where)
    browser.get(server.url)
    see("tab-file").click()
    see("upload").send_keys(str(person))
    assert eventually(lambda: see("json").is_displayed())
    assert see("screen").get_attribute("data-frames") == "20"
    for kind in ("json", "csv"):
        see(kind).click()
        saved = tmp_path / f"{person.stem}.poses.{kind}"
        assert eventually(saved.exists)
        answer = server.client.post(f"/v1/poses?format={kind}", content=person.read_bytes())
        assert len(saved.read_bytes().splitlines()) == len(answer.content.splitlines())
        if kind == "json":
            assert json.loads(saved.read_bytes()) == answer.json()
    assert not see("file-error").is_displayed()


@needs_browser
def test_a_file_that_is_no_video_is_refused_in_words(
    browser: Any, see: Callable[[str], Any], server: RunningServer, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"this is no video " * 100)
    browser.get(server.url)
    see("tab-file").click()
    see("upload").send_keys(str(broken))
    assert eventually(lambda: see("file-error").is_displayed())
    assert "video" in see("file-error").text
    assert not see("json").is_displayed()
    refusals = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert len(refusals) == 1, "Chromium notes the refused request, and nothing else went wrong"
    assert "/v1/poses" in refusals[0]["message"]


@needs_browser
def test_without_a_secure_page_the_camera_is_refused_in_words(
    browser: Any, see: Callable[[str], Any], server: RunningServer
) -> None:
    browser.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument",
        {"source": "Object.defineProperty(Navigator.prototype, 'mediaDevices', {get: () => undefined})"},
    )
    browser.get(server.url)
    see("start").click()
    assert eventually(lambda: "HTTPS" in see("live-error").text)
    assert see("start").text == "Start camera"


@needs_browser
def test_another_page_in_the_same_browser_gets_no_stream(browser: Any, server: RunningServer) -> None:
    ask = """
        const done = arguments[1], socket = new WebSocket(arguments[0]), told = [];
        socket.onopen = () => socket.send('{"type":"start"}');
        socket.onmessage = (event) => {
            told.push(JSON.parse(event.data));
            if (told[0].type === "ready") socket.send('{"type":"stop"}');
        };
        socket.onclose = (event) => done([told[0], event.code]);
    """
    address = server.url.replace("http", "ws") + "/v1/stream"
    browser.get(server.url)
    told, code = browser.execute_async_script(ask, address)
    assert (told["type"], code) == ("ready", 1000)
    browser.get(server.url.replace("127.0.0.1", "localhost") + "/docs")  # another origin, without a policy
    told, code = browser.execute_async_script(ask, address)
    assert (told["problem"], code) == ("/problems/origin-refused", 1008)


@needs_browser
def test_the_page_asks_for_a_key_where_one_is_needed_and_keeps_it_for_the_tab(
    browser: Any, see: Callable[[str], Any], tmp_path: Path, person: Path
) -> None:
    secret, file = new_secret(), tmp_path / "keys.jsonl"
    write_keys(file, [Key(name="lab", sha256=digest_of(secret), created=datetime.now(UTC))])
    (tmp_path / "uploads").mkdir()
    with RunningServer(tmp_path / "uploads", device="cpu", keys=file) as locked:
        browser.get(locked.url)
        assert eventually(lambda: see("key-field").is_displayed())
        assert "asks for a key" in see("live-error").text
        refusals = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
        assert ["/v1/models" in entry["message"] for entry in refusals] == [True]
        see("key").send_keys(secret, Keys.TAB)
        assert eventually(lambda: len(Select(see("heatmap")).options) == 34)
        assert not see("live-error").is_displayed()
        browser.refresh()
        see("start").click()
        assert eventually(partial(shows_a_pose, see, "now"))
        see("start").click()
        see("tab-file").click()
        see("upload").send_keys(str(person))
        assert eventually(lambda: see("json").is_displayed())
        assert secret not in browser.current_url + browser.page_source


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
