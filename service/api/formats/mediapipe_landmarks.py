"""MediaPipe's landmarks: coordinates as parts of the picture's width and height."""

from __future__ import annotations

from typing import Any, ClassVar

from service.api.formats.format import Format
from service.api.formats.people import Joint, compact, is_known, people_of
from service.api.formats.source import Source
from service.api.problem_details import ProblemDetails
from service.api.schemas import HeaderSchema
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses

DECIMALS = 6  # a hundredth of a pixel of any picture that is taken here
PIXEL_CENTRE = 0.5  # of pixel 0, when pixels are counted from the picture's edge


class Mediapipe(Format):
    """`frames`, each with the members of MediaPipe's `PoseLandmarkerResult` (its tasks/python/vision).

    `pose_landmarks` has a list for each person, and in it 33 landmarks in BlazePose's order: `x` and `y`
    are parts of the displayed image's width and height from its top left corner, so that the middle of the
    first pixel is 0.5 / width; `z` is 0, for nothing is known of depth. `visibility` is our score, which is
    not a probability of being visible; 0, with `x` and `y` 0, where a joint is not known.
    `pose_world_landmarks` is empty. `person_ids` goes with `pose_landmarks`, `timestamp_ms` is rounded as
    MediaPipe has it. What ended the video early is a last member `error`.
    """

    name: ClassVar[str] = "mediapipe"
    media_type: ClassVar[str] = "application/vnd.flowpose.mediapipe+json"
    suffix: ClassVar[str] = "mediapipe.json"
    skeleton: ClassVar[SkeletonName | None] = SkeletonName.BLAZEPOSE33

    def __init__(self, source: Source | None = None) -> None:
        super().__init__(source)
        self._size = (1, 1)
        self._separator = b""

    def header(self, header: HeaderSchema) -> bytes:
        """Begin the object and leave the list of frames open."""
        self._size = (header.video.width, header.video.height)
        size = {"width": header.video.width, "height": header.video.height}
        return b'{"image_size":' + compact(size) + b',"frames":[\n'

    def frame(self, poses: FramePoses) -> bytes:
        """Add an item to the list."""
        people = people_of(poses)
        item = {
            "index": poses.index,
            "timestamp_ms": round(poses.time_s * 1000),
            "person_ids": [person.id for person in people],
            "pose_landmarks": [[self._landmark(joint) for joint in person.joints] for person in people],
            "pose_world_landmarks": [],
        }
        piece = self._separator + compact(item)
        self._separator = b",\n"
        return piece

    def end(self, frames: int, seconds: float) -> bytes:
        """Close the list and the object."""
        return b"\n]}\n"

    def error(self, problem: ProblemDetails) -> bytes:
        """Close the list and name the error."""
        return b'\n],"error":' + problem.to_json() + b"}\n"

    def _landmark(self, joint: Joint) -> dict[str, Any]:
        if not is_known(joint):
            return {"x": 0.0, "y": 0.0, "z": 0.0, "visibility": 0.0}
        x, y, score = joint
        width, height = self._size
        return {
            "x": round((x + PIXEL_CENTRE) / width, DECIMALS),
            "y": round((y + PIXEL_CENTRE) / height, DECIMALS),
            "z": 0.0,
            "visibility": score,
        }
