from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import torch

from export.computed_half import compute_half
from export.rounded import rounded
from tests.export.networks import pictures


def run(model: onnx.ModelProto, feeds: dict[str, np.ndarray]) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    return np.asarray(session.run(None, feeds)[0])


def small(body: str) -> onnx.ModelProto:
    graph = onnx.parser.parse_graph(f"g (float[N] x) => (float[N] y) {{ {body} }}")
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=8)


def test_each_step_is_rounded_as_arithmetic_in_half_precision_does(random: np.random.Generator) -> None:
    x = random.uniform(-9, 9, 200).astype(np.float32)
    half = x.astype(np.float16)
    np.testing.assert_array_equal(
        run(rounded(small("a = Mul(x, x) y = Add(a, x)")), {"x": x}), half * half + half
    )


def test_a_sigmoid_answers_in_single_precision(random: np.random.Generator) -> None:
    x = random.uniform(-9, 9, 200).astype(np.float16).astype(np.float32)
    got = run(rounded(small("y = Sigmoid(x)")), {"x": x})
    np.testing.assert_array_equal(got, run(small("y = Sigmoid(x)"), {"x": x}))
    assert (got != got.astype(np.float16)).any()


def test_what_is_beyond_half_precision_shows() -> None:
    x = np.array([300], np.float32)
    assert np.isinf(run(rounded(small("y = Mul(x, x)")), {"x": x})).all()


def test_networks_are_off_by_what_the_cpu_hides(exported: dict[str, onnx.ModelProto]) -> None:
    model, images = exported["spatial-net-fusion"], {"image": pictures(1).numpy()}
    exact, honest = run(model, images), run(rounded(model), images)
    assert 1e-6 < np.abs(honest - exact).max() < 0.02
    in_half = np.abs(run(compute_half(model), images) - run(_with_half_weights(model), images)).max()
    assert in_half < np.abs(honest - exact).max() / 2, "onnxruntime's CPU computes it in single precision"


def _with_half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for constant in copy.graph.initializer:
        values = onnx.numpy_helper.to_array(constant)
        if values.dtype == np.float32:
            half = torch.from_numpy(values.copy()).half().float().numpy()
            constant.CopyFrom(onnx.numpy_helper.from_array(half, constant.name))
    return copy
