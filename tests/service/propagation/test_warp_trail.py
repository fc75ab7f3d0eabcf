from __future__ import annotations

import numpy as np
import pytest

from service.networks.catalogue import find
from service.networks.warper import Warper
from service.people.crop import Crop
from service.propagation import Target
from service.propagation.warp_trail import Look, Looks, WarpTrail, start
from service.refine.graph import body_of
from service.temporal.grid import CELLS
from service.warping.blobs import blobs
from tests.warpers import By, opened

MODEL = "spatial-net"
CROP = Crop((200, 150), 128)  # 4 frame pixels in a cell
AT = np.array([[150, 120], [240, 190]], np.float32)
NAMES = tuple(find(MODEL).skeleton.joints[joint] for joint in body_of(find(MODEL).skeleton).joints)
STEP = np.array([6, -3], np.float32)  # frame pixels a frame


@pytest.fixture(scope="module")
def warpers(tmp_path_factory: pytest.TempPathFactory) -> dict[By, Warper]:
    folder = tmp_path_factory.mktemp("warpers")
    return {by: opened(folder, MODEL, by) for by in By}


def target(track: object = 1, visibility: tuple[int, int] = (2, 2)) -> Target:
    return Target(track, AT, np.array(visibility, np.uint8), ("left_wrist", "head"))


def seen(frame: int, crop: Crop = CROP, height: float = 1.0) -> Look:
    """The wrist and the head where they are in that frame; nothing of the other joints."""
    maps = np.zeros((len(NAMES), CELLS, CELLS), np.float32)
    drawn = blobs(crop.to_input(AT + frame * STEP))
    maps[[NAMES.index("left_wrist"), NAMES.index("head")]] = height * drawn
    return Look(crop, maps.astype(np.float16))


def go(way: WarpTrail, warper: Warper, *frames: int) -> WarpTrail:
    for frame in frames:
        trail, way = way.to(frame, {1: seen(frame)}, warper)
        np.testing.assert_allclose(trail.points, AT + frame * STEP, atol=0.5)
    return way


def test_points_go_where_the_maps_go_both_ways(warpers: dict[By, Warper]) -> None:
    assert warpers[By.ORACLE].names == NAMES
    begin = start(0, (target(),), {1: seen(0)})
    go(begin, warpers[By.ORACLE], 1, 2, 3, 4, 5, 6, 7)
    go(begin, warpers[By.ORACLE], -1, -2, -3, -4)


def test_a_hop_is_three_frames_long(warpers: dict[By, Warper]) -> None:
    way = start(0, (target(),), {1: seen(0)})
    stands = []
    for frame in range(1, 8):
        _, way = way.to(frame, {1: seen(frame)}, warpers[By.ORACLE])
        stands.append(way.frame)
    assert stands == [0, 0, 3, 3, 3, 6, 6]


def test_a_crop_that_moves_changes_nothing(warpers: dict[By, Warper]) -> None:
    way = start(0, (target(),), {1: seen(0)})
    moved: Looks = {1: seen(2, Crop((212, 141), 140, 0.2))}
    trail, _ = way.to(2, moved, warpers[By.ORACLE])
    np.testing.assert_allclose(trail.points, AT + 2 * STEP, atol=0.8)


def test_the_identity_leaves_points_exactly_where_they_are(warpers: dict[By, Warper]) -> None:
    way = start(0, (target(),), {1: seen(0)})
    doubts = []
    for frame in range(1, 8):
        trail, way = way.to(frame, {1: seen(frame)}, warpers[By.IDENTITY])
        np.testing.assert_allclose(trail.points, AT, atol=1e-3)
        doubts.append(float(trail.doubt[0]))
    assert doubts[0] == doubts[2] < doubts[3] < doubts[6]
    assert doubts[3] == pytest.approx(2**0.5 * doubts[0], rel=0.01)  # errors of hops add up as squares
    assert 4 < doubts[0] < 8  # frame pixels: the width of a blob


def test_low_peaks_are_doubted_and_empty_maps_leave_points_where_they_were(warpers: dict[By, Warper]) -> None:
    way = start(0, (target(),), {1: seen(0)})
    clear, low, empty = (
        way.to(1, {1: seen(1, height=height)}, warpers[By.ORACLE])[0] for height in (1.0, 0.4, 0.0)
    )
    np.testing.assert_allclose(low.doubt, clear.doubt / 0.4, rtol=0.15)
    np.testing.assert_allclose(empty.points, AT)
    np.testing.assert_allclose(empty.doubt, CROP.half_side)


def test_who_is_not_looked_at_stays(warpers: dict[By, Warper]) -> None:
    way = start(0, (target(1), target(2), target(3, (0, 0))), {1: seen(0), 2: seen(0)})
    trail, _ = way.to(1, {1: seen(1)}, warpers[By.ORACLE])
    strands = trail.strands()
    np.testing.assert_allclose(strands[1].points, AT + STEP, atol=0.5)
    np.testing.assert_array_equal(strands[2].points, AT)
    np.testing.assert_array_equal(strands[3].points, AT)
    assert [strand.target.track for strand in strands.values()] == [1, 2, 3]


def test_points_that_are_not_labelled_do_not_move(warpers: dict[By, Warper]) -> None:
    way = start(0, (target(visibility=(0, 1)),), {1: seen(0)})
    trail, _ = way.to(1, {1: seen(1)}, warpers[By.ORACLE])
    np.testing.assert_array_equal(trail.points[0], AT[0])
    np.testing.assert_allclose(trail.points[1], AT[1] + STEP, atol=0.5)
