from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from export.computed_half import compute_half
from service.device_thread import DeviceThread
from service.networks.bound_network import BoundNetwork
from service.networks.bytes_in import with_bytes_in
from service.networks.device import Device, DeviceUnavailable
from service.networks.heatmap_network import HeatmapNetwork, takes_bytes
from service.networks.session import open_session


@pytest.fixture(scope="module")
def plain(models_dir: Path) -> ort.InferenceSession:
    return open_session(models_dir / "blazepose-full.onnx", Device.CPU, 1)


@pytest.fixture(scope="module")
def in_bytes(models_dir: Path) -> ort.InferenceSession:
    return open_session(with_bytes_in(models_dir / "blazepose-full.onnx"), Device.CPU, 1)


@pytest.fixture
def thread() -> Iterator[DeviceThread]:
    thread = DeviceThread("bytes-in")
    yield thread
    thread.close()


def crops_of(astronaut: np.ndarray) -> list[np.ndarray]:
    return [astronaut[n : n + 256, 100:356].copy() for n in (0, 60, 120)]


def test_crops_that_go_in_as_bytes_get_the_same_maps(
    plain: ort.InferenceSession, in_bytes: ort.InferenceSession, astronaut: np.ndarray
) -> None:
    assert not takes_bytes(plain)
    assert takes_bytes(in_bytes)
    crops = crops_of(astronaut)
    np.testing.assert_array_equal(
        HeatmapNetwork(in_bytes).heatmaps(crops), HeatmapNetwork(plain).heatmaps(crops)
    )


def test_buffers_hold_bytes(
    plain: ort.InferenceSession, in_bytes: ort.InferenceSession, thread: DeviceThread, astronaut: np.ndarray
) -> None:
    bound = BoundNetwork(in_bytes, (3, 1), thread, memory="cpu")
    bound.warm()
    crops, expected = crops_of(astronaut), HeatmapNetwork(plain)
    np.testing.assert_array_equal(bound.heatmaps(crops), expected.heatmaps(crops))
    np.testing.assert_array_equal(bound.heatmaps(crops[2:]), expected.heatmaps(crops[2:]))


def test_networks_in_half_precision_take_bytes_too(
    models_dir: Path, plain: ort.InferenceSession, tmp_path: Path, astronaut: np.ndarray
) -> None:
    onnx.save(compute_half(onnx.load(models_dir / "blazepose-full.onnx")), tmp_path / "half.onnx")
    half = HeatmapNetwork(open_session(with_bytes_in(tmp_path / "half.onnx"), Device.CPU, 1))
    crops = crops_of(astronaut)[:1]
    np.testing.assert_allclose(half.heatmaps(crops), HeatmapNetwork(plain).heatmaps(crops), atol=0.01)


def test_the_file_itself_stays_as_it_is(models_dir: Path) -> None:
    path = models_dir / "blazepose-full.onnx"
    before = path.read_bytes()
    onnx.checker.check_model(onnx.load_model_from_string(with_bytes_in(path)), full_check=True)
    assert path.read_bytes() == before


def test_without_the_package_onnx_it_says_what_to_install(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(DeviceUnavailable, match=r"flowpose\[gpu\]"):
        with_bytes_in(models_dir / "blazepose-full.onnx")
