"""Graphs written as ONNX: channels first, dynamic batch.

Values of rank 4 are (N, channels, height, width) in the ONNX graph and (1, height, width, channels) in
TFLite; weights are transposed once, here. Values of lower rank keep TFLite's order, so that the one place
which flattens a map (``RESHAPE``) is the one place with a Transpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray

from export.errors import UnsupportedNode
from export.graph import Graph, Node

OPSET = 18  # 17..21 run whole on onnxruntime's CUDA provider; <= 18 also before its 1.25
IR_VERSION = 9  # the file format that every onnxruntime >= 1.15 reads
BATCH = "N"
CHANNELS_FIRST = (0, 3, 1, 2)  # NHWC -> NCHW
CHANNELS_LAST = (0, 2, 3, 1)  # NCHW -> NHWC
AXIS = {1: 2, 2: 3, 3: 1}  # TFLite's axis of a rank 4 value -> ours; the batch (0) is never joined


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the written network.

    Attributes
    ----------
    tensor
        Its name in the TFLite file.
    name
        Its name in the ONNX file.
    sigmoid
        Whether logits become values in [0, 1].
    """

    tensor: str
    name: str
    sigmoid: bool = False


@dataclass(slots=True)
class Writer:
    """An ONNX graph in the making.

    Attributes
    ----------
    values
        ONNX value by TFLite tensor id; starts with the input.
    names
        ONNX names that some tensors must have, by TFLite tensor id.
    """

    graph: Graph
    values: dict[int, str]
    names: Mapping[int, str] = field(default_factory=dict)
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    def value(self, tensor: int) -> str:
        """Name the ONNX value of a tensor that some earlier node made."""
        if tensor not in self.values:
            raise UnsupportedNode(
                f"tensor {self.graph.names.get(tensor, tensor)!r} is read and no node computes it"
            )
        return self.values[tensor]

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Store a constant once per name; answers the name."""
        if name not in self.constants:
            self.constants[name] = onnx.numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Append a node; answers its output."""
        self.nodes.append(
            onnx.helper.make_node(kind, list(inputs), [output], name=f"{kind}:{output}", **attributes)
        )
        return output

    def finish(self, node: Node, kind: str, inputs: Sequence[str], **attributes: Any) -> None:
        """Append the last ONNX node for a TFLite node, with the activation fused into the latter."""
        output = self.names.get(node.outputs[0], f"{node.kind.lower()}_{node.outputs[0]}")
        activation = node.options.get("FusedActivationFunction", tflite.ActivationFunctionType.NONE)
        if activation == tflite.ActivationFunctionType.NONE:
            self.values[node.outputs[0]] = self.add(kind, inputs, output, **attributes)
            return
        before = self.add(kind, inputs, f"{output}_before", **attributes)
        self.values[node.outputs[0]] = self.activate(activation, before, output)

    def activate(self, activation: int, value: str, output: str) -> str:
        """Append an activation."""
        if activation == tflite.ActivationFunctionType.RELU:
            return self.add("Relu", [value], output)
        if activation != tflite.ActivationFunctionType.RELU6:
            raise UnsupportedNode(f"activation {activation} of TFLite's ActivationFunctionType")
        bounds = [
            self.constant("zero", np.array(0, np.float32)),
            self.constant("six", np.array(6, np.float32)),
        ]
        return self.add("Clip", [value, *bounds], output)


def write_onnx(graph: Graph, name: str, input_name: str, outputs: Sequence[Output]) -> Any:
    """Write a graph as ONNX.

    Parameters
    ----------
    graph
        With one image input, explicit pads, and the outputs in the order of ``outputs``.
    name
        Of the ONNX graph.
    input_name
        Name of the input in the ONNX file, (N, 3, height, width) float32.
    outputs
        See :class:`Output`.

    Returns
    -------
    ``onnx.ModelProto``, checked; the same for the same arguments.

    Raises
    ------
    UnsupportedNode
        There is no rule for a node, or for an option of it.
    """
    ends = list(zip(graph.outputs, outputs, strict=True))
    writer = Writer(graph, {graph.inputs[0]: input_name}, {t: o.name for t, o in ends if not o.sigmoid})
    for node in graph.nodes:
        if node.kind not in RULES:
            raise UnsupportedNode(f"no rule for {node.kind}")
        RULES[node.kind](writer, node)
    for tensor, output in ends:
        if output.sigmoid:
            writer.add("Sigmoid", [writer.value(tensor)], output.name)
    return _model(writer, name, input_name, outputs)


def _model(writer: Writer, name: str, input_name: str, outputs: Sequence[Output]) -> Any:
    shapes = writer.graph.shapes
    body = onnx.helper.make_graph(
        writer.nodes,
        name,
        [_value_info(input_name, shapes[writer.graph.inputs[0]])],
        [_value_info(o.name, shapes[t]) for t, o in zip(writer.graph.outputs, outputs, strict=True)],
        list(writer.constants.values()),
    )
    opset = [onnx.helper.make_opsetid("", OPSET)]
    model = onnx.helper.make_model(
        body, opset_imports=opset, ir_version=IR_VERSION, producer_name="flowpose export"
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _value_info(name: str, shape: Sequence[int]) -> Any:
    order = CHANNELS_FIRST if len(shape) == 4 else range(len(shape))
    sizes = [BATCH, *(shape[axis] for axis in order if axis != 0)]
    return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, sizes)


def _convolution(writer: Writer, node: Node) -> None:
    depthwise = node.kind == "DEPTHWISE_CONV_2D"
    weights = writer.graph.constants[node.inputs[1]]
    channels = writer.graph.shapes[node.inputs[0]][3]
    inputs = [writer.value(node.inputs[0])]
    inputs.append(
        writer.constant(
            f"weights_{node.inputs[1]}",
            weights.transpose(3, 0, 1, 2) if depthwise else weights.transpose(CHANNELS_FIRST),
        )
    )
    if len(node.inputs) > 2 and node.inputs[2] >= 0:
        inputs.append(writer.constant(f"bias_{node.inputs[2]}", writer.graph.constants[node.inputs[2]]))
    writer.finish(
        node,
        "Conv",
        inputs,
        group=channels if depthwise else channels // weights.shape[3],
        kernel_shape=list(weights.shape[1:3]),
        strides=[node.options["StrideH"], node.options["StrideW"]],
        dilations=[node.options["DilationHFactor"], node.options["DilationWFactor"]],
        pads=list(node.pads),
    )


def _add(writer: Writer, node: Node) -> None:
    first, second = (writer.graph.shapes[tensor] for tensor in node.inputs)
    if first != second:
        raise UnsupportedNode(f"ADD of different shapes {first} and {second}")
    writer.finish(node, "Add", [writer.value(tensor) for tensor in node.inputs])


def _pad(writer: Writer, node: Node) -> None:
    pads = writer.graph.constants[node.inputs[1]]
    if pads.shape != (4, 2):
        raise UnsupportedNode(f"PAD of a value of rank {len(pads)}")
    ordered = pads[list(CHANNELS_FIRST)].T.reshape(-1).astype(np.int64)
    name = writer.constant(f"pads_{node.inputs[1]}", ordered)
    writer.finish(node, "Pad", [writer.value(node.inputs[0]), name])


def _resize(writer: Writer, node: Node) -> None:
    _, height, width, _ = writer.graph.shapes[node.inputs[0]]
    _, new_height, new_width, _ = writer.graph.shapes[node.outputs[0]]
    if new_height % height or new_width % width:
        raise UnsupportedNode(
            f"{node.kind} from {height} x {width} to {new_height} x {new_width}: not whole times"
        )
    scales = np.array([1, 1, new_height // height, new_width // width], np.float32)
    name = writer.constant(f"scales_{new_height // height}x{new_width // width}", scales)
    writer.finish(
        node,
        "Resize",
        [writer.value(node.inputs[0]), "", name],
        mode="linear",
        coordinate_transformation_mode=_coordinates(node.options),
    )


def _coordinates(options: Mapping[str, int]) -> str:
    if options["AlignCorners"]:
        return "align_corners"
    return "half_pixel" if options["HalfPixelCenters"] else "asymmetric"


def _depth_to_space(writer: Writer, node: Node) -> None:
    writer.finish(
        node, "DepthToSpace", [writer.value(node.inputs[0])], blocksize=node.options["BlockSize"], mode="DCR"
    )


def _reshape(writer: Writer, node: Node) -> None:
    before, after = writer.graph.shapes[node.inputs[0]], writer.graph.shapes[node.outputs[0]]
    if len(after) == 4 or before[0] != after[0]:
        raise UnsupportedNode(f"RESHAPE from {before} to {after}")
    value = writer.value(node.inputs[0])
    if len(before) == 4:
        value = writer.add("Transpose", [value], f"channels_last_{node.inputs[0]}", perm=list(CHANNELS_LAST))
    shape = np.array([0, *after[1:]], np.int64)  # 0 keeps the batch
    writer.finish(node, "Reshape", [value, writer.constant("shape_" + "x".join(map(str, after[1:])), shape)])


def _concatenation(writer: Writer, node: Node) -> None:
    rank, axis = len(writer.graph.shapes[node.outputs[0]]), node.options["Axis"]
    axis = axis + rank if axis < 0 else axis
    if axis == 0:
        raise UnsupportedNode("CONCATENATION along the batch")
    inputs = [writer.value(tensor) for tensor in node.inputs]
    writer.finish(node, "Concat", inputs, axis=AXIS[axis] if rank == 4 else axis)


RULES: Mapping[str, Callable[[Writer, Node], None]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "ADD": _add,
    "PAD": _pad,
    "RESIZE_BILINEAR": _resize,
    "DEPTH_TO_SPACE": _depth_to_space,
    "RESHAPE": _reshape,
    "CONCATENATION": _concatenation,
}
