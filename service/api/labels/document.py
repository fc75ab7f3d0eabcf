"""A labels document: read, checked as a whole, and turned into what propagation takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.api.labels.checks import (
    Members,
    check_annotation,
    check_finite,
    check_points,
    checked,
    parsed,
    refuse_repeated,
)
from service.api.labels.schema import AnnotationSchema, CategorySchema, ImageSchema, LabelsSchema
from service.media.frame import VideoInfo
from service.propagation.errors import OtherVideo, TrackTwice
from service.propagation.labels import Labels, Target, Track

OWN = ("images", "annotations", "propagation", "error")  # members that every answer writes anew


@dataclass(frozen=True, slots=True)
class Document:
    """Checked labels.

    Attributes
    ----------
    labels
        What is to be carried; a target's track is its annotation's category and `track_id`.
    images
        By frame, as sent.
    annotations
        By frame and track, as sent.
    others
        All other members of the document, `categories` among them, as sent.
    next_id
        Above every annotation's `id`.
    """

    labels: Labels
    images: dict[int, Members]
    annotations: dict[tuple[int, Track], Members]
    others: Members
    next_id: int

    def check_video(self, info: VideoInfo) -> None:
        """Refuse the labels of another video.

        Raises
        ------
        OtherVideo
            An image's width or height is not the video's.
        """
        for frame, image in sorted(self.images.items()):
            width, height = image.get("width") or info.width, image.get("height") or info.height
            if (width, height) != (info.width, info.height):
                raise OtherVideo(
                    f"The labels of frame {frame} are for pictures of {width} x {height} pixels; the "
                    f"video's are {info.width} x {info.height}, as displayed."
                )


def read_document(data: bytes) -> Document:
    """Read and check a labels document.

    Parameters
    ----------
    data
        JSON, see :class:`~service.api.labels.schema.LabelsSchema`.

    Raises
    ------
    LabelsInvalid
        It is not JSON, a part is missing or of the wrong kind, a number is not finite, or a reference leads
        nowhere.
    KeypointCount
        An annotation has more or fewer keypoints than its category.
    TrackTwice, NoLabels
        See :class:`~service.propagation.labels.Labels`.
    """
    sent = parsed(data)
    frames, categories = _heads(sent)
    places: dict[tuple[int, Track], Members] = {}
    targets: dict[int, list[Target]] = {}
    ids = [0]
    for given, annotation in _annotations(sent, frames, categories):
        place = frames[annotation.image_id], (annotation.category_id, annotation.track_id)
        if place in places:
            raise TrackTwice(_twice(place[0], annotation))
        places[place] = given
        names = tuple(categories[annotation.category_id].keypoints)
        target = Target(place[1], annotation.points, annotation.visibility, names)
        targets.setdefault(place[0], []).append(target)
        ids += [] if annotation.id is None else [annotation.id]
    refuse_repeated("annotations have the id", ids)
    check_points(targets)
    images = {image["frame_index"]: image for image in sent["images"]}
    others = {name: value for name, value in sent.items() if name not in OWN}
    return Document(Labels(targets), images, places, others, max(ids) + 1)


def _heads(sent: Members) -> tuple[dict[int, int], dict[int, CategorySchema]]:
    """Frame of each image's id, and each category by its id."""
    lists: Members = {name: [] for name in ("images", "annotations") if isinstance(sent.get(name), list)}
    whole = checked(LabelsSchema, {**sent, **lists}, "")
    check_finite({name: value for name, value in sent.items() if name not in lists})
    images = [checked(ImageSchema, each, f"images.{number}") for number, each in enumerate(sent["images"])]
    refuse_repeated("categories have the id", (category.id for category in whole.categories))
    refuse_repeated("images have the id", (image.id for image in images))
    refuse_repeated("images are of frame", (image.frame_index for image in images))
    frames = {image.id: image.frame_index for image in images}
    return frames, {category.id: category for category in whole.categories}


def _annotations(
    sent: Members, frames: dict[int, int], categories: dict[int, CategorySchema]
) -> Iterator[tuple[Members, AnnotationSchema]]:
    """Each annotation as sent and as checked, one at a time: other threads go on in between."""
    for number, given in enumerate(sent["annotations"]):
        where = f"annotations.{number}"
        annotation = checked(AnnotationSchema, given, where)
        check_annotation(annotation, where, frames, categories)
        yield given, annotation


def _twice(frame: int, annotation: AnnotationSchema) -> str:
    told = f"Frame {frame} has two annotations of category {annotation.category_id}"
    if annotation.track_id is None:
        return f"{told} without a track_id; give each object one, the same on every frame."
    return f"{told} with the track_id {annotation.track_id!r}."
