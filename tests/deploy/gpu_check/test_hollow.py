"""A network without its weights, and with others."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import onnx
import pytest

from service.benchmark.arithmetic import operations
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session
from tests.discs import disc_network


def test_weights_that_do_not_travel_are_drawn_anew(tmp_path: Path) -> None:
    hollow = import_module("hollow")
    model = onnx.load_model_from_string(disc_network())
    large = onnx.numpy_helper.from_array(np.zeros((32, 3, 5, 5), np.float32), "large")
    model.graph.initializer.append(large)
    (tmp_path / "a.hollow").write_bytes(hollow.hollowed(model).SerializeToString())
    hollow.fill(tmp_path / "a.hollow", tmp_path)
    filled = onnx.load(tmp_path / "spatial-net-fusion.onnx")
    values = {each.name: onnx.numpy_helper.to_array(each) for each in filled.graph.initializer}
    assert values["large"].std() == pytest.approx(np.sqrt(2 / 75), rel=0.1)
    picture = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    for name in ("spatial-net-fusion", "spatial-net-fusion-fp16"):
        network = HeatmapNetwork(open_session(tmp_path / f"{name}.onnx", Device.CPU, 1))
        assert np.isfinite(network.heatmaps([picture])).all()
    assert operations(tmp_path / "spatial-net-fusion.onnx") is not None
