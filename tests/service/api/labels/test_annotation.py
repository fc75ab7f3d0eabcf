from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from service.api.labels.annotation import carried_annotation, labelled_annotation
from service.propagation import Carried

GIVEN: dict[str, Any] = {
    "id": 8,
    "image_id": 100,
    "category_id": 3,
    "track_id": 2,
    "iscrowd": 0,
    "keypoints": [10, 20, 2, 30, 60, 1, 0, 0, 0],
    "num_keypoints": 2,
    "bbox": [5, 15, 30, 50],
    "area": 750.0,
    "segmentation": [[1, 2, 3, 4, 5, 6]],
    "attributes": {"colour": "red"},
}
CARRIED = Carried(
    (3, 2),
    np.array([[12.3456, 21], [42, 71], [0, 0]], np.float32),
    np.array([2, 1, 0], np.uint8),
    np.array([0.9, 0.7, 0], np.float32),
    (7, 0),
    7,
)


def test_a_carried_annotation_says_where_it_is_and_what_it_comes_from() -> None:
    made = carried_annotation(GIVEN, CARRIED, 5)
    assert made["image_id"] == 5
    assert made["keypoints"] == [12.35, 21.0, 2, 42.0, 71.0, 1, 0.0, 0.0, 0]
    assert made["num_keypoints"] == 2
    assert made["keypoint_scores"] == [0.9, 0.7, 0.0]
    assert made["score"] == pytest.approx(0.8)
    assert (made["from_frame"], made["from_frames"]) == (7, [0, 7])


def test_what_holds_for_the_object_is_kept_and_what_held_for_the_frame_is_not() -> None:
    made = carried_annotation(GIVEN, CARRIED, 5)
    assert made.items() >= {"category_id": 3, "track_id": 2, "attributes": {"colour": "red"}}.items()
    assert {"id", "segmentation"}.isdisjoint(made)


def test_the_box_keeps_its_distance_from_the_keypoints() -> None:
    made = carried_annotation(GIVEN, CARRIED, 5)
    assert made["bbox"] == pytest.approx([7.35, 16, 39.65, 60], abs=0.01)
    assert made["area"] == pytest.approx(750 * 39.65 * 60 / 1500, rel=1e-3)


def test_without_a_box_it_is_the_one_round_the_keypoints() -> None:
    bare = {name: value for name, value in GIVEN.items() if name not in ("bbox", "area", "iscrowd")}
    made = carried_annotation(bare, CARRIED, 5)
    assert made["bbox"] == pytest.approx([12.35, 21, 29.65, 50], abs=0.01)
    assert made["area"] == pytest.approx(29.65 * 50, abs=1)
    assert made["iscrowd"] == 0


def test_a_label_stays_as_it_is() -> None:
    own = Carried((3, 2), CARRIED.points, CARRIED.visibility, np.array([1, 1, 0], np.float32), (7,), 7)
    made = labelled_annotation(GIVEN, own, 7)
    assert made.items() >= (GIVEN | {"image_id": 7}).items()
    assert (made["score"], made["from_frame"], made["from_frames"]) == (1, 7, [7])
    assert labelled_annotation(GIVEN | {"score": 0.5}, own, 7)["score"] == 0.5
