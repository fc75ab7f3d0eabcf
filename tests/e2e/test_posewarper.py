"""Pooling and propagation by PoseWarper over a real socket, with a warper whose answer is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest

from service.api.labels.schema import CarriedLabelsSchema
from tests.discs import disc_network
from tests.e2e.test_bad_input import check_problem
from tests.moving import to_json
from tests.running import RunningServer, pulled_networks
from tests.service.test_upper_body import truth
from tests.warped_person import MODEL, NEAR, furnish, labels, video

COUNT = 9
NO_WARPER = "coordinate-net"


@pytest.fixture(scope="module")
def warping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that has a warper."""
    folder = tmp_path_factory.mktemp("data")
    furnish(folder / "models", pulled_networks())
    (folder / "models" / f"{NO_WARPER}.onnx").write_bytes(disc_network())
    uploads = tmp_path_factory.mktemp("uploads")
    with RunningServer(uploads, data_dir=folder, model=MODEL, device="cpu") as server:
        yield server.client
        assert server.uploads() == []


@pytest.fixture(scope="module")
def waving(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return video(tmp_path_factory.mktemp("videos") / "waving.mp4", COUNT).read_bytes()


def propagate(client: httpx.Client, data: bytes, given: dict[str, Any], **params: str) -> httpx.Response:
    parts = {"video": data, "labels": to_json(given)}
    return client.post("/v1/propagate", files=parts, params={"method": "posewarper", **params})


@pytest.mark.parametrize("params", [{}, {"model": MODEL}])
def test_labels_are_carried_by_the_network_and_its_warper(
    warping: httpx.Client, waving: bytes, params: dict[str, str]
) -> None:
    response = propagate(warping, waving, labels(0, 8), **params)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert "error" not in answer
    assert answer["propagation"] == {"schema": "flowpose.v1", "method": "posewarper", "model": MODEL}
    assert [each["image_id"] for each in answer["annotations"]] == list(range(COUNT))
    for each in answer["annotations"]:
        points = np.array(each["keypoints"]).reshape(-1, 3)[:, :2]
        assert np.linalg.norm(points - truth(each["image_id"]), axis=1).max() < NEAR
        assert 0.5 < each["score"] <= 1
    assert answer["annotations"][4]["from_frames"] == [0, 8]
    CarriedLabelsSchema.model_validate(answer)  # what /docs says


def test_labels_of_other_things_are_refused(warping: httpx.Client, waving: bytes) -> None:
    given = labels(0, names=("tip", "nose", "a", "b", "c", "d", "e"))
    problem = check_problem(propagate(warping, waving, given), 422, "labels-unsuitable")
    assert "right_wrist" in problem["detail"]
    assert propagate(warping, waving, given, method="flow", flow="none").status_code == 200


def test_models_without_a_warper_are_refused(warping: httpx.Client, waving: bytes) -> None:
    check_problem(propagate(warping, waving, labels(0), model=NO_WARPER), 501, "method-unavailable")
    check_problem(propagate(warping, waving, labels(0), model="magic"), 422, "model-unknown")


def test_neighbours_are_pooled_by_the_warper(warping: httpx.Client, waving: bytes) -> None:
    told = {each["name"]: each["warper_sha256"] for each in warping.get("/v1/models").json()["models"]}
    assert len(told[MODEL]) == 64
    assert told[NO_WARPER] is None
    response = warping.post(
        "/v1/poses",
        content=waving,
        headers={"Content-Type": "video/mp4"},
        params={"pooling": "posewarper"},
    )
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["model"]["pooling"] == "posewarper"
    assert [frame["pooled"] for frame in answer["frames"]] == [4, 5, 6, 7, 7, 7, 6, 5, 4]
    joints = np.array(answer["frames"][-1]["people"][0]["joints"])[:, :2]
    assert np.linalg.norm(joints - truth(COUNT - 1), axis=1).max() < 2 * NEAR


def test_pooling_without_a_warper_is_refused(warping: httpx.Client, waving: bytes) -> None:
    response = warping.post(
        "/v1/poses",
        content=waving,
        headers={"Content-Type": "video/mp4"},
        params={"pooling": "posewarper", "model": NO_WARPER},
    )
    check_problem(response, 422, "warper-missing")
