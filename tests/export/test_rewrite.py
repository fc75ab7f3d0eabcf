from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from export.errors import UnsupportedNode
from export.rewrite import cut, explicit_pads, fold_pads, resize_after_pointwise, same_pads
from export.tflite_file import read_graph

PLAIN = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "pads"),
    [
        (256, 3, 2, 1, (0, 1)),  # the odd pixel goes behind
        (255, 3, 2, 1, (1, 1)),
        (64, 5, 1, 1, (2, 2)),
        (64, 5, 2, 1, (1, 2)),
        (64, 1, 2, 1, (0, 0)),
        (16, 3, 1, 4, (4, 4)),
    ],
)
def test_same_padding_is_tensorflows(
    size: int, kernel: int, stride: int, dilation: int, pads: tuple[int, int]
) -> None:
    assert same_pads(size, kernel, stride, dilation) == pads


def padded(new: Any, channels: list[int], also_read: bool) -> Any:
    start = new.tensor((1, 4, 4, 2))
    amounts = new.constant(np.array([[0, 0], [1, 0], [2, 3], channels], np.int32))
    depth = 2 + sum(channels)
    pad = new.node("PAD", [start, amounts], (1, 5, 9, depth), "PadOptions")
    weights = new.constant(np.ones((1, 1, 1, depth), np.float32))
    outputs = [new.node("CONV_2D", [pad, weights], (1, 5, 9, 1), "Conv2DOptions", **PLAIN, padding=1)]
    if also_read:
        outputs.append(new.node("ADD", [pad, pad], (1, 5, 9, depth), "AddOptions"))
    return explicit_pads(read_graph(new.finish([start], outputs)))


def test_a_pad_that_only_convolutions_read_goes_into_them(new: Any) -> None:
    (convolution,) = fold_pads(padded(new, [0, 0], also_read=False)).nodes
    assert convolution.pads == (1, 2, 0, 3)
    assert convolution.inputs[0] == 0


@pytest.mark.parametrize(("channels", "also_read"), [([0, 0], True), ([0, 1], False)])
def test_a_pad_that_others_read_or_that_adds_channels_stays(
    new: Any, channels: list[int], also_read: bool
) -> None:
    graph = padded(new, channels, also_read)
    assert fold_pads(graph).nodes == graph.nodes


def test_cutting_keeps_what_an_output_needs_and_nothing_else(new: Any) -> None:
    start = new.tensor((1, 2, 2, 3))
    first = new.node("ADD", [start, start], (1, 2, 2, 3), "AddOptions")
    second = new.node("ADD", [first, start], (1, 2, 2, 3), "AddOptions")
    aside = new.node("ADD", [first, first], (1, 2, 2, 3), "AddOptions")
    graph = cut(read_graph(new.finish([start], [second, aside])), ["t2"])
    assert [node.outputs for node in graph.nodes] == [(first,), (second,)]
    assert graph.outputs == (second,)


def test_cutting_at_an_unknown_tensor_names_it(new: Any) -> None:
    start = new.tensor((1, 2, 2, 3))
    output = new.node("ADD", [start, start], (1, 2, 2, 3), "AddOptions")
    with pytest.raises(UnsupportedNode, match="Identity_3"):
        cut(read_graph(new.finish([start], [output])), ["Identity_3"])


def enlarged(new: Any, kernel: int = 1, stride: int = 1, size: int = 8, also_read: bool = False) -> Any:
    start = new.tensor((1, 4, 4, 2))
    amounts = new.constant(np.array([size, size], np.int32))
    large = new.node("RESIZE_BILINEAR", [start, amounts], (1, size, size, 2), "ResizeBilinearOptions")
    weights = new.constant(np.ones((1, kernel, kernel, 2), np.float32))
    options = {**PLAIN, "strideH": stride, "strideW": stride, "fusedActivationFunction": 3}
    side = size // stride
    outputs = [new.node("CONV_2D", [large, weights], (1, side, side, 1), "Conv2DOptions", **options)]
    if also_read:
        outputs.append(new.node("ADD", [large, large], (1, size, size, 2), "AddOptions"))
    return read_graph(new.finish([start], outputs))


def test_a_pointwise_convolution_runs_before_the_enlargement(new: Any) -> None:
    first, second = resize_after_pointwise(enlarged(new)).nodes
    assert (first.kind, second.kind) == ("CONV_2D", "RESIZE_BILINEAR")
    assert first.outputs[0] == second.inputs[0]
    assert (first.options["FusedActivationFunction"], second.options["FusedActivationFunction"]) == (0, 3)


@pytest.mark.parametrize("change", [{"kernel": 3}, {"stride": 2}, {"size": 2}, {"also_read": True}])
def test_other_readers_of_a_resize_leave_it_where_it_is(new: Any, change: Any) -> None:
    graph = enlarged(new, **change)
    assert resize_after_pointwise(graph).nodes == graph.nodes
