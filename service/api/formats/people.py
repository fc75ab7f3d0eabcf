"""Joints as the formats that are made of JSON write them: rounded, and 0 where nothing is known."""

from __future__ import annotations

import json
import math
from typing import Any, TypeAlias

from service.api.schemas import PIXEL_DECIMALS, SCORE_DECIMALS, FrameSchema, PersonSchema
from service.temporal.pose import FramePoses

Joint: TypeAlias = tuple[float, float, float]
"""x, y, score: pixels of the displayed image, pixel centres at whole numbers."""


def people_of(poses: FramePoses) -> list[PersonSchema]:
    """Round the people of one frame as the native answer does; unknown joints are NaN with score 0."""
    return FrameSchema.from_poses(poses).people


def joints_of(person: PersonSchema) -> list[Joint]:
    """Give each joint, 0, 0, 0 where it is not known: the mark of COCO, PoseTrack and OpenPose."""
    return [joint if is_known(joint) else (0.0, 0.0, 0.0) for joint in person.joints]


def flat(joints: list[Joint]) -> list[float]:
    """Give x, y, score, x, y, score, ..."""
    return [value for joint in joints for value in joint]


def is_known(joint: Joint) -> bool:
    """Tell a joint that lies somewhere."""
    return all(map(math.isfinite, joint))


def mean_score(person: PersonSchema) -> float:
    """Mean of the scores of the joints that are known; 0 without any."""
    scores = [joint[2] for joint in person.joints if is_known(joint)]
    return round(sum(scores) / max(1, len(scores)), SCORE_DECIMALS)


def box_of(person: PersonSchema) -> tuple[float, float, float, float]:
    """x, y, width, height round the joints that are known, pixels; all 0 without any."""
    known = [joint for joint in person.joints if is_known(joint)]
    xs, ys = [joint[0] for joint in known] or [0.0], [joint[1] for joint in known] or [0.0]
    x, y = min(xs), min(ys)
    return x, y, round(max(xs) - x, PIXEL_DECIMALS), round(max(ys) - y, PIXEL_DECIMALS)


def compact(value: Any) -> bytes:
    """Write JSON without spaces; ValueError for NaN, which JSON has not."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
