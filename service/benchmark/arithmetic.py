"""How much arithmetic a network asks for, counted in its graph."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

Shapes = dict[str, list[int]]


def operations(model: Path) -> float | None:
    """Floating point operations of one crop: two for each multiply-add of convolutions and matrix products.

    Parameters
    ----------
    model
        ONNX file whose first axis is the batch.

    Returns
    -------
    The count; None where the package `onnx` is missing, or a shape cannot be told. The rest of a network
    (activations, additions, enlarging) is left out: some thousandths of it.
    """
    try:
        import onnx
    except ImportError:
        return None
    network = onnx.load(model)
    network.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    del network.graph.value_info[:]
    for output in network.graph.output:
        output.type.tensor_type.ClearField("shape")  # told anew, for one
    shapes = _shapes(onnx.shape_inference.infer_shapes(network, data_prop=True))
    try:
        return float(sum(_of(node, shapes) for node in network.graph.node))
    except KeyError:
        return None


def _shapes(network: Any) -> Shapes:
    """Of all values whose shape is known."""
    shapes: Shapes = {constant.name: list(constant.dims) for constant in network.graph.initializer}
    for value in (*network.graph.input, *network.graph.output, *network.graph.value_info):
        sides = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        if all(sides):
            shapes[value.name] = sides
    return shapes


def _of(node: Any, shapes: Shapes) -> int:
    match node.op_type:
        case "Conv":  # weights are (out, in / groups, height, width)
            return 2 * math.prod(shapes[node.output[0]]) * math.prod(shapes[node.input[1]][1:])
        case "ConvTranspose":  # (in, out / groups, height, width), for each input cell
            return 2 * math.prod(shapes[node.input[0]]) * math.prod(shapes[node.input[1]][1:])
        case "MatMul" | "Gemm":
            return 2 * math.prod(shapes[node.output[0]]) * shapes[node.input[0]][-1]
        case _:
            return 0
