from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from export.computed_half import compute_half
from export.eight_bit import compute_eight_bit
from export.errors import NoPictures
from export.forms import Form, in_form, write_network
from export.stored_half import store_half
from service.networks.catalogue import find
from tests.export.networks import pictures


@pytest.fixture
def model(exported: dict[str, onnx.ModelProto]) -> onnx.ModelProto:
    return exported["spatial-net"]


def answer(model: onnx.ModelProto, images: torch.Tensor) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    assert session.get_inputs()[0].type == session.get_outputs()[0].type == "tensor(float)"
    return np.asarray(session.run(["heatmaps"], {"image": images.numpy()})[0])


def kinds(model: onnx.ModelProto) -> set[str]:
    return {node.op_type for node in model.graph.node}


def size(model: onnx.ModelProto) -> int:
    return len(model.SerializeToString())


def test_weights_stored_in_half_are_half_the_file_and_nearly_the_same_maps(model: onnx.ModelProto) -> None:
    stored = store_half(model)
    assert size(stored) < 0.55 * size(model)
    np.testing.assert_allclose(answer(stored, pictures(2)), answer(model, pictures(2)), atol=0.01)
    assert all(
        constant.name.endswith(".half") for constant in stored.graph.initializer if len(constant.dims) > 1
    )


def test_the_casts_are_gone_once_the_file_is_open(model: onnx.ModelProto, tmp_path: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "opened.onnx")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    onnxruntime.InferenceSession(store_half(model).SerializeToString(), options, ["CPUExecutionProvider"])
    assert "Cast" in kinds(store_half(model))
    assert "Cast" not in kinds(onnx.load(tmp_path / "opened.onnx"))


def test_values_that_half_precision_has_not_stay_as_they_are() -> None:
    graph = onnx.parser.parse_graph("""g (float[N, 64] x) => (float[N, 64] y) { y = Mul(x, big) }""")
    big = np.full(64, 1e6, np.float32)
    graph.initializer.append(onnx.numpy_helper.from_array(big, "big"))
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=8)
    (kept,) = store_half(model).graph.initializer
    np.testing.assert_array_equal(onnx.numpy_helper.to_array(kept), big)


def test_computing_in_half_keeps_input_and_output(model: onnx.ModelProto) -> None:
    half = compute_half(model)
    assert size(half) < 0.55 * size(model)
    np.testing.assert_allclose(answer(half, pictures(2)), answer(model, pictures(2)), atol=0.02)


def test_eight_bits_find_the_same_peaks(model: onnx.ModelProto) -> None:
    eight = compute_eight_bit(model, list(pictures(8).numpy()))
    assert size(eight) < 0.35 * size(model)
    assert "QuantizeLinear" in kinds(eight)
    assert np.abs(answer(eight, pictures(2)) - answer(model, pictures(2))).mean() < 0.02


def test_making_a_form_leaves_the_network_as_it_was(model: onnx.ModelProto) -> None:
    before = model.SerializeToString(deterministic=True)
    store_half(model)
    compute_half(model)
    assert model.SerializeToString(deterministic=True) == before


def test_eight_bits_need_pictures(fusion_network: nn.Module, tmp_path: Path) -> None:
    with pytest.raises(NoPictures):
        write_network(fusion_network, "spatial-net", Form.INT8, tmp_path)
    with pytest.raises(NoPictures):
        write_network(fusion_network, "spatial-net", Form.INT8, tmp_path, tmp_path)
    assert not list(tmp_path.iterdir())


def test_each_form_is_what_it_says(model: onnx.ModelProto) -> None:
    made = {form: in_form(model, form, list(pictures(2).numpy())) for form in Form}
    assert made[Form.FULL] is model
    assert size(made[Form.INT8]) < size(made[Form.SHIPPED]) < size(made[Form.FULL])
    assert size(made[Form.FP16]) < size(made[Form.FULL])


def test_each_form_has_a_name_that_the_catalogue_knows() -> None:
    for form in Form:
        assert find(f"spatial-net-fusion{form.suffix}").skeleton.name == "upper7"
    assert [form.suffix for form in Form] == ["", "", "-fp16", "-int8"]
