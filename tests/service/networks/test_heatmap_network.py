from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.networks.catalogue import find
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session
from service.people.crop import Crop
from service.people.sighting import sight

CARD = find("blazepose-full")
WHOLE_BODY = Crop((215, 420), 420)  # the astronaut's hips lie just below her picture


@pytest.fixture(scope="module")
def network(models_dir: Path) -> HeatmapNetwork:
    return HeatmapNetwork(open_session(models_dir / "blazepose-full.onnx", Device.CPU, 2))


def test_heatmaps_have_the_stated_shape_and_range(network: HeatmapNetwork, astronaut: np.ndarray) -> None:
    maps = network.heatmaps([WHOLE_BODY.cut(astronaut)] * 2)
    assert maps.shape == (2, 39, 64, 64)
    assert maps.dtype == np.float32
    assert maps.min() >= 0
    assert maps.max() <= 1
    np.testing.assert_array_equal(maps[0], maps[1])
    assert network.device == "cpu"


def test_colours_go_in_as_rgb(network: HeatmapNetwork, astronaut: np.ndarray) -> None:
    right = network.heatmaps([WHOLE_BODY.cut(astronaut)])[0, :11].max(axis=(1, 2)).mean()
    swapped = network.heatmaps([WHOLE_BODY.cut(np.ascontiguousarray(astronaut[..., ::-1]))])[0, :11]
    assert right > swapped.max(axis=(1, 2)).mean()


def test_left_is_the_persons_own_left(network: HeatmapNetwork, astronaut: np.ndarray) -> None:
    seen = sight(network.heatmaps([WHOLE_BODY.cut(astronaut, CARD.shift_px)])[0], WHOLE_BODY, CARD)
    names = CARD.skeleton.joints
    joints = dict(zip(names, seen.joints.tolist(), strict=True))
    assert joints["left_shoulder"][0] > joints["right_shoulder"][0] + 80, "she faces us"
    assert joints["left_eye"][0] > joints["right_eye"][0]
    np.testing.assert_allclose(joints["nose"], (224, 120), atol=25)


def test_with_the_shift_a_mirrored_picture_gives_the_mirrored_pose(
    network: HeatmapNetwork, astronaut: np.ndarray
) -> None:
    """The proof of the cell offset: without the shift both poses lie half a cell too far to one side."""
    crop = Crop((255.5, 300), 330)
    mirrored = np.ascontiguousarray(astronaut[:, ::-1])
    face = slice(0, 13)
    offsets = {}
    for shift in (0.0, CARD.shift_px):
        here = _soft_points(network.heatmaps([crop.cut(astronaut, shift)])[0])
        there = _soft_points(network.heatmaps([crop.cut(mirrored, shift)])[0])
        order = np.arange(33)
        for a, b in CARD.skeleton.swaps:
            order[[a, b]] = b, a
        offsets[shift] = np.median((here[face, 0] + there[order][face, 0]) / 2 - 31.5)
    assert abs(offsets[CARD.shift_px]) < 0.2
    assert abs(offsets[0.0] - offsets[CARD.shift_px] - 0.5) < 0.2


def _soft_points(maps: np.ndarray) -> np.ndarray:
    """(33, 2) peaks below the cell: centre of mass of the squared map round the highest cell."""
    points = []
    for heatmap in maps[:33]:
        i, j = np.unravel_index(heatmap.argmax(), heatmap.shape)
        rows, columns = np.mgrid[max(i - 3, 0) : min(i + 4, 64), max(j - 3, 0) : min(j + 4, 64)]
        weight = heatmap[rows, columns] ** 2
        points.append(((columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()))
    return np.array(points)
