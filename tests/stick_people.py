"""Drawn people for trainings that take seconds: coloured limbs on textured ground."""

from __future__ import annotations

import cv2
import numpy as np

from models.datasets.jpeg import to_jpeg
from models.datasets.sample import Sample
from models.skeletons.body13 import BODY13

SIDE = 160  # pixels of the picture
# Both arms look alike, as real ones do: left and right are told by where they are.
LIMBS = (
    ("right_shoulder", "right_elbow", (220, 30, 30)),
    ("right_elbow", "right_wrist", (40, 190, 230)),
    ("left_shoulder", "left_elbow", (220, 30, 30)),
    ("left_elbow", "left_wrist", (40, 190, 230)),
    ("right_hip", "right_shoulder", (120, 120, 120)),
    ("left_hip", "left_shoulder", (120, 120, 120)),
    ("right_shoulder", "left_shoulder", (230, 230, 90)),
)


def stick_person(random: np.random.Generator, name: str, source: str = "drawn") -> Sample:
    """A person with its arms anywhere; knees and ankles are not known."""
    middle = random.uniform(70, 90, 2) - (0, 10)
    points = {"head": middle - (0, 32)}
    for side, sign in (("right", -1), ("left", 1)):
        points[f"{side}_shoulder"] = middle + np.array([16 * sign, -14])
        points[f"{side}_hip"] = middle + np.array([12 * sign, 34])
        points[f"{side}_elbow"] = points[f"{side}_shoulder"] + 24 * _direction(random, sign)
        points[f"{side}_wrist"] = points[f"{side}_elbow"] + 22 * _direction(random, sign)
    joints = np.array([points.get(joint, (np.nan, np.nan)) for joint in BODY13.joints], np.float32)
    picture = _draw(joints, random)
    return Sample(source, name, to_jpeg(picture), joints, ~np.isnan(joints[:, 0]))


def stick_people(count: int, seed: int = 0) -> list[Sample]:
    random = np.random.default_rng(seed)
    return [stick_person(random, f"{seed}-{number}") for number in range(count)]


def _direction(random: np.random.Generator, sign: int) -> np.ndarray:
    angle = random.uniform(-0.7, 1.1)
    return np.array([sign * np.cos(angle), np.sin(angle)])


def _draw(joints: np.ndarray, random: np.random.Generator) -> np.ndarray:
    coarse = random.integers(60, 140, (10, 10, 3)).astype(np.uint8)
    picture = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    for start, end, colour in LIMBS:
        places = [tuple(np.round(joints[BODY13.index(name)]).astype(int).tolist()) for name in (start, end)]
        cv2.line(picture, *places, colour, 6, cv2.LINE_AA)
    head = tuple(np.round(joints[BODY13.index("head")]).astype(int).tolist())
    cv2.circle(picture, head, 9, (240, 200, 170), cv2.FILLED, cv2.LINE_AA)
    return picture
