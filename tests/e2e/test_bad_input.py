"""Everything a client can get wrong has its own problem, and leaves nothing behind."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import RunningServer
from tests.videos import (
    steady,
    truncate,
    write_audio,
    write_bomb,
    write_numbered,
    write_without_frames,
)

MP4 = {"Content-Type": "video/mp4"}
FAST = {"window": 1, "flow": "none"}
NAMED = "/problems/"


def post(client: httpx.Client, body: bytes, **params: Any) -> httpx.Response:
    return client.post("/v1/poses", content=body, headers=MP4, params=FAST | params)


def check_problem(response: httpx.Response, status: int, *names: str) -> dict[str, Any]:
    """The response is that problem, as RFC 9457 has it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"].removeprefix(NAMED) in names
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == f"{response.request.url.path}#{response.headers['x-request-id']}"
    return problem


def test_an_empty_body(client: httpx.Client) -> None:
    check_problem(post(client, b""), 400, "empty-body")


def test_an_empty_body_in_pieces(client: httpx.Client) -> None:
    check_problem(client.post("/v1/poses", content=iter([b""]), headers=MP4), 400, "empty-body")


def test_not_a_video(client: httpx.Client) -> None:
    check_problem(post(client, b"This is no video at all.\n" * 1000), 422, "not-a-video")


def test_a_picture_instead_of_a_video(client: httpx.Client) -> None:
    response = client.post("/v1/poses", content=b"\xff\xd8\xff", headers={"Content-Type": "image/jpeg"})
    check_problem(response, 415, "wrong-media-type")


def test_what_curl_sends_without_a_content_type_is_explained(client: httpx.Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    problem = check_problem(client.post("/v1/poses", content=b"abc", headers=form), 415, "wrong-media-type")
    assert "video/*" in problem["detail"]


def test_sound_only(client: httpx.Client, tmp_path: Path) -> None:
    check_problem(post(client, write_audio(tmp_path / "sound.mp4").read_bytes()), 422, "no-video-stream")


def test_no_frames(client: httpx.Client, tmp_path: Path) -> None:
    video = write_without_frames(tmp_path / "none.mkv")
    check_problem(post(client, video.read_bytes()), 422, "no-frames", "no-video-stream")


def test_an_8k_bomb(client: httpx.Client, tmp_path: Path) -> None:
    bomb = write_bomb(tmp_path / "bomb.mp4").read_bytes()
    assert len(bomb) < 200_000
    check_problem(post(client, bomb), 413, "picture-too-large")


def test_a_list_of_other_files_posing_as_mp4(client: httpx.Client, small: Path) -> None:
    body = f"ffconcat version 1.0\nfile '{small}'\n".encode()
    check_problem(post(client, body), 415, "unsupported-container")


def test_a_playlist_posing_as_mp4(client: httpx.Client, small: Path) -> None:
    body = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{small}\n#EXT-X-ENDLIST\n".encode()
    check_problem(post(client, body), 422, "not-a-video")


@pytest.fixture
def cut(tmp_path: Path) -> bytes:
    """The first part of an mp4 file whose index is at its front."""
    return truncate(write_numbered(tmp_path / "cut.mp4", steady(60)), 0.6).read_bytes()


def test_a_truncated_video_is_answered_as_far_as_it_goes(client: httpx.Client, cut: bytes) -> None:
    response = post(client, cut)
    assert response.status_code == 200
    answer = response.json()
    assert list(answer)[-2:] == ["frames", "error"]
    assert 10 < len(answer["frames"]) < 60
    assert [frame["index"] for frame in answer["frames"]] == list(range(len(answer["frames"])))
    assert answer["error"]["type"] == "/problems/video-damaged"
    assert answer["error"]["instance"].startswith("/v1/poses#")


def test_a_truncated_video_ends_in_an_error_line(client: httpx.Client, cut: bytes) -> None:
    *lines, last = [json.loads(line) for line in post(client, cut, format="ndjson").text.splitlines()]
    assert len([line for line in lines if line["type"] == "frame"]) > 10
    assert list(last) == ["type", "problem", "title", "status", "detail", "instance"]
    assert (last["type"], last["problem"]) == ("error", "/problems/video-damaged")
    assert last["status"] == 422


def test_a_truncated_video_ends_in_a_comment_of_the_table(client: httpx.Client, cut: bytes) -> None:
    assert (
        post(client, cut, format="csv").text.splitlines()[-1].startswith("# error: /problems/video-damaged")
    )


def test_a_truncated_video_without_its_index(client: httpx.Client, tmp_path: Path) -> None:
    video = write_numbered(tmp_path / "back.mp4", steady(60), muxer_options={})
    check_problem(post(client, truncate(video, 0.6).read_bytes()), 422, "not-a-video")


def test_flipped_bytes_in_the_middle(client: httpx.Client, tmp_path: Path) -> None:
    data = bytearray(write_numbered(tmp_path / "flipped.mp4", steady(60), options={"g": "10"}).read_bytes())
    middle = len(data) * 2 // 3
    data[middle : middle + 400] = bytes(byte ^ 0xFF for byte in data[middle : middle + 400])
    answer = post(client, bytes(data)).json()
    assert len(answer["frames"]) > 40
    assert answer["error"]["type"] == "/problems/video-damaged"


def test_parameters_that_are_unknown_or_absurd_are_all_named(client: httpx.Client, small: Path) -> None:
    response = client.post(
        "/v1/poses?windw=3&window=99&lookahead=-1&flow=magic&pooling=&people=7&crop=half&format=xml&box=1,2,3",
        content=small.read_bytes(),
        headers=MP4,
    )
    problem = check_problem(response, 422, "parameters-invalid")
    named = {error["name"] for error in problem["errors"]}
    assert named == {"windw", "window", "lookahead", "flow", "pooling", "people", "crop", "format", "box"}
    assert all(error["detail"] for error in problem["errors"])


@pytest.mark.parametrize(
    "query",
    ["crop=box", "box=1,2,3,4", "crop=box&box=1,2,0,4", "crop=box&box=1,2,nan,4", "window=2&lookahead=3"],
)
def test_parameters_that_do_not_go_together(client: httpx.Client, query: str) -> None:
    check_problem(client.post(f"/v1/poses?{query}", content=b"x", headers=MP4), 422, "parameters-invalid")


def test_a_model_that_does_not_exist(client: httpx.Client, small: Path) -> None:
    problem = check_problem(post(client, small.read_bytes(), model="../secret"), 422, "model-unknown")
    assert "blazepose-full" in problem["detail"]


def test_an_accept_header_that_cannot_be_met(client: httpx.Client) -> None:
    headers = MP4 | {"Accept": "image/png"}
    check_problem(client.post("/v1/poses", content=b"x", headers=headers), 406, "not-acceptable")


def test_a_body_announced_too_large_is_refused_before_it_is_sent(server: RunningServer) -> None:
    head = (
        f"POST /v1/poses HTTP/1.1\r\nHost: [::1]\r\nContent-Length: {10**12}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_grows_too_large_is_cut_off(client: httpx.Client) -> None:
    response = client.post("/v1/poses", content=(bytes(100_000) for _ in range(60)), headers=MP4)
    check_problem(response, 413, "too-large")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"what is this"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nhello\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nbroken off',
        ),
    ],
    ids=["no boundary", "no parts", "no file", "broken off"],
)
def test_multipart_that_cannot_be_used(client: httpx.Client, content_type: str, body: bytes) -> None:
    response = client.post("/v1/poses", content=body, headers={"Content-Type": content_type})
    check_problem(response, 400, "multipart-invalid")


def test_an_empty_file_in_a_multipart_body(client: httpx.Client) -> None:
    check_problem(client.post("/v1/poses", files={"file": ("a.mp4", b"")}), 400, "empty-body")


def test_an_address_that_does_not_exist(client: httpx.Client) -> None:
    check_problem(client.get("/v2/poses"), 404, "not-found")


def test_a_method_that_does_not_exist(client: httpx.Client) -> None:
    response = client.get("/v1/poses")
    check_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "names"),
    [(b"", "empty-body"), (b"not a picture", "not-an-image"), (b"\xff\xd8\xff\xe0 cut", "not-an-image")],
)
def test_pictures_that_are_none(client: httpx.Client, body: bytes, names: str) -> None:
    response = client.post("/v1/images", content=body, headers={"Content-Type": "image/jpeg"})
    check_problem(response, 400 if names == "empty-body" else 422, names)


def test_a_picture_too_large_for_memory(client: httpx.Client) -> None:
    response = client.post("/v1/images", content=bytes(2_000_001), headers={"Content-Type": "image/png"})
    check_problem(response, 413, "too-large")


def test_parameters_of_videos_are_none_of_pictures(client: httpx.Client) -> None:
    response = client.post("/v1/images?window=3", content=b"x", headers={"Content-Type": "image/png"})
    check_problem(response, 422, "parameters-invalid")
