from __future__ import annotations

from dataclasses import replace

import numpy as np

from service.networks.catalogue import find
from service.people.crop import Crop
from service.people.sighting import sight
from service.temporal.grid import CELLS, cell_to_input

CARD = find("blazepose-full")


def maps_with(peaks: dict[int, tuple[int, int]], count: int = 39) -> np.ndarray:
    maps = np.full((count, CELLS, CELLS), 0.01, np.float32)
    for k, (x, y) in peaks.items():
        maps[k, y, x] = 0.8
    return maps


def test_joints_lie_on_their_peaks_in_frame_pixels() -> None:
    crop = Crop((300, 200), 100, 0.4)
    seen = sight(maps_with({0: (10, 20), 32: (50, 3)}), crop, CARD)
    expected = crop.to_frame(cell_to_input(np.array([[10, 20], [50, 3]], np.float32)))
    np.testing.assert_allclose(seen.joints[[0, 32]], expected, atol=1e-3)
    assert seen.scores[0] == np.float32(0.8)
    assert len(seen.joints) == 33


def test_the_guides_are_the_two_maps_after_the_joints() -> None:
    crop = Crop((128, 128), 128)
    seen = sight(maps_with({33: (32, 40), 34: (32, 10)}), crop, CARD)
    np.testing.assert_allclose(seen.hips, crop.to_frame(cell_to_input(np.array([[32, 40]])))[0], atol=1e-3)
    np.testing.assert_allclose(seen.above, crop.to_frame(cell_to_input(np.array([[32, 10]])))[0], atol=1e-3)


def test_without_guides_hips_shoulders_and_the_farthest_joint_tell() -> None:
    index = CARD.skeleton.index
    peaks = dict.fromkeys(range(33), (32, 32))
    peaks |= {index("left_hip"): (34, 40), index("right_hip"): (30, 40)}
    peaks |= {index("left_shoulder"): (36, 20), index("right_shoulder"): (28, 20)}
    peaks |= {index("left_ankle"): (32, 60)}
    seen = sight(maps_with(peaks, 33), Crop((127.5, 127.5), 128), replace(CARD, guides=None))
    np.testing.assert_allclose(seen.above - seen.hips, [0, -4 * np.hypot(4, 20)], atol=1.5)


def test_half_a_body_in_view_scores_like_a_person() -> None:
    seen = sight(maps_with(dict.fromkeys(range(17), (5, 5))), Crop((0, 0), 10), CARD)
    assert seen.score > 0.75


def test_the_box_holds_all_joints() -> None:
    seen = sight(maps_with({k: (k, 2 * (k % 30)) for k in range(33)}), Crop((127.5, 127.5), 128), CARD)
    x, y, width, height = seen.box
    np.testing.assert_allclose([x, y, width, height], [1.5, 1.5, 4 * 32, 4 * 58], atol=1e-3)
