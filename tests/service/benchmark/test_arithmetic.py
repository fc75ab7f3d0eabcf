from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from service.benchmark.arithmetic import operations
from service.benchmark.ceiling import product_model, product_rate
from service.networks.catalogue import PACKAGED
from service.networks.device import Device
from service.networks.session import open_session


def written(tmp_path: Path, text: str, **constants: tuple[int, ...]) -> Path:
    graph = onnx.parser.parse_graph(text)
    for name, shape in constants.items():
        graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(shape, np.float32), name))
    opset = [onnx.helper.make_opsetid("", 18)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "a.onnx")
    return tmp_path / "a.onnx"


def test_convolutions_count_two_for_each_multiply_add(tmp_path: Path) -> None:
    body = "c = Conv<strides=[2,2], pads=[1,1,1,1]>(x, w) y = Conv<group=4>(c, d)"
    path = written(
        tmp_path, f"g (float[N,3,8,8] x) => (float[N,4,2,2] y) {{ {body} }}", w=(4, 3, 3, 3), d=(4, 1, 3, 3)
    )
    assert operations(path) == 2 * (4 * 4 * 4) * (3 * 9) + 2 * (4 * 2 * 2) * 9


def test_matrix_products_count_too_of_one_of_a_batch(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(product_model(16, np.float32))
    assert operations(tmp_path / "m.onnx") == 2 * 16**2


def test_networks_as_they_are_served_can_be_counted(models_dir: Path) -> None:
    pulled = operations(models_dir / "blazepose-full.onnx")
    assert pulled is not None
    assert 0.3e9 < pulled < 3e9
    shipped = operations(PACKAGED / "spatial-net-fusion.onnx")
    assert shipped is not None
    assert shipped == operations(PACKAGED / "spatial-net-fusion-fp16.onnx")


def test_without_the_package_onnx_nobody_knows(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert operations(models_dir / "blazepose-full.onnx") is None


def test_the_limit_is_that_of_a_real_product() -> None:
    rate = product_rate(lambda model: open_session(model, Device.CPU, 1), "cpu", np.float32, 0.0)
    assert 1e8 < rate < 1e15
