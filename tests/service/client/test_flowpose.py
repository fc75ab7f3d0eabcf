from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from service.client import Answer, FlowPose, LiveStream, RemoteProblem, ServerGone
from tests.running import RunningServer, eventually
from tests.service.client.conftest import COUNT, SIZE
from tests.videos import steady, truncate, write_numbered, write_video

FAST = {"window": 1, "flow": "none"}


def test_every_frame_of_a_video_comes_with_its_time(client: FlowPose, video: Path) -> None:
    poses = client.poses(video, **FAST)
    assert poses.end is None
    frames = list(poses)
    assert [frame["index"] for frame in frames] == list(range(COUNT))
    assert [frame["time_s"] for frame in frames] == pytest.approx(steady(COUNT), abs=1e-4)
    assert all(len(frame["people"][0]["joints"]) == 33 for frame in frames)
    assert poses.end is not None
    assert poses.end["frames"] == COUNT


def test_the_header_says_what_was_asked_for(client: FlowPose, video: Path) -> None:
    with client.poses(video, pooling="max", lookahead=None, **FAST) as poses:
        assert poses.header["schema"] == "flowpose.v1"
        assert poses.header["video"].items() >= {"width": SIZE, "height": SIZE}.items()
        assert poses.header["model"].items() >= {"window": 1, "flow": "none", "pooling": "max"}.items()
        assert "type" not in poses.header


def test_a_box_is_given_as_four_numbers(client: FlowPose, video: Path) -> None:
    with client.poses(video, crop="box", box=(40, 0, 300, 380.5), **FAST) as poses:
        assert len(next(poses)["people"]) == 1


def test_leaving_early_stops_the_server(
    client: FlowPose, server: RunningServer, tmp_path: Path, pictures: list[Path]
) -> None:
    images = (pictures[n % COUNT] for n in range(600))
    long = write_video(tmp_path / "long.mp4", images, steady(600))  # type: ignore[arg-type]
    with client.poses(long, flow="tvl1") as poses:
        assert len(server.uploads()) == 1
    assert eventually(lambda: not server.uploads())
    with pytest.raises(StopIteration):
        next(poses)


def test_a_damaged_video_gives_its_frames_first(client: FlowPose, tmp_path: Path) -> None:
    cut = truncate(write_numbered(tmp_path / "cut.mp4", steady(60)), 0.6)
    poses = client.poses(cut, **FAST)
    frames = []
    with pytest.raises(RemoteProblem) as raised:
        frames += iter(lambda: next(poses), None)
    assert 10 < len(frames) < 60
    assert raised.value.type == "/problems/video-damaged"
    assert raised.value.status == 422
    assert raised.value.title in str(raised.value)
    assert raised.value.detail in str(raised.value)


def test_what_the_server_refuses_is_raised_at_once(client: FlowPose, video: Path, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.mp4"
    nonsense.write_text("This is no video.")
    for path, options, kind in (
        (nonsense, {}, "/problems/not-a-video"),
        (video, {"window": 16}, "/problems/parameters-invalid"),
        (video, {"model": "gpt"}, "/problems/model-unknown"),
    ):
        with pytest.raises(RemoteProblem) as raised:
            client.poses(path, **options)  # type: ignore[arg-type]
        assert raised.value.type == kind


def test_a_picture_is_a_video_of_one_frame(client: FlowPose, portrait: Path) -> None:
    answer = client.picture(portrait, people=1)
    assert answer["video"]["width"] == SIZE
    (frame,) = answer["frames"]
    assert len(frame["people"]) == 1
    with pytest.raises(RemoteProblem, match="picture"):
        client.picture(Path(__file__))


def test_the_models_are_listed(client: FlowPose) -> None:
    present = {model["name"] for model in client.models() if model["present"]}
    assert "blazepose-full" in present


def test_a_file_that_is_not_there_is_told_before_anything_is_sent(client: FlowPose, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        client.poses(tmp_path / "none.mp4")
    with pytest.raises(FileNotFoundError):
        client.picture(tmp_path / "none.jpg")


def test_no_socket_and_no_file_stays_open(client: FlowPose, video: Path, portrait: Path) -> None:
    client.models()
    before = psutil.Process().num_fds()
    for _ in range(3):
        list(client.poses(video, **FAST))
        client.poses(video, **FAST).close()
        client.picture(portrait)
        with pytest.raises(RemoteProblem):
            client.poses(portrait)
    assert eventually(lambda: psutil.Process().num_fds() <= before)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://127.0.0.1:port", "http://", ""])
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        FlowPose(url)


@pytest.mark.parametrize("form", ["http://{}", "ws://{}", "http://{}/", "ws://{}/v1/stream"])
def test_the_address_may_be_that_of_the_stream(server: RunningServer, form: str) -> None:
    client = FlowPose(form.format(f"127.0.0.1:{server.port}"))
    assert client.models()
    assert asyncio.run(_nothing(client.stream([]))) == []


async def _nothing(stream: LiveStream) -> list[Answer]:
    return [answer async for answer in stream]


def test_a_server_that_is_not_there_is_told(portrait: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    client = FlowPose(f"http://127.0.0.1:{port}")
    for call in (client.models, lambda: client.picture(portrait), lambda: client.poses(portrait)):
        with pytest.raises(ServerGone, match="cannot be reached"):
            call()


@pytest.fixture
def broken_off() -> Iterator[int]:
    """The port of a server that goes away after the first line of an answer."""
    line = b'{"type":"header","schema":"flowpose.v1"}\n'
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(line), line)

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(head)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1 << 16):
                pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_an_answer_that_breaks_off_is_told(broken_off: int, portrait: Path) -> None:
    poses = FlowPose(f"http://127.0.0.1:{broken_off}").poses(portrait)
    assert poses.header == {"schema": "flowpose.v1"}
    with pytest.raises(ServerGone, match="broke off"):
        next(poses)
