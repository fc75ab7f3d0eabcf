"""What `/docs` shows of each format that is not the native answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from service.api.formats.names import FormatName

BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
COCO = {
    "image_id": 0,
    "category_id": 1,
    "keypoints": [540.12, 402.88, 0.97, 551.4, 391.03, 0.95],
    "score": 0.91,
    "bbox": [412.31, 388.02, 268.9, 1102.47],
    "track_id": 1,
}
OPENPOSE = {
    "version": 1.3,
    "people": [
        {
            "person_id": [1],
            "pose_keypoints_2d": [540.12, 402.88, 0.97, 538.7, 511.02, 0.93],
            "face_keypoints_2d": [],
            "hand_left_keypoints_2d": [],
            "hand_right_keypoints_2d": [],
        }
    ],
}
POSETRACK = {
    "categories": [{"supercategory": "person", "id": 1, "name": "person", "keypoints": ["nose"]}],
    "annotations": [
        {
            "id": 0,
            "image_id": 0,
            "category_id": 1,
            "track_id": 1,
            "keypoints": [540.12, 402.88, 0.97],
            "scores": [0.97],
            "score": 0.97,
            "bbox": [412.31, 388.02, 268.9, 1102.47],
        }
    ],
    "images": [
        {
            "id": 0,
            "frame_id": 0,
            "vid_id": "000000",
            "nframes": 1,
            "file_name": "images/video/000000.jpg",
            "is_labeled": True,
        }
    ],
}
MEDIAPIPE = {
    "image_size": {"width": 1080, "height": 1920},
    "frames": [
        {
            "index": 0,
            "timestamp_ms": 0,
            "person_ids": [1],
            "pose_landmarks": [[{"x": 0.500574, "y": 0.210094, "z": 0.0, "visibility": 0.97}]],
            "pose_world_landmarks": [],
        }
    ],
}
TRC = (
    "PathFileType\t4\t(X/Y/Z)\tposes.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
    "30\t30\t1\t1\tpx\t30\t1\t1\n"
    "Frame#\tTime\tnose\t\t\n"
    "\t\tX1\tY1\tZ1\n"
    "\n"
    "1\t0.000000\t540.12\t1516.12\t0\n"
)
CONTENTS: Mapping[FormatName, dict[str, Any]] = MappingProxyType(
    {
        FormatName.COCO: {"schema": {"type": "array", "items": {"type": "object"}}, "example": [COCO]},
        FormatName.OPENPOSE: BINARY,
        FormatName.OPENPOSE_JSON: {
            "schema": {"type": "array", "items": {"type": "object"}},
            "example": [OPENPOSE],
        },
        FormatName.POSETRACK18: {"schema": {"type": "object"}, "example": POSETRACK},
        FormatName.MEDIAPIPE: {"schema": {"type": "object"}, "example": MEDIAPIPE},
        FormatName.PARQUET: BINARY,
        FormatName.TRC: {"schema": {"type": "string"}, "example": TRC},
        FormatName.C3D: BINARY,
        FormatName.MP4: BINARY,
    }
)
"""OpenAPI content of each, joints and members left out where there are many."""
