"""Every rule against TFLite's own interpreter, on models of one or two nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest

from export.errors import UnsupportedNode
from export.onnx_writer import IR_VERSION, OPSET, Output, write_onnx
from export.rewrite import explicit_pads
from export.tflite_file import read_graph

SAME, VALID = 0, 1
NONE, RELU, RELU6, TANH = 0, 1, 3, 4


def floats(random: np.random.Generator, *shape: int) -> Any:
    return random.normal(0, 2, shape).astype(np.float32)


def conv_options(padding: int, stride: int = 1, dilation: int = 1, activation: int = NONE) -> dict[str, int]:
    return {
        "padding": padding,
        "strideH": stride,
        "strideW": stride,
        "dilationHFactor": dilation,
        "dilationWFactor": dilation,
        "fusedActivationFunction": activation,
    }


def out_size(size: int, kernel: int, padding: int, stride: int, dilation: int = 1) -> int:
    return -(-size // stride) if padding == SAME else (size - (kernel - 1) * dilation - 1) // stride + 1


def agree(model: bytes, image: Any, run_tflite: Any, run_converted: Any, **how: bool) -> None:
    expected = run_tflite(model, image)
    assert np.ptp(expected) > 0
    np.testing.assert_allclose(run_converted(model, image, **how), expected, atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("activation", [NONE, RELU, RELU6])
@pytest.mark.parametrize(
    ("padding", "stride", "dilation"), [(0, 1, 1), (0, 2, 1), (1, 2, 1), (0, 1, 2), (0, 3, 1)]
)
@pytest.mark.parametrize("size", [(8, 9), (7, 10)])
def test_convolutions_agree(
    new: Any,
    random: Any,
    run_tflite: Any,
    run_converted: Any,
    size: tuple[int, int],
    padding: int,
    stride: int,
    dilation: int,
    activation: int,
) -> None:
    image = floats(random, 1, *size, 3)
    tensors = [
        new.tensor(image.shape),
        new.constant(floats(random, 4, 3, 3, 3)),
        new.constant(floats(random, 4)),
    ]
    shape = (1, *(out_size(side, 3, padding, stride, dilation) for side in size), 4)
    options = conv_options(padding, stride, dilation, activation)
    output = new.node("CONV_2D", tensors, shape, "Conv2DOptions", **options)
    agree(new.finish(tensors[:1], [output]), image, run_tflite, run_converted)


@pytest.mark.parametrize("multiplier", [1, 2])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kernel", [3, 5])
def test_depthwise_convolutions_agree(
    new: Any, random: Any, run_tflite: Any, run_converted: Any, kernel: int, stride: int, multiplier: int
) -> None:
    image = floats(random, 1, 8, 8, 3)
    weights = floats(random, 1, kernel, kernel, 3 * multiplier)
    tensors = [new.tensor(image.shape), new.constant(weights), new.constant(floats(random, 3 * multiplier))]
    shape = (1, 8 // stride, 8 // stride, 3 * multiplier)
    options = {**conv_options(SAME, stride, activation=RELU6), "depthMultiplier": multiplier}
    output = new.node("DEPTHWISE_CONV_2D", tensors, shape, "DepthwiseConv2DOptions", **options)
    agree(new.finish(tensors[:1], [output]), image, run_tflite, run_converted)


@pytest.mark.parametrize("rewrite", [False, True])
def test_an_asymmetric_pad_before_a_same_convolution_agrees(
    new: Any, random: Any, run_tflite: Any, run_converted: Any, rewrite: bool
) -> None:
    image = floats(random, 1, 6, 6, 2)
    start = new.tensor(image.shape)
    amounts = new.constant(np.array([[0, 0], [0, 1], [2, 1], [0, 0]], np.int32))
    padded = new.node("PAD", [start, amounts], (1, 7, 9, 2), "PadOptions")
    weights = new.constant(floats(random, 3, 3, 3, 2))
    bias = new.constant(floats(random, 3))
    output = new.node(
        "CONV_2D", [padded, weights, bias], (1, 4, 5, 3), "Conv2DOptions", **conv_options(SAME, 2)
    )
    agree(new.finish([start], [output]), image, run_tflite, run_converted, rewrite=rewrite)


@pytest.mark.parametrize("coordinates", [{}, {"halfPixelCenters": True}, {"alignCorners": True}])
@pytest.mark.parametrize("factors", [(2, 2), (3, 2)])
def test_bilinear_enlargements_agree(
    new: Any, random: Any, run_tflite: Any, run_converted: Any, factors: tuple[int, int], coordinates: Any
) -> None:
    image = floats(random, 1, 4, 5, 2)
    shape = (1, 4 * factors[0], 5 * factors[1], 2)
    tensors = [new.tensor(image.shape), new.constant(np.array(shape[1:3], np.int32))]
    output = new.node("RESIZE_BILINEAR", tensors, shape, "ResizeBilinearOptions", **coordinates)
    agree(new.finish(tensors[:1], [output]), image, run_tflite, run_converted)


@pytest.mark.parametrize("rewrite", [False, True])
def test_a_pointwise_convolution_behind_an_enlargement_agrees(
    new: Any, random: Any, run_tflite: Any, run_converted: Any, rewrite: bool
) -> None:
    image = floats(random, 1, 4, 4, 3)
    start = new.tensor(image.shape)
    size = new.constant(np.array([8, 8], np.int32))
    large = new.node(
        "RESIZE_BILINEAR", [start, size], (1, 8, 8, 3), "ResizeBilinearOptions", halfPixelCenters=True
    )
    weights, bias = new.constant(floats(random, 5, 1, 1, 3)), new.constant(floats(random, 5))
    options = conv_options(SAME, activation=RELU6)
    output = new.node("CONV_2D", [large, weights, bias], (1, 8, 8, 5), "Conv2DOptions", **options)
    agree(new.finish([start], [output]), image, run_tflite, run_converted, rewrite=rewrite)


def test_depth_to_space_agrees(new: Any, random: Any, run_tflite: Any, run_converted: Any) -> None:
    image = floats(random, 1, 3, 4, 12)
    start = new.tensor(image.shape)
    output = new.node("DEPTH_TO_SPACE", [start], (1, 6, 8, 3), "DepthToSpaceOptions", blockSize=2)
    agree(new.finish([start], [output]), image, run_tflite, run_converted)


@pytest.mark.parametrize(
    ("axis", "shape"), [(1, (1, 6, 4, 2)), (2, (1, 3, 8, 2)), (3, (1, 3, 4, 4)), (-1, (1, 3, 4, 4))]
)
def test_sums_joined_along_any_axis_agree(
    new: Any, random: Any, run_tflite: Any, run_converted: Any, axis: int, shape: tuple[int, ...]
) -> None:
    image = floats(random, 1, 3, 4, 2)
    start = new.tensor(image.shape)
    total = new.node("ADD", [start, start], image.shape, "AddOptions", fusedActivationFunction=RELU6)
    output = new.node("CONCATENATION", [start, total], shape, "ConcatenationOptions", axis=axis)
    agree(new.finish([start], [output]), image, run_tflite, run_converted)


def test_maps_flattened_to_anchors_keep_tflite_order(
    new: Any, random: Any, run_tflite: Any, run_converted: Any
) -> None:
    image = floats(random, 1, 3, 4, 6)
    start = new.tensor(image.shape)
    flat = new.node("RESHAPE", [start, new.constant(np.array([1, 24, 3], np.int32))], (1, 24, 3))
    output = new.node("CONCATENATION", [flat, flat], (1, 48, 3), "ConcatenationOptions", axis=1)
    agree(new.finish([start], [output]), image, run_tflite, run_converted)


def added(new: Any, activation: int = NONE) -> bytes:
    start = new.tensor((1, 2, 2, 3))
    total = new.node("ADD", [start, start], (1, 2, 2, 3), "AddOptions", fusedActivationFunction=activation)
    return bytes(new.finish([start], [total]))


def test_the_file_names_its_ends_and_leaves_the_batch_open(new: Any) -> None:
    graph = explicit_pads(read_graph(added(new)))
    model = write_onnx(graph, "small", "image", [Output("t1", "heatmaps", sigmoid=True)])
    assert (model.opset_import[0].version, model.ir_version) == (OPSET, IR_VERSION)
    assert 17 <= OPSET <= 21
    for value in (model.graph.input[0], model.graph.output[0]):
        assert [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim] == ["N", 3, 2, 2]
    assert [node.op_type for node in model.graph.node] == ["Add", "Sigmoid"]
    assert isinstance(model, onnx.ModelProto)


def test_an_output_without_sigmoid_costs_no_node(new: Any) -> None:
    model = write_onnx(read_graph(added(new)), "small", "image", [Output("t1", "scores")])
    assert [(node.op_type, list(node.output)) for node in model.graph.node] == [("Add", ["scores"])]


def test_a_node_without_a_rule_is_named(new: Any) -> None:
    start = new.tensor((1, 2, 2, 3))
    output = new.node("HARD_SWISH", [start], (1, 2, 2, 3), "HardSwishOptions")
    with pytest.raises(UnsupportedNode, match="no rule for HARD_SWISH"):
        write_onnx(read_graph(new.finish([start], [output])), "small", "image", [Output("t1", "out")])


def test_an_activation_without_a_rule_is_named(new: Any) -> None:
    with pytest.raises(UnsupportedNode, match="activation 4"):
        write_onnx(read_graph(added(new, TANH)), "small", "image", [Output("t1", "out")])


def test_a_sum_that_broadcasts_is_refused(new: Any) -> None:
    start, one = new.tensor((1, 2, 2, 3)), new.constant(np.ones(3, np.float32))
    output = new.node("ADD", [start, one], (1, 2, 2, 3), "AddOptions")
    with pytest.raises(UnsupportedNode, match=r"\(1, 2, 2, 3\) and \(3,\)"):
        write_onnx(read_graph(new.finish([start], [output])), "small", "image", [Output("t2", "out")])


def test_a_reshape_that_mixes_the_batch_is_refused(new: Any) -> None:
    start = new.tensor((1, 2, 2, 3))
    output = new.node("RESHAPE", [start, new.constant(np.array([4, 3], np.int32))], (4, 3))
    with pytest.raises(UnsupportedNode, match=r"RESHAPE from \(1, 2, 2, 3\) to \(4, 3\)"):
        write_onnx(read_graph(new.finish([start], [output])), "small", "image", [Output("t2", "out")])


def test_an_enlargement_by_a_fraction_is_refused(new: Any) -> None:
    start, size = new.tensor((1, 4, 4, 3)), new.constant(np.array([6, 6], np.int32))
    output = new.node("RESIZE_BILINEAR", [start, size], (1, 6, 6, 3), "ResizeBilinearOptions")
    with pytest.raises(UnsupportedNode, match="from 4 x 4 to 6 x 6"):
        write_onnx(read_graph(new.finish([start], [output])), "small", "image", [Output("t2", "out")])
