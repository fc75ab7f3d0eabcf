from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from service.networks.device import Device
from service.networks.session import open_session
from service.options import Pooling
from service.temporal.device import DevicePooling
from service.temporal.joints import peaks
from service.temporal.kernel import unblock
from service.temporal.pooling import Pooler
from service.temporal.ring import SLOTS, FlowRing, MapRing
from service.temporal.weights import weights_for
from tests.service.temporal.device.scenes import JOINTS, rings
from tests.service.temporal.reference import unlearnt

WEIGHED = (Pooling.PARAMETRIC, Pooling.ADAPTIVE, Pooling.SUM, Pooling.MAX, Pooling.NONE)
SAME = 1e-3  # of a heatmap value, and of a cell
FRAMES = SLOTS + 5  # the rings have come round


@pytest.fixture(scope="module")
def device() -> Iterator[DevicePooling]:
    """The real graph in the real onnxruntime, its buffers in the CPU's memory."""
    pooling = DevicePooling(lambda model: open_session(model, Device.CPU, 1), memory="cpu")
    yield pooling
    pooling.close()


@pytest.fixture(scope="module")
def scene() -> tuple[FlowRing, MapRing]:
    return rings(FRAMES, missing=(FRAMES - 9, FRAMES - 20))


def assert_same(got: np.ndarray, expected: np.ndarray) -> None:
    """Both blocked maps show the same joints: place, score and spread."""
    for mine, theirs in zip(peaks(got), peaks(expected), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=SAME)


@pytest.mark.parametrize("pooling", WEIGHED)
def test_joints_are_those_of_the_kernel_along_real_flow(
    device: DevicePooling, scene: tuple[FlowRing, MapRing], pooling: Pooling
) -> None:
    weights, middle = weights_for(pooling, unlearnt(JOINTS)), FRAMES - 16
    got = device.pooler(weights, 15).pool(*scene, middle, FRAMES - 1)
    expected = Pooler(weights, 15).pool(*scene, middle, FRAMES - 1)
    assert_same(got.maps, expected.maps)
    assert got.frames == expected.frames == (1 if pooling is Pooling.NONE else 29)


@pytest.mark.parametrize("pooling", [Pooling.PARAMETRIC, Pooling.MAX])
def test_whole_maps_are_those_of_the_kernel(
    device: DevicePooling, scene: tuple[FlowRing, MapRing], pooling: Pooling
) -> None:
    weights, middle = weights_for(pooling, unlearnt(JOINTS)), FRAMES - 16
    got = device.pooler(weights, 15).pool(*scene, middle, FRAMES - 1, whole=1).maps
    kernel = Pooler(weights, 15)
    for joint in range(JOINTS):
        expected = kernel.pool(*scene, middle, FRAMES - 1, whole=joint).maps
        np.testing.assert_allclose(got[joint], expected[joint], atol=SAME)


def test_with_hills_all_maps_come_back(device: DevicePooling, scene: tuple[FlowRing, MapRing]) -> None:
    weights = weights_for(Pooling.SUM, unlearnt(JOINTS))
    alone = device.pooler(weights, 15).pool(*scene, FRAMES - 1, FRAMES - 1).maps.copy()
    hills = device.pooler(weights, 15, hills=(0,)).pool(*scene, FRAMES - 1, FRAMES - 1).maps
    looked_at = alone > 0
    np.testing.assert_array_equal(hills[looked_at], alone[looked_at])
    assert (hills > 0).sum() > 5 * looked_at.sum()


def test_without_hills_only_what_lies_round_the_peaks_comes_back(
    device: DevicePooling, scene: tuple[FlowRing, MapRing]
) -> None:
    pooler = device.pooler(weights_for(Pooling.SUM, unlearnt(JOINTS)), 15)
    squares = unblock(pooler.pool(*scene, FRAMES - 1, FRAMES - 1).maps)
    for square in squares:
        row, column = np.unravel_index(square.argmax(), square.shape)
        rows, columns = np.nonzero(square)
        assert max(abs(rows - row).max(), abs(columns - column).max()) == 5


@pytest.mark.parametrize("window", [0, 3, 15])
def test_windows_may_be_small_and_cut_by_scenes_and_ends(device: DevicePooling, window: int) -> None:
    ring, person = rings(9, missing=(3,), cut=6)
    weights = weights_for(Pooling.PARAMETRIC, unlearnt(JOINTS))
    on_device, kernel = device.pooler(weights, window), Pooler(weights, window)
    for frame in (0, 5, 6, 8):
        newest = min(frame + window, 8)
        got = on_device.pool(ring, person, frame, newest)
        expected = kernel.pool(ring, person, frame, newest)
        assert_same(got.maps, expected.maps)
        assert got.frames == expected.frames


def test_frames_that_come_later_are_followed_by_the_device(device: DevicePooling) -> None:
    weights = weights_for(Pooling.PARAMETRIC, unlearnt(JOINTS))
    on_device, kernel = device.pooler(weights, 2), Pooler(weights, 2)

    def compare(ring: FlowRing, person: MapRing, frame: int) -> None:
        if 4 < frame < SLOTS - 2:
            return
        got = on_device.pool(ring, person, frame, frame).maps.copy()
        assert_same(got, kernel.pool(ring, person, frame, frame).maps)

    rings(SLOTS + 3, each=compare)


def test_two_people_do_not_get_mixed_up(device: DevicePooling) -> None:
    weights = weights_for(Pooling.SUM, unlearnt(JOINTS))
    ring, one = rings(4)
    _, other = rings(4, seed=8)
    pooler = device.pooler(weights, 3)
    for person in (one, other, one):
        got = pooler.pool(ring, person, 2, 3).maps.copy()
        assert_same(got, Pooler(weights, 3).pool(ring, person, 2, 3).maps)


def test_what_the_device_keeps_goes_with_the_person(device: DevicePooling) -> None:
    ring, person = rings(3)
    pooler = device.pooler(weights_for(Pooling.SUM, unlearnt(JOINTS)), 3)
    pooler.pool(ring, person, 1, 2)
    gone = weakref.ref(person)
    del person
    gc.collect()
    assert gone() is None


def test_a_person_who_was_not_there_cannot_be_pooled(device: DevicePooling) -> None:
    ring, person = rings(3, missing=(2,))
    with pytest.raises(ValueError, match="frame 2"):
        device.pooler(weights_for(Pooling.SUM, unlearnt(JOINTS)), 3).pool(ring, person, 2, 2)
