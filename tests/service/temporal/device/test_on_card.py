"""Warp and pool in a real card's memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device
from service.networks.session import open_session
from service.options import Pooling
from service.temporal.device import DevicePooling
from service.temporal.joints import peaks
from service.temporal.pooling import Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.weights import weights_for
from tests.service.temporal.device.scenes import JOINTS, rings
from tests.service.temporal.reference import unlearnt

pytestmark = pytest.mark.gpu("network")

FRAMES = 31
SAME = 1e-3  # of a heatmap value, and of a cell


@pytest.fixture(scope="module")
def device() -> Iterator[DevicePooling]:
    """Every node has to be on the card: `Device.CUDA` refuses anything else."""
    pooling = DevicePooling(lambda model: open_session(model, Device.CUDA, 1, CudaChoices(exact=True)))
    yield pooling
    pooling.close()


@pytest.fixture(scope="module")
def scene() -> tuple[FlowRing, MapRing]:
    return rings(FRAMES, missing=(9,))


@pytest.mark.parametrize("pooling", [Pooling.PARAMETRIC, Pooling.ADAPTIVE, Pooling.SUM, Pooling.MAX])
def test_joints_are_those_of_the_kernel(
    device: DevicePooling, scene: tuple[FlowRing, MapRing], pooling: Pooling
) -> None:
    weights = weights_for(pooling, unlearnt(JOINTS))
    on_card, kernel = device.pooler(weights, 15), Pooler(weights, 15)
    for frame in (15, 16, 30):
        got = peaks(on_card.pool(*scene, frame, FRAMES - 1).maps)
        for mine, theirs in zip(got, peaks(kernel.pool(*scene, frame, FRAMES - 1).maps), strict=True):
            np.testing.assert_allclose(mine, theirs, atol=SAME)


def test_whole_maps_are_those_of_the_kernel(device: DevicePooling, scene: tuple[FlowRing, MapRing]) -> None:
    weights = weights_for(Pooling.PARAMETRIC, unlearnt(JOINTS))
    got = device.pooler(weights, 15).pool(*scene, 15, FRAMES - 1, whole=0).maps
    expected = Pooler(weights, 15).pool(*scene, 15, FRAMES - 1, whole=0).maps
    np.testing.assert_allclose(got[0], expected[0], atol=SAME)
