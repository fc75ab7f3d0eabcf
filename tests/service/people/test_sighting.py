from __future__ import annotations

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
    expected = crop.to_frame(cell_to_input(np.array([[32, 40], [32, 10]])))
    assert seen.guides is not None
    np.testing.assert_allclose(seen.guides, expected, atol=1e-3)


def test_a_network_without_maps_for_them_gives_no_guides() -> None:
    assert sight(maps_with({}, 7), Crop((128, 128), 128), find("spatial-net")).guides is None


def test_half_a_body_in_view_scores_like_a_person() -> None:
    seen = sight(maps_with(dict.fromkeys(range(17), (5, 5))), Crop((0, 0), 10), CARD)
    assert seen.score > 0.75


def test_the_box_holds_all_joints() -> None:
    seen = sight(maps_with({k: (k, 2 * (k % 30)) for k in range(33)}), Crop((127.5, 127.5), 128), CARD)
    x, y, width, height = seen.box
    np.testing.assert_allclose([x, y, width, height], [1.5, 1.5, 4 * 32, 4 * 58], atol=1e-3)
