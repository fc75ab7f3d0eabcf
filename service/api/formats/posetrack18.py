"""PoseTrack18: one JSON file a video, as its evaluation reads it."""

from __future__ import annotations

from typing import Any, ClassVar

from service.api.formats.file_format import FileFormat
from service.api.formats.people import box_of, compact, flat, joints_of, mean_score, people_of
from service.api.schemas import HeaderSchema, PersonSchema
from service.networks.skeletons import SKELETONS, SkeletonName
from service.temporal.pose import FramePoses

VIDEO = "000000"  # PoseTrack numbers its videos; ours has no number
PERSON = 1


class Posetrack18(FileFormat):
    """`categories`, `annotations` and `images` (posetrack.net, PoseTrack18 annotation format).

    `keypoints` of an annotation are x, y, score of the 17 joints in PoseTrack18's order, pixels of the
    displayed image from the top left; 0, 0, 0 where unknown, as the top of the head is. `scores` lists the
    scores again, where its evaluation looks for them. `track_id` stays with the person and counts from 1,
    `image_id` is the frame's index. What ended the video early is a last member `error`.
    """

    name: ClassVar[str] = "posetrack18"
    media_type: ClassVar[str] = "application/vnd.flowpose.posetrack18+json"
    suffix: ClassVar[str] = "posetrack18.json"
    skeleton: ClassVar[SkeletonName | None] = SkeletonName.POSETRACK17
    timed: ClassVar[bool] = True

    def _begin(self, header: HeaderSchema) -> None:
        self._frames = self._annotations = 0
        self._write(b'{"categories":' + compact([_category()]) + b',"annotations":[')

    def _add(self, poses: FramePoses) -> None:
        for person in people_of(poses):
            self._item(self._annotations, _annotation(self._annotations, poses.index, person))
            self._annotations += 1
        self._frames += 1

    def _finish(self) -> None:
        self._write(b'],"images":[')
        for index in range(self._frames):
            self._item(index, self._image(index))
        error = b"" if self.trouble is None else b',"error":' + self.trouble.to_json()
        self._write(b"]" + error + b"}\n")

    def _item(self, number: int, item: dict[str, Any]) -> None:
        self._write((b",\n" if number else b"\n") + compact(item))

    def _image(self, index: int) -> dict[str, Any]:
        return {
            "id": index,
            "frame_id": index,
            "vid_id": VIDEO,
            "nframes": self._frames,
            "file_name": f"images/{self._source.title}/{index:06d}.jpg",
            "is_labeled": True,
        }


def _category() -> dict[str, Any]:
    skeleton = SKELETONS[SkeletonName.POSETRACK17]
    edges = [[a + 1, b + 1] for a, b in skeleton.edges]  # COCO's tools count joints from 1 here
    names = list(skeleton.joints)
    return {"supercategory": "person", "id": PERSON, "name": "person", "keypoints": names, "skeleton": edges}


def _annotation(number: int, index: int, person: PersonSchema) -> dict[str, Any]:
    joints = joints_of(person)
    return {
        "id": number,
        "image_id": index,
        "category_id": PERSON,
        "track_id": person.id,
        "keypoints": flat(joints),
        "scores": [score for _, _, score in joints],
        "score": mean_score(person),
        "bbox": box_of(person),
    }
