"""One picture in, its people's joints out."""

from __future__ import annotations

import cv2
import httpx
import pytest
from skimage import data

from service.api.schemas import AnswerSchema


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR))[1])


def test_a_picture_is_answered_as_a_video_of_one_frame(client: httpx.Client, jpeg: bytes) -> None:
    response = client.post("/v1/images", content=jpeg, headers={"Content-Type": "image/jpeg"})
    assert response.status_code == 200
    answer = response.json()
    AnswerSchema.model_validate(answer)
    assert answer["video"].items() >= {"width": 512, "height": 512, "frames_estimated": 1}.items()
    assert answer["model"].items() >= {"window": 0, "lookahead": 0, "flow": "none", "pooling": "none"}.items()
    (frame,) = answer["frames"]
    assert frame.items() >= {"index": 0, "time_s": 0.0, "pooled": 1}.items()
    (person,) = frame["people"]
    assert person["joints"][0][:2] == [pytest.approx(224, abs=15), pytest.approx(127, abs=15)]


def test_multipart_is_taken_too(client: httpx.Client, jpeg: bytes) -> None:
    response = client.post("/v1/images", files={"file": ("a.jpg", jpeg, "image/jpeg")}, params={"people": 2})
    assert response.status_code == 200
    assert len(response.json()["frames"]) == 1


def test_a_box_is_taken(client: httpx.Client, jpeg: bytes) -> None:
    response = client.post(
        "/v1/images?crop=box&box=60,20,400,492", content=jpeg, headers={"Content-Type": "image/jpeg"}
    )
    assert len(response.json()["frames"][0]["people"]) == 1
