"""The answer as COCO JSON, written piece by piece."""

from __future__ import annotations

import json
from array import array

from service.api.labels.annotation import carried_annotation, labelled_annotation
from service.api.labels.checks import Members
from service.api.labels.document import Document
from service.api.problem_details import ProblemDetails
from service.api.schemas import TIME_DECIMALS
from service.media.frame import VideoInfo
from service.propagation.carried import CarriedFrame


class Writer:
    """Writes one answer: `header`, any number of `frame`, then `end` or `error`; joined, they are JSON.

    Annotations come as they are made; the images, of which nothing but their times need be kept, come after
    them: 8 bytes a frame is all that grows with the video.

    Parameters
    ----------
    document
        The labels that were sent.
    info
        Of the video.
    made_by
        What carried the labels, to be told: the member `propagation`.
    """

    def __init__(self, document: Document, info: VideoInfo, made_by: Members) -> None:
        self._document = document
        self._info = info
        self._made_by = made_by
        self._times_s = array("d")
        self._separator = b""
        self._next_id = document.next_id

    def header(self) -> bytes:
        """Begin the object with all that was sent except images and annotations."""
        members = {**self._document.others, "propagation": self._made_by}
        return _json(members)[:-1] + b',"annotations":[\n'

    def frame(self, carried: CarriedFrame) -> bytes:
        """Add the annotations of one frame; none for a frame in which nothing is."""
        self._times_s.append(carried.time_s)
        make = labelled_annotation if carried.labelled else carried_annotation
        pieces = []
        for one in carried.objects:
            given = self._document.annotations[one.nearer, one.track]
            members = make(given, one, carried.index)
            if members.get("id") is None:
                members["id"] = self._next_id
                self._next_id += 1
            pieces.append(self._separator + _json(members))
            self._separator = b",\n"
        return b"".join(pieces)

    def end(self) -> bytes:
        """Close the annotations, list the images and close the object."""
        return self._images() + b"}\n"

    def error(self, problem: ProblemDetails) -> bytes:
        """As :meth:`end`, and name the error."""
        return self._images() + b',"error":' + problem.to_json() + b"}\n"

    def _images(self) -> bytes:
        lines = (_json(self._image(frame, time_s)) for frame, time_s in enumerate(self._times_s))
        return b'\n],"images":[\n' + b",\n".join(lines) + b"\n]"

    def _image(self, frame: int, time_s: float) -> Members:
        members = self._document.images.get(frame, {})
        size = {"width": self._info.width, "height": self._info.height}
        numbers = {"id": frame, "frame_index": frame, "time_s": round(time_s, TIME_DECIMALS)}
        return {**members, **size, **numbers}


def _json(members: Members) -> bytes:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()
