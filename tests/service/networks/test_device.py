from __future__ import annotations

from pathlib import Path

import onnxruntime as ort
import pytest

from service.networks.device import (
    CPU_PROVIDER,
    CUDA_PROVIDER,
    Device,
    DeviceUnavailable,
    providers,
    true_device,
)
from service.networks.session import open_session, sha256_of


def test_the_cpu_is_never_asked_for_cuda() -> None:
    assert providers(Device.CPU) == [CPU_PROVIDER]


def test_cuda_is_asked_for_first_when_it_is_demanded_and_built_in() -> None:
    if CUDA_PROVIDER in ort.get_available_providers():
        assert providers(Device.CUDA)[0] == CUDA_PROVIDER
    else:
        with pytest.raises(DeviceUnavailable, match="built without CUDA"):
            providers(Device.CUDA)


def test_the_true_device_is_what_the_session_says(models_dir: Path) -> None:
    session = open_session(models_dir / "blazepose-full.onnx", Device.CPU, 1)
    assert true_device(session) == "cpu"


def test_asking_for_cuda_and_getting_the_cpu_is_refused(models_dir: Path) -> None:
    if true_device(open_session(models_dir / "blazepose-full.onnx", Device.AUTO, 1)) != "cpu":
        pytest.skip("this machine has a working CUDA device, where nothing falls back")
    with pytest.raises(DeviceUnavailable, match="FLOWPOSE_DEVICE=cuda"):
        open_session(models_dir / "blazepose-full.onnx", Device.CUDA, 1)


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"abc")
    assert sha256_of(file).startswith("ba7816bf")
