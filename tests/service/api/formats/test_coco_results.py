from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from service.networks.coco17 import COCO17
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import PEOPLE, Written


def labels(walk: list[FramePoses]) -> dict[str, Any]:
    """The walk as COCO's labels, every joint placed exactly and visible."""
    annotations = []
    for frame in walk:
        for person in frame.people:
            joints = person.joints[[0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]]
            keypoints = np.column_stack([joints, np.full(17, 2)]).ravel().tolist()
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": frame.index,
                    "category_id": 1,
                    "iscrowd": 0,
                    "area": 9000.0,
                    "bbox": [0, 0, 100, 90],
                    "num_keypoints": 17,
                    "keypoints": keypoints,
                }
            )
    category = {"id": 1, "name": "person", "keypoints": list(COCO17.joints), "skeleton": []}
    images = [{"id": frame.index, "width": 640, "height": 480} for frame in walk]
    return {"info": {}, "images": images, "annotations": annotations, "categories": [category]}


@pytest.fixture
def truth(walk: list[FramePoses], tmp_path: Path) -> COCO:
    file = tmp_path / "labels.json"
    file.write_text(json.dumps(labels(walk)))
    return COCO(str(file))


def test_coco_tools_read_it_and_find_every_joint_in_its_place(
    written: Written, truth: COCO, tmp_path: Path
) -> None:
    file = tmp_path / "results.json"
    file.write_bytes(written("coco"))
    evaluation = COCOeval(truth, truth.loadRes(str(file)), "keypoints")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    assert evaluation.stats[0] == pytest.approx(1.0)  # average precision
    assert evaluation.stats[5] == pytest.approx(1.0)  # average recall


def test_an_item_says_whose_it_is_and_how_sure(written: Written, walk: list[FramePoses]) -> None:
    items = json.loads(written("coco"))
    assert [item["track_id"] for item in items] == [id_ for ids in PEOPLE for id_ in ids]
    first, person = items[0], walk[1].people[0]
    assert (first["image_id"], first["category_id"], len(first["keypoints"])) == (1, 1, 51)
    assert first["keypoints"][:2] == pytest.approx(person.joints[0].tolist(), abs=0.006)  # the nose
    assert first["keypoints"][-1] == pytest.approx(float(person.scores[28]), abs=1e-4)  # right ankle
    assert 0.1 < first["score"] < 1
    x, y, width, height = first["bbox"]
    xs, ys = first["keypoints"][0::3], first["keypoints"][1::3]
    assert (x, y, x + width, y + height) == pytest.approx((min(xs), min(ys), max(xs), max(ys)), abs=0.01)


def test_nobody_is_an_empty_list(written: Written) -> None:
    assert json.loads(written("coco", [])) == []
