"""Held-out people with discs for joints, and two networks that find the discs: well, and with two modes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import onnx
from onnx import helper, numpy_helper

from models.datasets.split import SHARES, held_out
from service.networks.upper7 import UPPER7
from tests.discs import disc_network, paint

SIZE = (400, 500)  # width, height
UPPER = {
    "head": (200, 70),
    "right_wrist": (80, 250),
    "left_wrist": (320, 250),
    "right_elbow": (100, 180),
    "left_elbow": (300, 180),
    "right_shoulder": (150, 110),
    "left_shoulder": (250, 110),
}
TORSO = 120  # pixels
REST = {
    "right_hip": (170, 230),
    "left_hip": (230, 230),
    "right_knee": (170, 330),
    "left_knee": (230, 330),
    "right_ankle": (170, 430),
    "left_ankle": (230, 430),
    "head_top": (200, 40),
    "upper_neck": (200, 100),
}
HEAD = 60  # pixels
POINTS = [*(UPPER | REST)][1:]  # MPII has the two ends of the head, not its middle


def write_people(folder: Path, count: int, without_hips: int = 0) -> Path:
    """An MPII of people who are all held out; the last ones have no hips."""
    (folder / "images").mkdir(parents=True)
    picture = paint(
        np.full((SIZE[1], SIZE[0], 3), 100, np.uint8), np.array(list(UPPER.values()), np.float32), 9
    )
    names = [name for n in range(999) if held_out(f"mpii/{(name := f'{n}.png')}", SHARES["mpii"])]
    labels = []
    for n, name in enumerate(names[:count]):
        assert cv2.imwrite(str(folder / "images" / name), picture[..., ::-1])
        hips = 2 if n < count - without_hips else 0
        points = UPPER | REST
        labels.append([x for p in POINTS for x in (*points[p], hips if "hip" in p else 2)])
    document = {
        "images": [{"id": n, "file_name": name} for n, name in enumerate(names[:count])],
        "categories": [{"id": 1, "keypoints": POINTS}],
        "annotations": [
            {"image_id": n, "category_id": 1, "keypoints": each} for n, each in enumerate(labels)
        ],
    }
    (folder / "annotations.json").write_text(json.dumps(document))
    return folder


def write_networks(folder: Path) -> Path:
    """`spatial-net-fusion` finds the discs; `spatial-net` sees each limb's other side too, and clearer."""
    folder.mkdir(exist_ok=True)
    (folder / "spatial-net-fusion.onnx").write_bytes(disc_network())
    (folder / "spatial-net.onnx").write_bytes(_two_modes())
    return folder


def _two_modes() -> bytes:
    model = onnx.load_from_string(disc_network())
    model.graph.node[-1].output[0] = "right"
    sides = np.arange(7)
    for one, other in UPPER7.swaps:
        sides[[one, other]] = other, one
    model.graph.initializer.append(numpy_helper.from_array(sides, "sides"))
    model.graph.initializer.append(numpy_helper.from_array(np.float32(0.7), "lower"))
    model.graph.node.extend(
        [
            helper.make_node("Gather", ["right", "sides"], ["wrong"], axis=1),
            helper.make_node("Mul", ["right", "lower"], ["second"]),
            helper.make_node("Max", ["second", "wrong"], ["heatmaps"]),
        ]
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
