"""The formats of other programs, over a real socket. What is in them is tested beside each format."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from pathlib import Path

import av
import cv2
import ezc3d
import httpx
import pyarrow.parquet
import pytest
from skimage import data
from trc import TRCData

from service.api.formats import FORMATS, FormatName
from tests.running import RunningServer, eventually
from tests.videos import steady, truncate, write_numbered

MP4 = {"Content-Type": "video/mp4"}
JPEG = {"Content-Type": "image/jpeg"}
FAST = {"window": "0", "flow": "none", "pooling": "none"}
FRAMES = 20


def ask(client: httpx.Client, video: Path, **query: str) -> httpx.Response:
    return client.post("/v1/poses", content=video.read_bytes(), headers=MP4, params=FAST | query)


@pytest.mark.parametrize("name", list(FormatName))
def test_every_format_comes_by_name_as_what_it_is(client: httpx.Client, small: Path, name: str) -> None:
    response = ask(client, small, format=name)
    assert response.status_code == 200
    kind = FORMATS[FormatName(name)]
    assert response.headers["content-type"].partition(";")[0] == kind.media_type
    if not kind.streams:
        assert response.headers["content-disposition"].endswith(f'"poses.{kind.suffix}"')
    assert "flowpose-problem" not in response.headers


def test_files_of_a_walk_are_read_by_the_programs_they_are_for(
    client: httpx.Client, person: Path, tmp_path: Path
) -> None:
    trc = TRCData()
    trc.parse(ask(client, person, format="trc", skeleton="coco17").text, line_sep="\n")
    assert (trc["NumFrames"], trc["NumMarkers"], trc["Time"][0]) == (FRAMES, 17, pytest.approx(0.4))
    (tmp_path / "a.c3d").write_bytes(ask(client, person, format="c3d").content)
    assert ezc3d.c3d(str(tmp_path / "a.c3d"))["data"]["points"].shape == (4, 33, FRAMES)


def test_the_video_comes_back_drawn(client: httpx.Client, person: Path, tmp_path: Path) -> None:
    query = FAST | {"heatmap": "left_shoulder"}
    accept = MP4 | {"Accept": "video/mp4"}
    response = client.post("/v1/poses", content=person.read_bytes(), headers=accept, params=query)
    assert response.headers["content-type"] == "video/mp4"
    (tmp_path / "drawn.mp4").write_bytes(response.content)
    with av.open(str(tmp_path / "drawn.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([0.4 + n / 25 for n in range(FRAMES)], abs=1e-4)


def test_an_unknown_format_is_told_the_known_ones(client: httpx.Client, small: Path) -> None:
    response = ask(client, small, format="xml")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "/problems/parameters-invalid"
    assert [error["name"] for error in problem["errors"]] == ["format"]
    assert all(f"'{name}'" in problem["detail"] for name in FormatName)


def test_a_media_type_that_cannot_be_had_is_told_those_that_can(client: httpx.Client, small: Path) -> None:
    accept = MP4 | {"Accept": "application/xml"}
    response = client.post("/v1/poses", content=small.read_bytes(), headers=accept, params=FAST)
    assert response.status_code == 406
    assert response.json()["type"] == "/problems/not-acceptable"
    assert all(kind.media_type in response.json()["detail"] for kind in FORMATS.values())


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"format": "mp4", "heatmap": "tail"}, "joint-unknown"),
        ({"format": "csv", "heatmap": "nose"}, "parameters-invalid"),
        ({"format": "coco", "skeleton": "body25"}, "parameters-invalid"),
        ({"format": "csv", "skeleton": "stick"}, "parameters-invalid"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(
    client: httpx.Client, small: Path, query: dict[str, str], problem: str
) -> None:
    response = ask(client, small, **query)
    assert response.status_code == 422
    assert response.json()["type"] == f"/problems/{problem}"


def test_a_damaged_video_gives_what_could_be_read_and_says_so(client: httpx.Client, tmp_path: Path) -> None:
    cut = truncate(write_numbered(tmp_path / "cut.mp4", steady(60)), 0.6)
    response = ask(client, cut, format="openpose-json")
    assert response.status_code == 200
    assert 10 < len(response.json()) < 60
    told = json.loads(response.headers["flowpose-problem"])
    assert told["type"] == "/problems/video-damaged"
    assert told["instance"].startswith("/v1/poses#")


def test_what_is_no_video_has_a_status_of_its_own(client: httpx.Client, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.mp4"
    nonsense.write_text("This is no video.")
    for name in ("coco", "openpose", "mp4"):
        response = ask(client, nonsense, format=name)
        assert response.status_code == 422
        assert response.json()["type"] == "/problems/not-a-video"


@pytest.mark.parametrize("name", ["c3d", "mp4"])
def test_a_client_that_leaves_before_the_file_is_whole_leaves_none(
    server: RunningServer, long: Path, small: Path, name: str
) -> None:
    def begun() -> bool:
        return any(file.name.startswith("flowpose-answer-") for file in server.uploads())

    body = long.read_bytes()
    lines = (
        f"POST /v1/poses?flow=deepflow&format={name} HTTP/1.1",
        "Host: localhost",
        "Content-Type: video/mp4",
        f"Content-Length: {len(body)}",
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        assert eventually(begun)
    assert eventually(lambda: server.uploads() == [])
    assert eventually(lambda: ask(server.client, small, format="coco").status_code == 200)  # a free place


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR))[1])


def test_formats_of_a_picture_agree_on_the_nose(client: httpx.Client, jpeg: bytes) -> None:
    def of(name: str) -> httpx.Response:
        return client.post("/v1/images", params={"format": name}, content=jpeg, headers=JPEG)

    nose = of("json").json()["frames"][0]["people"][0]["joints"][0]
    assert nose[:2] == [pytest.approx(224, abs=15), pytest.approx(127, abs=15)]
    assert of("coco").json()[0]["keypoints"][:3] == nose
    assert of("openpose-json").json()[0]["people"][0]["pose_keypoints_2d"][:3] == nose
    landmark = of("mediapipe").json()["frames"][0]["pose_landmarks"][0][0]
    assert [512 * landmark["x"] - 0.5, 512 * landmark["y"] - 0.5] == pytest.approx(nose[:2], abs=1e-3)
    row = pyarrow.parquet.read_table(io.BytesIO(of("parquet").content)).to_pylist()[0]
    assert row["joint"] == "nose"
    assert [row["x"], row["y"]] == pytest.approx(nose[:2], abs=0.006)


def test_a_picture_is_answered_by_the_accept_header_too(client: httpx.Client, jpeg: bytes) -> None:
    accept = JPEG | {"Accept": "application/zip"}
    response = client.post("/v1/images", content=jpeg, headers=accept)
    assert response.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert archive.namelist() == ["picture_000000000000_keypoints.json"]


def test_a_picture_has_no_film(client: httpx.Client, jpeg: bytes) -> None:
    refused = client.post("/v1/images?format=trc", content=jpeg, headers=JPEG)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/parameters-invalid")
    accept = JPEG | {"Accept": "video/mp4"}
    refused = client.post("/v1/images", content=jpeg, headers=accept)
    assert (refused.status_code, refused.json()["type"]) == (406, "/problems/not-acceptable")


def test_the_documentation_lists_every_format(client: httpx.Client) -> None:
    posts = client.get("/openapi.json").json()["paths"]
    listed = posts["/v1/poses"]["post"]["responses"]["200"]
    assert set(listed["content"]) == {kind.media_type for kind in FORMATS.values()}
    assert "FlowPose-Problem" in listed["headers"]
    pictures = posts["/v1/images"]["post"]["responses"]["200"]["content"]
    assert set(pictures) == {kind.media_type for kind in FORMATS.values() if not kind.timed}
