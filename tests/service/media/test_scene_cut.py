from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from service.media.scene_cut import SceneCut

SCENES = (skimage.data.astronaut(), skimage.data.coffee(), skimage.data.chelsea())


def shown(scene: np.ndarray, shift: int) -> np.ndarray:
    """(240, 320, 3): the scene, moved by a few pixels."""
    return np.ascontiguousarray(
        cv2.resize(scene, (400, 300))[shift : shift + 240, 2 * shift : 2 * shift + 320]
    )


def test_the_first_picture_is_no_cut() -> None:
    assert not SceneCut().cut_before(shown(SCENES[0], 0))


def test_every_change_of_scene_is_a_cut_and_nothing_else_is() -> None:
    cuts = SceneCut()
    found = [cuts.cut_before(shown(scene, n)) for scene in SCENES for n in range(15)]
    assert [n for n, cut in enumerate(found) if cut] == [15, 30]


@pytest.mark.parametrize("step", [1, 3])
def test_a_fast_pan_is_no_cut(step: int) -> None:
    cuts = SceneCut()
    assert not any(cuts.cut_before(shown(SCENES[0], n)) for n in range(0, 40, step))


def test_a_flash_light_in_one_corner_is_no_cut() -> None:
    cuts = SceneCut()
    for n in range(6):
        picture = shown(SCENES[1], n)
        if n == 4:
            picture[:60, :80] = 255
        assert not cuts.cut_before(picture)


def test_another_size_is_another_scene() -> None:
    cuts = SceneCut()
    cuts.cut_before(shown(SCENES[0], 0))
    assert cuts.cut_before(np.zeros((100, 300, 3), np.uint8))
