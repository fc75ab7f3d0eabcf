"""A video and labels of some frames in, labels of every frame out, over a real socket."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from pycocotools.coco import COCO

from service.api.labels.schema import CarriedLabelsSchema
from service.api.propagate import MAX_LABEL_BYTES
from tests.e2e.test_bad_input import check_problem
from tests.moving import NAMES, SIZE, document, picture, place, to_json
from tests.running import RunningServer, eventually
from tests.videos import steady, truncate, write_numbered, write_video

COUNT = 22


@pytest.fixture(scope="module")
def turning(folder: Path) -> Path:
    return write_video(folder / "turning.mp4", (picture(n) for n in range(COUNT)), steady(COUNT, 25))


def post(client: httpx.Client, video: Path, labels: dict[str, Any] | bytes, **params: str) -> httpx.Response:
    data = labels if isinstance(labels, bytes) else to_json(labels)
    parts = {"video": video.read_bytes(), "labels": data}
    return client.post("/v1/propagate", files=parts, params=params)


def test_every_seventh_label_becomes_a_label_for_each_frame(client: httpx.Client, turning: Path) -> None:
    sent = document([0, 7, 14, 21], track_id=1)
    response = post(client, turning, sent)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert [image["id"] for image in answer["images"]] == list(range(COUNT))
    assert [image["time_s"] for image in answer["images"]] == pytest.approx(steady(COUNT, 25), abs=1e-5)
    assert [each["image_id"] for each in answer["annotations"]] == list(range(COUNT))
    for each in answer["annotations"]:
        triples = np.array(each["keypoints"]).reshape(-1, 3)
        assert np.linalg.norm(triples[:, :2] - place(each["image_id"]), axis=1).max() < 1
        assert 0.5 < each["score"] <= 1
        assert each["track_id"] == 1
    assert "error" not in answer
    CarriedLabelsSchema.model_validate(answer)  # what /docs says


def test_labelled_frames_pass_through(client: httpx.Client, turning: Path) -> None:
    sent = document([0, 14], attributes={"any": [1, "thing"]})
    answer = post(client, turning, sent, flow="none").json()
    assert answer["categories"] == sent["categories"]
    own = {each["image_id"]: each for each in answer["annotations"]}
    for frame, given in zip((0, 14), sent["annotations"], strict=True):
        assert own[frame].items() >= (given | {"image_id": frame, "from_frame": frame, "score": 1}).items()
    assert own[6]["keypoints"] == own[0]["keypoints"]
    assert own[8]["from_frame"] == 14


def test_pycocotools_reads_the_answer(client: httpx.Client, turning: Path, tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_bytes(post(client, turning, document([0, 14])).content)
    coco = COCO(tmp_path / "answer.json")
    assert coco.getImgIds() == list(range(COUNT))
    (annotation,) = coco.loadAnns(coco.getAnnIds(imgIds=[5]))
    assert annotation["num_keypoints"] == len(NAMES)
    assert coco.loadCats([3])[0]["keypoints"] == list(NAMES)


def test_several_people(client: httpx.Client, turning: Path) -> None:
    sent = document([0, 7], track_id=1)
    for given in document([0, 7], track_id="two")["annotations"]:
        sent["annotations"].append(given | {"id": given["id"] + 500})
    answer = post(client, turning, sent).json()
    tracks = [each["track_id"] for each in answer["annotations"] if each["image_id"] == 4]
    assert tracks == [1, "two"]


def wrong(part: str, **members: Any) -> dict[str, Any]:
    labels = document([0, 7])
    labels[part][1] |= members
    return labels


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (b"no JSON", "labels-invalid"),
        (b"{}", "labels-invalid"),
        (b'{"images":[],"categories":[],"annotations":[]}', "no-labels"),
        (wrong("annotations", keypoints=[1, 2, 2]), "keypoint-count"),
        (wrong("annotations", keypoints=[float("nan")] * 15), "labels-invalid"),
        (wrong("annotations", keypoints=[float("inf")] * 15), "labels-invalid"),
        (wrong("annotations", image_id=100), "track-twice"),
        (wrong("images", frame_index=COUNT), "frame-out-of-range"),
        (wrong("images", frame_index=-1), "labels-invalid"),
        (wrong("images", width=SIZE[0] + 2), "other-video"),
    ],
)
def test_bad_labels_have_their_own_problem(
    client: httpx.Client, turning: Path, labels: dict[str, Any] | bytes, name: str
) -> None:
    check_problem(post(client, turning, labels), 422, name)


def test_missing_and_repeated_parts(client: httpx.Client, turning: Path) -> None:
    labels = to_json(document([0]))
    lonely = client.post("/v1/propagate", files={"video": turning.read_bytes()})
    assert "`labels`" in check_problem(lonely, 400, "multipart-invalid")["detail"]
    parts = [("video", turning.read_bytes()), ("labels", labels), ("labels", labels)]
    check_problem(client.post("/v1/propagate", files=parts), 400, "multipart-invalid")
    raw = client.post("/v1/propagate", content=turning.read_bytes(), headers={"Content-Type": "video/mp4"})
    check_problem(raw, 415, "wrong-media-type")


def test_uploads_that_are_too_large(client: httpx.Client, turning: Path) -> None:
    check_problem(post(client, turning, bytes(4_100_000)), 413, "too-large")
    assert (
        MAX_LABEL_BYTES > 4_000_000
    )  # this server's bound for the whole; tests of the sink go to the part's


def test_a_file_that_is_no_video(client: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("This is no video at all.\n" * 100)
    check_problem(post(client, tmp_path / "text", document([0])), 422, "not-a-video")


def test_wrong_parameters(client: httpx.Client, turning: Path) -> None:
    check_problem(post(client, turning, document([0]), flow="magic"), 422, "parameters-invalid")
    check_problem(post(client, turning, document([0]), floww="dis"), 422, "parameters-invalid")
    other = post(client, turning, document([0]), method="posewarper", model="blazepose-lite")
    check_problem(other, 501, "method-unavailable")


def test_a_cut_video_gives_what_could_be_read_and_says_so(
    client: httpx.Client, turning: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(turning.read_bytes())
    response = post(client, truncate(cut, 0.6), document([0, 7, 14, 21]))
    assert response.status_code == 200
    answer = response.json()
    frames = len(answer["images"])
    assert 2 < frames < COUNT
    assert [each["image_id"] for each in answer["annotations"]] == list(range(frames))
    assert answer["error"]["type"] == "/problems/video-damaged"
    assert answer["error"]["instance"].startswith("/v1/propagate#")


def test_a_client_that_leaves_ends_the_work(server: RunningServer, folder: Path, small: Path) -> None:
    video = write_numbered(folder / "many.mp4", steady(900), size=SIZE)
    parts = {"video": video.read_bytes(), "labels": to_json(document([0]))}
    with httpx.stream(
        "POST", f"{server.url}/v1/propagate", files=parts, params={"flow": "deepflow"}, timeout=60
    ) as response:
        next(response.iter_bytes())
        assert server.uploads() != []
    workers = ("flowpose-answer", "read-ahead")
    assert eventually(
        lambda: server.uploads() == [] and not any(t.name.startswith(workers) for t in threading.enumerate())
    )
    again = server.client.post(
        "/v1/poses", content=small.read_bytes(), headers={"Content-Type": "video/mp4"}, params={"window": 0}
    )
    assert again.status_code == 200  # the only place is free again


def test_the_documentation_shows_both_parts_and_an_example(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"]["/v1/propagate"]["post"]
    parts = described["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert parts["required"] == ["video", "labels"]
    example = described["responses"]["200"]["content"]["application/json"]["example"]
    assert json.dumps(example)
    assert {"422", "501", "507"} <= set(described["responses"])
