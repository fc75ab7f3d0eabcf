from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest

from service.networks.device import Device
from service.networks.session import open_session
from service.temporal.device.mirror import Mirror
from service.temporal.device.nodes import copy_model


@pytest.fixture(scope="module")
def copier() -> ort.InferenceSession:
    return open_session(copy_model(np.uint16, 2), Device.CPU, 1)


@pytest.fixture
def mirror(copier: ort.InferenceSession) -> Mirror:
    return Mirror((4, 2, 3), np.uint16, copier, "cpu")


ITEM = np.arange(6, dtype=np.uint16)


def test_it_starts_empty_and_takes_one_slot_at_a_time(mirror: Mirror) -> None:
    mirror.keep(2, 7, ITEM)
    whole = mirror.value.numpy()
    np.testing.assert_array_equal(whole[2], ITEM.reshape(2, 3))
    assert whole[[0, 1, 3]].sum() == 0


def test_a_frame_that_is_there_is_not_sent_again(mirror: Mirror) -> None:
    mirror.keep(0, 7, ITEM)
    mirror.keep(0, 7, ITEM + 10)
    np.testing.assert_array_equal(mirror.value.numpy()[0], ITEM.reshape(2, 3))
    mirror.keep(0, 11, ITEM + 10)
    np.testing.assert_array_equal(mirror.value.numpy()[0], ITEM.reshape(2, 3) + 10)


def test_it_stays_where_it_is(mirror: Mirror) -> None:
    before = mirror.value.data_ptr()
    for frame in range(6):
        mirror.keep(frame % 4, frame, ITEM)
    assert mirror.value.data_ptr() == before
