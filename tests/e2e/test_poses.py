"""A video in, every frame's joints out, over a real socket."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.api.schemas import AnswerSchema
from tests.running import RunningServer, eventually
from tests.videos import uneven, write_numbered

MP4 = {"Content-Type": "video/mp4"}
FAST = {"window": 2, "flow": "none"}


def lines_of(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.text.splitlines()]


def test_a_raw_body_is_answered_in_one_piece_of_json(client: httpx.Client, person: Path) -> None:
    response = client.post("/v1/poses", content=person.read_bytes(), headers=MP4)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert list(answer) == ["schema", "skeleton", "video", "model", "frames"]
    assert answer["schema"] == "flowpose.v1"
    assert answer["video"] == {
        "width": 480,
        "height": 480,
        "rotation_applied": 0,
        "frames_estimated": 20,
        "codec": "h264",
    }
    assert answer["model"].items() >= {"name": "blazepose-full", "window": 15, "lookahead": 15}.items()
    assert answer["model"].items() >= {"flow": "dis", "pooling": "parametric", "device": "cpu"}.items()
    assert len(answer["model"]["sha256"]) == 64
    assert [frame["index"] for frame in answer["frames"]] == list(range(20))
    assert [frame["time_s"] for frame in answer["frames"]] == [
        pytest.approx(0.4 + index / 25, abs=1e-5) for index in range(20)
    ]
    AnswerSchema.model_validate(answer)  # what /docs says


def test_the_person_is_found_where_she_is(client: httpx.Client, person: Path) -> None:
    frames = client.post("/v1/poses", content=person.read_bytes(), headers=MP4).json()["frames"]
    assert {one["id"] for frame in frames for one in frame["people"]} == {1}
    for index, frame in enumerate(frames):
        (found,) = frame["people"]
        assert len(found["joints"]) == len(found["spread"]) == 33
        x, y, score = found["joints"][0]  # the nose, at (224, 127) of the whole picture
        moved = abs((index + 32) % 64 - 32)
        assert (x, y) == (pytest.approx(224 - moved, abs=15), pytest.approx(127, abs=15))
        assert 0.5 < score <= 1
    assert frames[10]["pooled"] > 15


def test_the_same_answer_comes_line_by_line(client: httpx.Client, small: Path) -> None:
    whole = client.post("/v1/poses", content=small.read_bytes(), headers=MP4, params=FAST).json()
    accept = {"Accept": "application/x-ndjson"}
    response = client.post("/v1/poses", content=small.read_bytes(), headers=MP4 | accept, params=FAST)
    assert response.headers["content-type"] == "application/x-ndjson"
    header, *frames, end = lines_of(response)
    assert header == {"type": "header"} | {name: whole[name] for name in list(whole)[:-1]}
    assert next(iter(header)) == "type"
    kinds = {line["type"] for line in frames}
    assert kinds <= {"frame", "progress"}
    assert [line for line in frames if line["type"] == "frame"] == [
        {"type": "frame"} | frame for frame in whole["frames"]
    ]
    assert end["type"] == "end"
    assert end["frames"] == 8
    assert end["fps"] == pytest.approx(8 / end["seconds"], rel=0.01)


def test_a_frame_in_which_nobody_is_has_an_empty_list(client: httpx.Client, small: Path) -> None:
    frames = client.post("/v1/poses", content=small.read_bytes(), headers=MP4, params=FAST).json()["frames"]
    assert len(frames) == 8
    assert all(frame["people"] == [] for frame in frames)


def test_times_are_those_of_the_file(client: httpx.Client, tmp_path: Path) -> None:
    times_s = uneven(12)
    video = write_numbered(tmp_path / "uneven.mp4", times_s)
    frames = client.post("/v1/poses", content=video.read_bytes(), headers=MP4, params=FAST).json()["frames"]
    assert [frame["time_s"] for frame in frames] == pytest.approx(times_s, abs=1e-5)


def test_a_sideways_video_is_answered_as_displayed(client: httpx.Client, tmp_path: Path) -> None:
    video = write_numbered(tmp_path / "phone.mp4", [0.0, 0.1], size=(96, 160), rotation=90)
    answer = client.post("/v1/poses", content=video.read_bytes(), headers=MP4, params=FAST).json()
    assert answer["video"].items() >= {"width": 96, "height": 160, "rotation_applied": 90}.items()


def test_multipart_is_taken_too(client: httpx.Client, small: Path) -> None:
    raw = client.post("/v1/poses", content=small.read_bytes(), headers=MP4, params=FAST)
    with small.open("rb") as file:
        parts = {"file": ("small.mp4", file, "video/mp4"), "note": ("note.txt", b"not this", "text/plain")}
        response = client.post("/v1/poses", files=parts, params=FAST)
    assert response.status_code == 200
    assert response.json() == raw.json()


def test_a_body_of_unknown_length_and_kind_is_taken(client: httpx.Client, small: Path) -> None:
    data = small.read_bytes()
    pieces = (data[start : start + 1000] for start in range(0, len(data), 1000))
    response = client.post("/v1/poses", content=pieces, params=FAST)
    assert response.status_code == 200
    assert len(response.json()["frames"]) == 8


@pytest.mark.parametrize(
    ("headers", "params"), [({"Accept": "text/csv"}, {}), ({"Accept": "application/json"}, {"format": "csv"})]
)
def test_csv_has_a_row_for_each_joint(
    client: httpx.Client, person: Path, headers: dict[str, str], params: dict[str, str]
) -> None:
    query = {"window": "1", **params}
    response = client.post("/v1/poses", content=person.read_bytes(), headers=MP4 | headers, params=query)
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert list(rows[0]) == ["frame", "time_s", "person", "joint", "x", "y", "score"]
    assert len(rows) == 20 * 33
    assert rows[33].items() >= {"frame": "1", "person": "1", "joint": "nose"}.items()


def test_choices_are_followed_and_told(client: httpx.Client, person: Path) -> None:
    chosen = {"flow": "farneback", "pooling": "max", "window": 3, "lookahead": 1, "people": 2}
    answer = client.post("/v1/poses", content=person.read_bytes(), headers=MP4, params=chosen).json()
    assert answer["model"].items() >= {key: chosen[key] for key in list(chosen)[:4]}.items()
    assert [frame["pooled"] for frame in answer["frames"]][:6] == [2, 3, 4, 5, 5, 5]


def test_lookahead_follows_a_smaller_window(client: httpx.Client, small: Path) -> None:
    answer = client.post("/v1/poses", content=small.read_bytes(), headers=MP4, params={"window": 4}).json()
    assert answer["model"].items() >= {"window": 4, "lookahead": 4}.items()


def test_a_box_says_who_is_meant(client: httpx.Client, person: Path) -> None:
    query = {"crop": "box", "box": "60,20,360,460", "window": 0}
    response = client.post("/v1/poses", content=person.read_bytes(), headers=MP4, params=query)
    assert response.status_code == 200
    assert len(response.json()["frames"][0]["people"]) == 1


def test_the_header_comes_before_the_work_is_done(
    server: RunningServer, client: httpx.Client, long: Path
) -> None:
    slow = {"flow": "deepflow", "lookahead": "0", "format": "ndjson"}
    with client.stream("POST", "/v1/poses", content=long.read_bytes(), headers=MP4, params=slow) as response:
        lines = response.iter_lines()
        assert json.loads(next(lines))["type"] == "header"
        assert json.loads(next(lines))["index"] == 0
        assert server.uploads() != []  # it is still at it
    assert eventually(lambda: server.uploads() == [])
