"""One annotation of the answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from service.api.labels.checks import Members
from service.api.schemas import PIXEL_DECIMALS, SCORE_DECIMALS
from service.people.box import Box, box_round
from service.propagation.carried import Carried
from service.temporal.grid import Points

FRAME_BOUND = frozenset({"id", "segmentation"})  # members that say nothing about another frame


def labelled_annotation(given: Members, carried: Carried, frame: int) -> Members:
    """A label, as it was given, and that it is one.

    Parameters
    ----------
    given
        As sent; its own `score` and the like stay, if it has them.
    carried
        The same on its own frame.
    frame
        Becomes the `image_id`.
    """
    return {**_provenance(carried), **given, "image_id": frame}


def carried_annotation(given: Members, carried: Carried, frame: int) -> Members:
    """What a label has become on another frame.

    Parameters
    ----------
    given
        The nearer label: members that are not about a place are copied from it.
    carried
        The object on this frame, with a point at least.
    frame
        Its index, which is the `image_id`.

    Returns
    -------
    Without an `id`. The box keeps its distance from the keypoints; without a box in the label it is the
    one round the keypoints. The area changes as the box does.
    """
    kept = {name: value for name, value in given.items() if name not in FRAME_BOUND}
    box, area = _box_and_area(given, carried)
    places = {
        "image_id": frame,
        "keypoints": _triples(carried),
        "num_keypoints": int((carried.visibility > 0).sum()),
        "bbox": [round(value, PIXEL_DECIMALS) for value in box],
        "area": round(area, PIXEL_DECIMALS),
    }
    return {"iscrowd": 0, **kept, **places, **_provenance(carried)}


def _provenance(carried: Carried) -> Members:
    scores: NDArray[np.float64] = carried.scores.astype(np.float64).round(SCORE_DECIMALS)
    return {
        "score": round(carried.score, SCORE_DECIMALS),
        "keypoint_scores": scores.tolist(),
        "from_frame": carried.frames[0],
        "from_frames": sorted(carried.frames),
    }


def _triples(carried: Carried) -> list[float]:
    triples: list[float] = []
    points = carried.points.astype(np.float64).round(PIXEL_DECIMALS).tolist()
    for (x, y), visibility in zip(points, carried.visibility.tolist(), strict=True):
        triples += [x, y, visibility]
    return triples


def _box_and_area(given: Members, carried: Carried) -> tuple[Box, float]:
    """Box and area on this frame, by the keypoints that are both here and on the label."""
    there = carried.visibility > 0
    now = box_round(carried.points[there])
    if given.get("bbox") is None:
        return now, now[2] * now[3]
    x, y, width, height = given["bbox"]
    then = box_round(_points(given)[there])
    moved = (
        x + now[0] - then[0],
        y + now[1] - then[1],
        max(width + now[2] - then[2], 0.0),
        max(height + now[3] - then[3], 0.0),
    )
    area, before = moved[2] * moved[3], width * height
    return moved, area if given.get("area") is None or before == 0 else given["area"] * area / before


def _points(given: Members) -> Points:
    return np.array(given["keypoints"], np.float32).reshape(-1, 3)[:, :2]
