"""Rewrites of a graph that change its speed and not its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import tflite

from export.errors import UnsupportedNode
from export.graph import Graph, Node

CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")


def cut(graph: Graph, outputs: Sequence[str]) -> Graph:
    """Keep what the named tensors depend on, and make them the outputs.

    Raises
    ------
    UnsupportedNode
        The graph has no tensor of that name.
    """
    try:
        wanted = tuple(graph.tensor(name) for name in outputs)
    except KeyError as error:
        raise UnsupportedNode(f"the graph has no tensor {error.args[0]!r}") from error
    needed, kept = set(wanted), []
    for node in reversed(graph.nodes):
        if needed.intersection(node.outputs):
            needed.update(node.inputs)
            kept.append(node)
    return replace(graph, nodes=tuple(reversed(kept)), outputs=wanted)


def explicit_pads(graph: Graph) -> Graph:
    """Give every convolution its padding in pixels.

    TensorFlow's SAME puts the odd pixel below and to the right, so that it depends on the input's size.
    """
    return replace(graph, nodes=tuple(_with_pads(graph, node) for node in graph.nodes))


def same_pads(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """Pixels before and after one axis under TensorFlow's SAME padding."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def _with_pads(graph: Graph, node: Node) -> Node:
    if node.kind not in CONVOLUTIONS or node.options["Padding"] != tflite.Padding.SAME:
        return node
    height, width = graph.shapes[node.inputs[0]][1:3]
    kernel_h, kernel_w = graph.shapes[node.inputs[1]][1:3]
    top, bottom = same_pads(height, kernel_h, node.options["StrideH"], node.options["DilationHFactor"])
    left, right = same_pads(width, kernel_w, node.options["StrideW"], node.options["DilationWFactor"])
    return replace(node, pads=(top, left, bottom, right))


def fold_pads(graph: Graph) -> Graph:
    """Take PAD nodes into the convolutions that read them; a PAD that others read too stays."""
    pads = {node.outputs[0]: node for node in graph.nodes if _only_pads_convolutions(graph, node)}
    nodes = tuple(
        _absorb(graph, node, pads.get(node.inputs[0])) for node in graph.nodes if node not in pads.values()
    )
    return replace(graph, nodes=nodes)


def _only_pads_convolutions(graph: Graph, node: Node) -> bool:
    if node.kind != "PAD" or node.outputs[0] in graph.outputs:
        return False
    batch, _, _, channels = graph.constants[node.inputs[1]].tolist()
    return batch == channels == [0, 0] and all(
        reader.kind in CONVOLUTIONS and reader.inputs[0] == node.outputs[0]
        for reader in graph.consumers(node.outputs[0])
    )


def _absorb(graph: Graph, node: Node, pad: Node | None) -> Node:
    if pad is None:
        return node
    _, (top, bottom), (left, right), _ = graph.constants[pad.inputs[1]].tolist()
    added = (top, left, bottom, right)
    pads = tuple(own + more for own, more in zip(node.pads, added, strict=True))
    return replace(node, inputs=(pad.inputs[0], *node.inputs[1:]), pads=(pads[0], pads[1], pads[2], pads[3]))


def resize_after_pointwise(graph: Graph) -> Graph:
    """Swap an enlarging RESIZE with the 1 x 1 convolution that alone reads it.

    Interpolation weights sum to one at every pixel, so interpolation and a per-pixel affine map commute; the
    convolution then runs on the smaller map. Its activation moves behind the resize.
    """
    for node in graph.nodes:
        pointwise = _lone_pointwise_reader(graph, node)
        if pointwise is not None:
            graph = _swap(graph, node, pointwise)
    return graph


def _lone_pointwise_reader(graph: Graph, node: Node) -> Node | None:
    if node.kind != "RESIZE_BILINEAR" or node.outputs[0] in graph.outputs:
        return None
    readers = list(graph.consumers(node.outputs[0]))
    if len(readers) != 1 or readers[0].kind != "CONV_2D" or readers[0].inputs[0] != node.outputs[0]:
        return None
    before, after = graph.shapes[node.inputs[0]], graph.shapes[node.outputs[0]]
    options = readers[0].options
    pointwise = (
        graph.shapes[readers[0].inputs[1]][1:3] == (1, 1) and options["StrideH"] == options["StrideW"] == 1
    )
    return readers[0] if pointwise and before[1] < after[1] and before[2] < after[2] else None


def _swap(graph: Graph, resize: Node, pointwise: Node) -> Graph:
    between = max(graph.shapes) + 1
    small = graph.shapes[resize.inputs[0]]
    channels = graph.shapes[pointwise.outputs[0]][3]
    plain = {**pointwise.options, "FusedActivationFunction": tflite.ActivationFunctionType.NONE}
    activation = {"FusedActivationFunction": pointwise.options["FusedActivationFunction"]}
    first = replace(
        pointwise, inputs=(resize.inputs[0], *pointwise.inputs[1:]), outputs=(between,), options=plain
    )
    second = replace(
        resize,
        inputs=(between, *resize.inputs[1:]),
        outputs=pointwise.outputs,
        options={**resize.options, **activation},
    )
    changed = {id(resize): first, id(pointwise): second}
    return replace(
        graph,
        nodes=tuple(changed.get(id(node), node) for node in graph.nodes),
        names={**graph.names, between: f"{graph.names[pointwise.outputs[0]]}/small"},
        shapes={**graph.shapes, between: (*small[:3], channels)},
    )
