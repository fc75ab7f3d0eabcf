from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.networks.catalogue import find
from service.people.crop import Crop
from service.temporal.kernel import unblock
from service.temporal.ring import FlowRing, MapRing
from service.warping.blobs import blobs
from service.warping.pooler import WarpPooler
from tests.warpers import By, opened

MODEL = "blazepose-full"
JOINTS = len(find(MODEL).skeleton.joints)
CROP = Crop((127.5, 127.5), 128)


def maps(height: float, at: float = 100) -> np.ndarray:
    """All joints in one place."""
    return np.float32(height) * blobs(np.full((JOINTS, 2), at, np.float32))


def ring_of(
    frames: list[np.ndarray], cut: int = -1, crops: list[Crop] | None = None
) -> tuple[FlowRing, MapRing]:
    ring, person = FlowRing(8), MapRing(JOINTS)
    for n, heatmaps in enumerate(frames):
        ring.open(n, n / 25, linked=n > 0 and n != cut)
        person.put(n, crops[n] if crops else CROP, heatmaps)
    return ring, person


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("warpers")


def pooled(
    folder: Path, by: By, rings: tuple[FlowRing, MapRing], frame: int, window: int = 15
) -> tuple[np.ndarray, int]:
    answer = WarpPooler(opened(folder, MODEL, by), window).pool(*rings, frame, 8)
    return unblock(answer.maps).max(axis=(1, 2)), answer.frames


def test_what_is_warped_is_the_mean_of_three_frames_on_each_side(folder: Path) -> None:
    heights = np.linspace(0.1, 0.9, 9)
    rings = ring_of([maps(height) for height in heights])
    body = list(opened(folder, MODEL, By.IDENTITY).joints)
    alone = maps(1).max()
    tops, frames = pooled(folder, By.IDENTITY, rings, 4)
    assert frames == 7
    np.testing.assert_allclose(tops[body], alone * heights[1:8].mean(), atol=1e-3)
    others = np.setdiff1d(np.arange(JOINTS), body)
    np.testing.assert_allclose(tops[others], alone * heights[4], atol=1e-3)
    tops, frames = pooled(folder, By.IDENTITY, rings, 8)
    assert frames == 4
    np.testing.assert_allclose(tops[body], alone * heights[5:].mean(), atol=1e-3)


def test_the_window_cut_by_the_user_or_by_a_scene_is_smaller(folder: Path) -> None:
    rings = ring_of([maps(0.5)] * 9, cut=4)
    assert pooled(folder, By.IDENTITY, rings, 4)[1] == 4
    assert pooled(folder, By.IDENTITY, rings, 3)[1] == 4
    assert pooled(folder, By.IDENTITY, ring_of([maps(0.5)] * 9), 4, window=1)[1] == 3


def test_frames_in_which_the_person_was_not_seen_do_not_take_part(folder: Path) -> None:
    ring, person = ring_of([maps(0.5)] * 9)
    alone = MapRing(JOINTS)
    for n in (2, 4, 5):
        alone.put(n, CROP, person.heatmaps(n))
    assert pooled(folder, By.IDENTITY, (ring, alone), 4)[1] == 3
    with pytest.raises(ValueError, match="frame 3"):
        pooled(folder, By.IDENTITY, (ring, alone), 3)


def test_neighbours_are_seen_from_the_frames_own_crop(folder: Path) -> None:
    points = np.full((JOINTS, 2), 100, np.float32)  # frame pixels; nothing moves but the crops
    crops = [Crop((127.5 + 8 * n, 127.5), 128) for n in range(5)]
    rings = ring_of([blobs(crop.to_input(points)) for crop in crops], crops=crops)
    tops, _ = pooled(folder, By.IDENTITY, rings, 2)
    np.testing.assert_allclose(tops, maps(1).max(), atol=0.02)


def test_the_warper_gets_this_frame_as_here(folder: Path) -> None:
    rings = ring_of([maps(height) for height in (0.2, 0.2, 0.8, 0.2, 0.2)])
    tops, _ = pooled(folder, By.ORACLE, rings, 2)
    np.testing.assert_allclose(tops, 0.8 * maps(1).max(), atol=1e-3)
