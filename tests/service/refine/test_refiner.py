from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service.networks.upper7 import UPPER7
from service.options import Options, Pooling, Refine
from service.people.crop import Crop
from service.refine.graph import body_of
from service.refine.reach import REACH, flow_reach_of, reach_of
from service.refine.refiner import Refiner, refiner_for
from service.refine.springs import RefineUnavailable, Springs
from service.temporal.grid import CELLS, WARP_REACH, cell_to_input
from service.temporal.joints import read_pose
from service.temporal.pooling import Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.weights import weights_for
from tests.service.refine import plain

CROP = Crop((127.5, 127.5), 128)
POSE = {
    "head": (32, 10),
    "right_shoulder": (24, 20),
    "left_shoulder": (40, 20),
    "right_elbow": (18, 32),
    "left_elbow": (46, 32),
    "right_wrist": (16, 44),
    "left_wrist": (48, 44),
}
JOINTS = np.array([POSE[name] for name in UPPER7.joints], np.float32)


def springs_at_rest() -> Springs:
    """Springs to which POSE is the natural pose."""
    body = body_of(UPPER7)
    rest = [np.subtract(POSE[body.names[b]], POSE[body.names[a]]) for a, b in body.edges]
    spatial = [(0.005, 0.005, *offset, 0.3) for offset in rest]
    return Springs(body, np.array([*spatial, *[(0.05, 0.05, 0, 0, 0.3)] * 7], np.float32))


def hills(heights: dict[str, list[tuple[tuple[int, int], float]]]) -> np.ndarray:
    """(7, 64, 64): every joint of POSE at 0.6, but those given as they are given."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    maps = np.zeros((7, CELLS, CELLS), np.float32)
    for k, name in enumerate(UPPER7.joints):
        for (x, y), height in heights.get(name, [(POSE[name], 0.6)]):
            maps[k] += height * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 5)
    return maps


def joints_found(frames: list[np.ndarray], frame: int, refiner: Refiner | None) -> np.ndarray:
    """(7, 2) cells: what one frame shows."""
    ring, person = FlowRing(8), MapRing(7)
    for n, maps in enumerate(frames):
        ring.open(n, n / 25, linked=n > 0)
        person.put(n, CROP, maps)
    pooler = Pooler(weights_for(Pooling.NONE, UPPER7), 0, body_of(UPPER7).joints)
    maps = pooler.pool(ring, person, frame, len(frames) - 1).maps
    pose = read_pose(1, maps, CROP)
    if refiner is not None:
        pose = refiner.refine(pose, maps, ring, person, frame, len(frames) - 1)
    return (CROP.to_input(pose.joints) - cell_to_input(np.zeros((1, 2)))) / 4


def test_the_body_chooses_the_peak_that_its_limbs_reach() -> None:
    far, near = ((5, 60), 0.5), (POSE["left_wrist"], 0.4)
    frames = [hills({"left_wrist": [far, near]})]
    wrist = UPPER7.index("left_wrist")
    np.testing.assert_allclose(joints_found(frames, 0, None)[wrist], far[0], atol=0.1)
    found = joints_found(frames, 0, Refiner(springs_at_rest(), UPPER7, 0))
    np.testing.assert_allclose(found, JOINTS, atol=0.2)


def test_one_hand_does_not_become_both() -> None:
    both = [(POSE["right_wrist"], 0.6), (POSE["left_wrist"], 0.5)]
    frames = [hills({"left_wrist": both})]
    found = joints_found(frames, 0, Refiner(springs_at_rest(), UPPER7, 0))
    np.testing.assert_allclose(found, JOINTS, atol=0.2)


def test_a_joint_hidden_in_one_frame_is_found_by_its_neighbours() -> None:
    doubtful = hills({"left_wrist": [((57, 36), 0.32), (POSE["left_wrist"], 0.3)]})
    clear = hills({})
    springs = springs_at_rest()
    springs.table[:9, 4] = 1e-6  # nothing but time holds
    wrist = UPPER7.index("left_wrist")
    alone = joints_found([clear, doubtful, clear], 1, Refiner(springs, UPPER7, 0))
    np.testing.assert_allclose(alone[wrist], [57, 36], atol=0.5)
    for reach in (1, 2):
        found = joints_found([clear, doubtful, clear], 1, Refiner(springs, UPPER7, reach))
        np.testing.assert_allclose(found, JOINTS, atol=0.3)


def test_a_pose_without_doubt_stays_as_it_is() -> None:
    frames = [hills({})] * 3
    for reach in (0, 1):
        found = joints_found(frames, 1, Refiner(springs_at_rest(), UPPER7, reach))
        np.testing.assert_array_equal(found, joints_found(frames, 1, None))


def test_a_body_without_springs_can_only_go_unrefined() -> None:
    spatial, over_time = (Options(refine=refine) for refine in (Refine.SPATIAL, Refine.SPATIOTEMPORAL))
    assert refiner_for(Options(), plain.STICKS) is None
    for options in (spatial, over_time):
        with pytest.raises(RefineUnavailable):
            refiner_for(options, plain.STICKS)


@pytest.mark.parametrize(
    ("options", "reach"),
    [
        (Options(), 15),
        (Options(window=4, refine=Refine.SPATIOTEMPORAL), 4),
        (Options(pooling=Pooling.NONE), 0),
        (Options(pooling=Pooling.POSEWARPER), WARP_REACH),
        (Options(pooling=Pooling.POSEWARPER, window=1), 1),
        (Options(pooling=Pooling.NONE, refine=Refine.SPATIAL), 0),
        (Options(pooling=Pooling.NONE, refine=Refine.SPATIOTEMPORAL), REACH),
        (Options(pooling=Pooling.NONE, refine=Refine.SPATIOTEMPORAL, window=0), 0),
    ],
)
def test_an_answer_looks_no_farther_than_it_must(options: Options, reach: int) -> None:
    assert reach_of(options) == reach


def test_warping_needs_no_flow_but_the_body_over_time_does() -> None:
    warped = Options(pooling=Pooling.POSEWARPER)
    assert flow_reach_of(warped) == 0
    assert flow_reach_of(replace(warped, refine=Refine.SPATIOTEMPORAL)) == REACH
    assert flow_reach_of(Options(window=4)) == 4
