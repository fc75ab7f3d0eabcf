"""A camera at the other end of a socket."""

from __future__ import annotations

import base64
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from service.engine import Engine
from service.media.frame import Frame
from service.options import Options
from tests.running import RunningServer, eventually
from tests.streaming import StreamClient, encoded, message, picture, stream_threads

LOOKAHEAD = 3


@pytest.fixture(autouse=True)
def _nothing_is_left(server: RunningServer) -> Any:
    yield
    assert eventually(lambda: server.streams.open == 0 and stream_threads() == [])


def poses(answers: list[dict[str, Any]], stage: str) -> list[int]:
    return [each["seq"] for each in answers if each["type"] == "pose" and each["stage"] == stage]


def send_one_by_one(client: StreamClient, count: int, ending: str = ".jpg") -> list[dict[str, Any]]:
    """Send the next picture when the last one has been answered, so that none is dropped."""
    answers = []
    for n in range(count):
        client.send(n, encoded(picture(n), ending))
        answers.append(client.next())
        while (answers[-1]["type"], answers[-1].get("stage"), answers[-1]["seq"]) != (
            "pose",
            "provisional",
            n,
        ):
            answers.append(client.next())
    return answers


def test_ready_tells_what_runs_and_what_holds(server: RunningServer) -> None:
    with StreamClient(server) as client:
        ready = client.start(lookahead=LOOKAHEAD, max_fps=20, stale_s=2)
    assert (ready["type"], ready["schema"], ready["stages"]) == (
        "ready",
        "flowpose.v1",
        ["provisional", "final"],
    )
    assert len(ready["skeleton"]["joints"]) == 33
    assert (
        ready["model"].items() >= {"name": "blazepose-full", "lookahead": LOOKAHEAD, "device": "cpu"}.items()
    )
    assert ready["limits"] == {
        "max_frame_bytes": 4 * 1024**2,
        "max_pixels": 4096 * 2304,
        "max_fps": 20,
        "stale_s": 2,
        "idle_s": 30,
        "session_s": 14400,
    }


def test_every_picture_has_one_answer_a_stage_and_finals_come_in_order(server: RunningServer) -> None:
    schema = server.client.get("/v1/stream/schema").json()
    protocol = Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/Server"}]})
    with StreamClient(server) as client:
        ready = client.start(lookahead=LOOKAHEAD, stale_s=10)
        answers = send_one_by_one(client, 10)
        *last, end = client.stop()
        assert client.code == 1000
    answers += last
    assert poses(answers, "provisional") == poses(answers, "final") == list(range(10))
    for each in [ready, *answers, end]:
        protocol.validate(each)
    assert [each["time_s"] for each in answers if each["stage"] == "final"] == [n * 0.04 for n in range(10)]
    assert all(len(each["people"]) == 1 and each["latency_ms"] > 0 for each in answers)
    assert poses(last, "final")[-LOOKAHEAD:] == [7, 8, 9]
    counts = {"received": 10, "answered": 10, "dropped": {"busy": 0, "rate": 0, "stale": 0}, "errors": 0}
    assert end.pop("seconds") > 0
    assert end == {"type": "end", **counts}


@pytest.mark.parametrize("stage", ["provisional", "final"])
def test_stages_that_are_not_wanted_are_not_sent(server: RunningServer, stage: str) -> None:
    with StreamClient(server) as client:
        assert client.start(lookahead=1, stages=[stage], stale_s=10)["stages"] == [stage]
        answers = []
        for n in range(4):
            client.send(n)
            if stage == "provisional" or n:
                answers.append(client.next())
        *last, end = client.stop()
    assert [each["stage"] for each in answers + last] == [stage] * 4
    assert (end["received"], end["answered"]) == (4, 4)


def test_without_look_ahead_there_is_one_answer(server: RunningServer) -> None:
    with StreamClient(server) as client:
        assert client.start(lookahead=0)["stages"] == ["final"]
        client.send(0)
        assert client.next()["stage"] == "final"
        assert [each["type"] for each in client.stop()] == ["end"]


def test_a_stream_may_lose_pictures_but_each_is_answered(server: RunningServer) -> None:
    data = [encoded(picture(n)) for n in range(60)]
    with StreamClient(server) as client:
        client.start(lookahead=2, flow="none")
        for n, each in enumerate(data):
            client.send(n, each)  # far faster than any machine sees
        *answers, end = client.stop()
    dropped = Counter(each["reason"] for each in answers if each["type"] == "dropped")
    assert end["dropped"] == {"busy": 0, "rate": 0, "stale": 0} | dropped
    assert dropped.total() > 0
    assert end["received"] == 60 == end["answered"] + dropped.total()
    assert poses(answers, "final") == sorted(poses(answers, "provisional"))
    assert len(poses(answers, "final")) == end["answered"]
    gone = {each["seq"] for each in answers if each["type"] == "dropped"}
    assert gone | set(poses(answers, "final")) == set(range(60))


def test_more_than_the_rate_is_dropped(server: RunningServer) -> None:
    with StreamClient(server) as client:
        client.start(lookahead=0, max_fps=0.1, stale_s=10)
        for n in range(10):
            client.send(n)
        *answers, end = client.stop()
    assert end["dropped"]["rate"] == 7  # three may come in a lump
    assert sum(each.get("reason") == "rate" for each in answers) == 7


def test_what_is_too_old_when_its_turn_comes_is_dropped(server: RunningServer) -> None:
    with StreamClient(server) as client:
        client.start(lookahead=0, stale_s=1e-6)
        client.send(0)
        assert client.next() == {"type": "dropped", "seq": 0, "reason": "stale"}
        (end,) = client.stop()
    assert (end["received"], end["dropped"]["stale"], end["answered"]) == (1, 1, 0)


def test_live_and_as_a_file_the_finals_are_the_same(server: RunningServer, engine: Engine) -> None:
    count = 24
    with StreamClient(server) as client:
        client.start(lookahead=LOOKAHEAD, stale_s=10)
        live = [*send_one_by_one(client, count, ".png"), *client.stop()]
    finals = [each for each in live if each.get("stage") == "final"]
    with engine.stream(Options(lookahead=LOOKAHEAD)) as stream:
        frames = [Frame(n, n * 0.04, picture(n)) for n in range(count)]
        filed = [answer for frame in frames for answer in stream.push(frame)] + stream.finish()
    assert [each["seq"] for each in finals] == [answer.index for answer in filed] == list(range(count))
    for one, other in zip(finals, filed, strict=True):
        assert one["pooled"] == other.pooled
        joints = np.array(one["people"][0]["joints"])[:, :2]
        np.testing.assert_allclose(joints, other.people[0].joints, atol=0.01)


def test_the_event_loop_is_free_while_streams_work(server: RunningServer) -> None:
    stop = Event()

    def keep_busy() -> float:
        """How long a picture takes, a good part of a second."""
        with StreamClient(server) as client:
            client.start(flow="deepflow", lookahead=2, stale_s=10)
            n, began = 0, time.perf_counter()
            while not stop.is_set():
                client.send(n)
                while client.next().get("stage") != "provisional":
                    pass
                n += 1
            return (time.perf_counter() - began) / n

    def asked_s() -> float:
        began = time.perf_counter()
        assert server.client.get("/livez").status_code == 200
        return time.perf_counter() - began

    with ThreadPoolExecutor(2) as streams:
        busy = [streams.submit(keep_busy) for _ in range(2)]
        assert eventually(lambda: server.streams.open == 2)
        waits = [asked_s() for _ in range(40)]
        stop.set()
    assert statistics.median(waits) < min(each.result() for each in busy) / 4


def test_a_client_clock_may_jump_ahead(server: RunningServer) -> None:
    with StreamClient(server) as client:
        client.start(lookahead=1)
        for n, capture_us in enumerate((10**15, 10**15 + 40_000, 2**63)):
            client.socket.send(message(encoded(picture(n)), capture_us))
            while (answer := client.next())["stage"] != "provisional":
                pass
            assert answer["time_s"] == pytest.approx(capture_us / 1e6)
        *_, end = client.stop()
    assert end["answered"] == 3


def test_over_plain_http_it_says_what_it_is(server: RunningServer) -> None:
    answer = server.client.get("/v1/stream")
    assert (answer.status_code, answer.headers["upgrade"]) == (426, "websocket")
    assert "/v1/stream/schema" in answer.json()["detail"]


def test_the_heatmap_of_one_joint_comes_with_every_answer(server: RunningServer) -> None:
    with StreamClient(server) as client:
        ready = client.start(lookahead=2, heatmap="left_shoulder")
        joint = ready["skeleton"]["joints"].index("left_shoulder")
        answers = send_one_by_one(client, 4) + client.stop()
    shown = [person for answer in answers if answer["type"] == "pose" for person in answer["people"]]
    assert len(shown) == 8
    for person in shown:
        heatmap = person["heatmap"]
        cells = np.frombuffer(base64.b64decode(heatmap["values"]), np.uint8).reshape(2 * (heatmap["size"],))
        row, column = np.unravel_index(cells.argmax(), cells.shape)
        place = np.array(heatmap["to_frame"]) @ [column, row, 1]
        x, y, score = person["joints"][joint]
        cell_px = np.hypot(*np.array(heatmap["to_frame"])[:, 0])
        assert np.hypot(*(place - (x, y))) < 1.5 * cell_px
        assert abs(cells.max() / 255 - score) < 0.01
        assert np.count_nonzero(cells) > 200, "the whole map, not only its peak"
