"""COCO keypoint results: what `pycocotools` loads with `loadRes` and evaluates."""

from __future__ import annotations

from typing import ClassVar

from service.api.formats.file_format import FileFormat
from service.api.formats.people import box_of, compact, flat, joints_of, mean_score, people_of
from service.api.schemas import HeaderSchema
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses

PERSON = 1  # COCO's category


class Coco(FileFormat):
    """A JSON list with an item for each person in each frame (cocodataset.org, "Results Format", "Keypoint").

    `image_id` is the frame's index, `category_id` 1. `keypoints` are x, y, score of each of the 17 joints
    in COCO's order, pixels of the displayed image from the top left; 0, 0, 0 where unknown. In COCO's
    labels the third number is a visibility; in results it is not read, and everybody puts the score there.
    `score` is the mean over the known joints, `bbox` (x, y, width, height) goes round them, `track_id`
    stays with the person. Frames with nobody in view have no item. A list has no place for an error: see
    the HTTP header.
    """

    name: ClassVar[str] = "coco"
    media_type: ClassVar[str] = "application/vnd.flowpose.coco+json"
    suffix: ClassVar[str] = "coco.json"
    skeleton: ClassVar[SkeletonName | None] = SkeletonName.COCO17

    def _begin(self, header: HeaderSchema) -> None:
        self._separator = b"[\n"

    def _add(self, poses: FramePoses) -> None:
        for person in people_of(poses):
            item = {
                "image_id": poses.index,
                "category_id": PERSON,
                "keypoints": flat(joints_of(person)),
                "score": mean_score(person),
                "bbox": box_of(person),
                "track_id": person.id,
            }
            self._write(self._separator + compact(item))
            self._separator = b",\n"

    def _finish(self) -> None:
        self._write((b"[" if self._separator == b"[\n" else b"\n") + b"]\n")
