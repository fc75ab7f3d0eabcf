"""The object that OpenPose writes for one frame."""

from __future__ import annotations

from typing import Any

from service.api.formats.people import flat, joints_of, people_of
from service.api.schemas import PersonSchema
from service.temporal.pose import FramePoses

VERSION = 1.3  # of OpenPose's JSON, as its release 1.7 writes it
EMPTY = (
    "face_keypoints_2d",
    "hand_left_keypoints_2d",
    "hand_right_keypoints_2d",
    "pose_keypoints_3d",
    "face_keypoints_3d",
    "hand_left_keypoints_3d",
    "hand_right_keypoints_3d",
)


def openpose_frame(poses: FramePoses) -> dict[str, Any]:
    """Write a frame as OpenPose does (its doc/02_output.md, "JSON Output Format").

    Parameters
    ----------
    poses
        In the joints of BODY_25.

    Returns
    -------
    `version` and `people`, each with `person_id` and `pose_keypoints_2d`: x, y, score of the 25 joints, in
    pixels of the displayed image from the top left (`--keypoint_scale 0`); 0, 0, 0 where unknown. Face, hands
    and 3-D are empty, as OpenPose leaves what it was not asked for. `person_id` is our id; OpenPose says -1.
    """
    return {"version": VERSION, "people": [_person(person) for person in people_of(poses)]}


def _person(person: PersonSchema) -> dict[str, Any]:
    body = {"person_id": [person.id], "pose_keypoints_2d": flat(joints_of(person))}
    return body | {name: [] for name in EMPTY}
