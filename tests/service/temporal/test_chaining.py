"""A real picture moved by a known similarity transform, with crops that move too."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from service.flow import ESTIMATORS
from service.flow.motion import Motion
from service.flow.view import FLOW_SIZE
from service.options import FlowMethod, Pooling
from service.people.crop import Crop, apply
from service.temporal.grid import CELLS, STRIDE, input_to_cell
from service.temporal.joints import read_pose
from service.temporal.kernel import FORWARD, advance
from service.temporal.pooling import Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.weights import PoolingWeights, weights_for
from tests.service.temporal.reference import unlearnt

FRAMES = 31
MIDDLE = 15
PICTURE = skimage.data.astronaut()


def textured_points() -> np.ndarray:
    """(8, 2) float32, places on the astronaut that can be told from their surroundings."""
    grey = cv2.cvtColor(PICTURE, cv2.COLOR_RGB2GRAY)
    body = np.zeros_like(grey)
    body[80:380, 140:320] = 255
    return cv2.goodFeaturesToTrack(grey, 8, 0.02, 40, mask=body)[:, 0]


POINTS = textured_points()


def motion_to(frame: int) -> np.ndarray:
    """(2, 3): pixels of frame 0 -> pixels of this frame; it turns, grows and drifts."""
    angle, scale = np.radians(0.6 * frame), 1.006**frame
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    centre = np.array([256.0, 200.0])
    drift = np.array([1.8, -0.7]) * frame
    return np.hstack([turn, (centre + drift - turn @ centre)[:, None]])


def crop_of(frame: int) -> Crop:
    """A crop that goes with the body, and wanders, breathes and sways by itself."""
    x, y = apply(motion_to(frame), np.array([[230, 230]]))[0].tolist()
    half_side = 250 * (1 + 0.1 * np.sin(0.7 * frame))
    return Crop((x + 15 * np.sin(frame), y + 12 * np.cos(0.5 * frame)), half_side, 0.2 * np.sin(0.3 * frame))


def blobs(points_frame: np.ndarray, crop: Crop) -> np.ndarray:
    """What a perfect network would answer: (K, 64, 64), a soft blob on each point."""
    cells = input_to_cell(crop.to_input(points_frame))
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    maps = [np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 1.5**2)) for x, y in cells]
    return np.array(maps, np.float32)


@pytest.fixture(scope="module")
def moved() -> tuple[FlowRing, MapRing]:
    maps = [motion_to(n) for n in range(FRAMES)]
    frames = [cv2.warpAffine(PICTURE, matrix, (512, 512), borderMode=cv2.BORDER_REFLECT) for matrix in maps]
    motion = Motion(ESTIMATORS[FlowMethod.DIS]())
    ring, person = FlowRing(FLOW_SIZE), MapRing(len(POINTS))
    for n in range(FRAMES):
        ring.open(n, n / 25, linked=n > 0)
        points = apply(motion_to(n), POINTS)
        person.put(n, crop_of(n), blobs(points, crop_of(n)))
        if n > 0:
            low, high = points.min(axis=0), points.max(axis=0)
            box = (*low.tolist(), *(high - low).tolist())
            ring.put(n, motion.between(n - 1, frames[n - 1], frames[n], [box]))
    return ring, person


def half_a_cell(frame: int) -> float:
    return 0.5 * STRIDE / crop_of(frame).scale


@pytest.mark.parametrize("offset", [-15, -8, -1, 1, 8, 15])
def test_a_neighbour_alone_shows_the_joint_within_half_a_cell(
    moved: tuple[FlowRing, MapRing], offset: int
) -> None:
    ring, person = moved
    table = np.zeros((31, len(POINTS)), np.float32)
    table[15 + offset] = 1
    pooled = Pooler(PoolingWeights(table), 15).pool(ring, person, MIDDLE, FRAMES - 1)
    pose = read_pose(1, pooled.maps, crop_of(MIDDLE))
    off = np.linalg.norm(pose.joints - apply(motion_to(MIDDLE), POINTS), axis=1)
    assert off.max() < half_a_cell(MIDDLE), off


@pytest.mark.parametrize("pooling", [Pooling.SUM, Pooling.PARAMETRIC, Pooling.ADAPTIVE, Pooling.MAX])
def test_pooled_joints_land_within_half_a_cell(moved: tuple[FlowRing, MapRing], pooling: Pooling) -> None:
    ring, person = moved
    for frame in (0, MIDDLE, FRAMES - 1):
        pooler = Pooler(weights_for(pooling, unlearnt(len(POINTS))), 15)
        pooled = pooler.pool(ring, person, frame, min(frame + 15, FRAMES - 1))
        pose = read_pose(1, pooled.maps, crop_of(frame))
        off = np.linalg.norm(pose.joints - apply(motion_to(frame), POINTS), axis=1)
        assert off.max() < half_a_cell(frame), off


def test_without_flow_the_same_joints_are_missed(moved: tuple[FlowRing, MapRing]) -> None:
    _, person = moved
    still = FlowRing(FLOW_SIZE)
    for n in range(FRAMES):
        still.open(n, n / 25, linked=n > 0)
    table = np.zeros((31, len(POINTS)), np.float32)
    table[0] = 1
    pooled = Pooler(PoolingWeights(table), 15).pool(still, person, MIDDLE, FRAMES - 1)
    pose = read_pose(1, pooled.maps, crop_of(MIDDLE))
    off = np.linalg.norm(pose.joints - apply(motion_to(MIDDLE), POINTS), axis=1)
    assert off.min() > half_a_cell(MIDDLE)


def test_the_tracks_themselves_follow_the_picture(moved: tuple[FlowRing, MapRing]) -> None:
    ring, _ = moved
    points = apply(motion_to(0), POINTS)
    xs, ys = points[:, 0].copy(), points[:, 1].copy()
    for n in range(1, MIDDLE + 1):
        advance(xs, ys, ring.vectors[FORWARD, n], ring.to_flow[n])
        off = np.hypot(*(np.stack([xs, ys]) - apply(motion_to(n), POINTS).T))
        assert off.max() < half_a_cell(n), (n, off)
