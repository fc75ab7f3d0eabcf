"""Finding people anew: MediaPipe's pose detector."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from service.media.frame import Image
from service.people.crop import Crop

INPUT_SIZE = 224  # pixels, side of the detector's letterboxed input
STRIDES = (8, 16, 32, 32, 32)  # input pixels per cell, one layer each
ANCHORS_PER_CELL = 2
LOGIT_LIMIT = 100.0
FOUND = 0.4  # score from which a detection counts; on JHMDB tier A it misses 2.7 % of single frames
SAME_PERSON = 0.3  # boxes that overlap more are one person

MID_HIP, BODY_CIRCLE, MID_SHOULDER, UPPER_CIRCLE = range(4)  # the points after the box


@dataclass(frozen=True, slots=True)
class Detection:
    """One person found.

    Attributes
    ----------
    box
        x, y, width, height, frame pixels, of the face and shoulders (what the detector calls the box).
    points
        (4, 2) float32, frame pixels: mid-hip, a point on the circle round the whole body, mid-shoulder, a
        point on the circle round the upper body.
    score
        In [0, 1].
    """

    box: tuple[float, float, float, float]
    points: NDArray[np.float32]
    score: float


class Detector:
    """People in a whole picture; stateless, may be called from several threads.

    Parameters
    ----------
    session
        Input (N, 3, 224, 224) float32 RGB in [-1, 1]; outputs (N, 2254, 12) boxes and points in input pixels
        relative to the anchors, and (N, 2254, 1) logits.
    """

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self._input: str = session.get_inputs()[0].name
        self._anchors = anchors()

    def detect(self, image: Image) -> list[Detection]:
        """All people found, best first."""
        height, width = image.shape[:2]
        letterbox = Crop.whole(width, height)
        scale = INPUT_SIZE / (2 * letterbox.half_side)
        raw, logits = self._session.run(["boxes", "scores"], {self._input: to_input(_letterboxed(image))})
        logit = np.clip(logits[0, :, 0].astype(np.float64), -LOGIT_LIMIT, LOGIT_LIMIT)
        scores = 1 / (1 + np.exp(-logit))
        found = scores >= FOUND
        values = raw[0, found].reshape(-1, 6, 2)
        values[:, 0] += self._anchors[found]
        values[:, 2:] += self._anchors[found][:, None]
        merged = merge(values, scores[found])
        pad = np.array([(width - 1) / 2, (height - 1) / 2]) - (INPUT_SIZE - 1) / 2 / scale
        return [_to_frame(value, score, scale, pad) for value, score in merged]


def to_input(letterboxed: Image) -> NDArray[np.float32]:
    """What the detector takes: (1, 3, 224, 224) float32 RGB in [-1, 1] of (224, 224, 3) uint8."""
    batch = np.ascontiguousarray(letterboxed.transpose(2, 0, 1)[None], dtype=np.float32)
    batch -= np.float32(127.5)
    batch *= np.float32(2 / 255)
    return batch


def anchors() -> NDArray[np.float32]:
    """(2254, 2) float32: centres of the anchors in the network's order, x then y, input pixels."""
    grids = []
    for stride, layers in Counter(STRIDES).items():
        rows, columns = np.mgrid[0 : INPUT_SIZE // stride, 0 : INPUT_SIZE // stride]
        centres = (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5) * stride
        grids.append(np.repeat(centres, ANCHORS_PER_CELL * layers, axis=0))
    return np.concatenate(grids).astype(np.float32)


def merge(
    values: NDArray[np.float32], scores: NDArray[np.float32]
) -> list[tuple[NDArray[np.float32], float]]:
    """Weighted non-maximum suppression: overlapping detections become their score-weighted mean.

    Parameters
    ----------
    values
        (N, 6, 2) float32: box centre, box size, four points.
    scores
        (N,) float32 in [0, 1].
    """
    merged = []
    left = np.argsort(-scores)
    while left.size:
        overlap = _overlap(values[left[0]], values[left])
        same = left[overlap > SAME_PERSON]
        share = scores[same] / scores[same].sum()
        merged.append((np.tensordot(share, values[same], axes=1), float(scores[left[0]])))
        left = left[overlap <= SAME_PERSON]
    return merged


def _overlap(one: NDArray[np.float32], many: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of one box with many; (N,)."""
    low = np.maximum(one[0] - one[1] / 2, many[:, 0] - many[:, 1] / 2)
    high = np.minimum(one[0] + one[1] / 2, many[:, 0] + many[:, 1] / 2)
    shared = np.clip(high - low, 0, None).prod(axis=1)
    union = one[1].prod() + many[:, 1].prod(axis=1) - shared
    ratio: NDArray[np.float32] = shared / np.maximum(union, 1e-9)
    # A box always overlaps itself, whatever its size: the loop must end.
    ratio[0] = 1.0
    return ratio


def _letterboxed(image: Image) -> Image:
    """The whole picture in the middle of a black (224, 224, 3) square, uint8."""
    height, width = image.shape[:2]
    scale = INPUT_SIZE / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.zeros((INPUT_SIZE, INPUT_SIZE, 3), np.uint8)
    left, top = (INPUT_SIZE - size[0]) // 2, (INPUT_SIZE - size[1]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square


def _to_frame(value: NDArray[np.float32], score: float, scale: float, pad: NDArray[np.float64]) -> Detection:
    """Detector pixels -> frame pixels."""
    centre, size, points = value[0] / scale + pad, value[1] / scale, value[2:] / scale + pad
    x, y = (centre - size / 2).tolist()
    return Detection((x, y, *size.tolist()), points.astype(np.float32), score)
