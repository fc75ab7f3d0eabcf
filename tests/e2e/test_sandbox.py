"""The service decodes what clients send in confined processes, and outlives each of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest
from skimage import data

from service.media.sandbox.sandbox import Sandbox
from tests.running import RunningServer, eventually, pulled_networks
from tests.videos import jpeg, steady, write_numbered

MP4 = {"Content-Type": "video/mp4"}
FAST = {"window": 1, "flow": "none"}
NAMED = "/problems/"


@pytest.fixture(scope="module")
def confined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A service that would not start if its decoders were not fully confined."""
    pulled_networks()
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", sandbox="on") as running:
        yield running


@pytest.fixture(scope="module")
def unconfined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", sandbox="off") as running:
        yield running


def decoders(server: RunningServer) -> list[psutil.Process]:
    """The workers that the service has now, the one that waits for a file included."""
    reader = server._app.state.house.reader
    assert isinstance(reader, Sandbox)
    return psutil.Process(reader.template_pid).children()


def lines_of(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.iter_lines()]


def check_same(one: httpx.Response, other: httpx.Response) -> None:
    """Both are the same answer, of the same kind."""
    assert one.status_code == other.status_code == 200, one.text
    assert one.headers["content-type"] == other.headers["content-type"]
    assert one.content == other.content


def test_answers_are_those_without_a_sandbox(
    confined: RunningServer, unconfined: RunningServer, person: Path
) -> None:
    body, still = person.read_bytes(), jpeg(np.ascontiguousarray(data.astronaut()))
    one, other = confined.client, unconfined.client
    check_same(*(client.post("/v1/poses", content=body, headers=MP4) for client in (one, other)))
    jpeg_type = {"Content-Type": "image/jpeg"}
    check_same(*(client.post("/v1/images", content=still, headers=jpeg_type) for client in (one, other)))


def test_a_drawn_video_is_decoded_twice_in_the_sandbox(confined: RunningServer, small: Path) -> None:
    response = confined.client.post(
        "/v1/poses", content=small.read_bytes(), headers=MP4, params=FAST | {"format": "mp4"}
    )
    assert response.status_code == 200
    assert response.content[4:8] == b"ftyp"


def test_a_killed_decoder_ends_its_own_answer_only(confined: RunningServer, long: Path, small: Path) -> None:
    body = long.read_bytes()
    request = confined.client.build_request(
        "POST", "/v1/poses", content=body, headers=MP4, params=FAST | {"format": "ndjson"}
    )
    response = confined.client.send(request, stream=True)
    lines = response.iter_lines()
    assert json.loads(next(lines))["type"] == "header"
    assert json.loads(next(lines))["type"] == "frame"
    for decoder in decoders(confined):
        decoder.kill()
    rest = [json.loads(line) for line in lines]
    response.close()
    assert rest[-1]["type"] == "error"
    assert rest[-1]["problem"] == f"{NAMED}decoder-crashed"
    assert {line["type"] for line in rest[:-1]} <= {"frame", "progress"}
    again = confined.client.post("/v1/poses", content=small.read_bytes(), headers=MP4, params=FAST)
    assert again.status_code == 200


def test_fuzzed_videos_are_answered_or_refused(confined: RunningServer, tmp_path: Path) -> None:
    whole = write_numbered(tmp_path / "a.mp4", steady(4)).read_bytes()
    for seed in range(12):
        chance = random.Random(seed)
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 40)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        response = confined.client.post("/v1/poses", content=bytes(body), headers=MP4, params=FAST)
        assert response.status_code in {200, 413, 415, 422}, response.text


def test_nothing_is_left_of_all_this(confined: RunningServer) -> None:
    assert eventually(lambda: len(decoders(confined)) == 1)
    assert eventually(lambda: confined.uploads() == [])


def test_the_decoders_problems_have_pages(confined: RunningServer) -> None:
    for name in ("decoder-crashed", "decoder-stalled", "decoder-misbehaved", "sandbox-unavailable"):
        assert confined.client.get(f"{NAMED}{name}").json()["title"]
