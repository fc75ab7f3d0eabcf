"""TFLite files read into a graph; half-precision and sparse weights become plain float32 constants."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import tflite
from numpy.typing import NDArray

from export.errors import UnreadableModel, UnsupportedNode
from export.graph import Constant, Graph, Node
from export.sparse import Level, densify

KINDS = {number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)}

DTYPES: dict[int, np.dtype[Any]] = {
    tflite.TensorType.FLOAT32: np.dtype("<f4"),
    tflite.TensorType.FLOAT16: np.dtype("<f2"),
    tflite.TensorType.INT32: np.dtype("<i4"),
}

CONVOLUTION = (
    "Padding",
    "StrideH",
    "StrideW",
    "DilationHFactor",
    "DilationWFactor",
    "FusedActivationFunction",
)
OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "CONV_2D": ("Conv2DOptions", CONVOLUTION),
    "DEPTHWISE_CONV_2D": ("DepthwiseConv2DOptions", (*CONVOLUTION, "DepthMultiplier")),
    "ADD": ("AddOptions", ("FusedActivationFunction",)),
    "RESIZE_BILINEAR": ("ResizeBilinearOptions", ("AlignCorners", "HalfPixelCenters")),
    "DEPTH_TO_SPACE": ("DepthToSpaceOptions", ("BlockSize",)),
    "CONCATENATION": ("ConcatenationOptions", ("Axis", "FusedActivationFunction")),
}
"""Schema class and the fields read of it; nodes of other kinds are read without options."""

FOLDED = {"DEQUANTIZE", "DENSIFY"}  # on a constant they are the constant; the writer refuses them elsewhere

FILE_IDENTIFIER = b"TFL3"  # bytes 4..8 of every TFLite file


def read_graph(data: bytes) -> Graph:
    """Read the first sub-graph of a TFLite file.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
    The graph; fp16 constants behind ``DEQUANTIZE`` and sparse ones behind ``DENSIFY`` are dense float32.

    Raises
    ------
    UnreadableModel
        The bytes are not a TFLite file, or are cut short.
    UnsupportedNode
        A constant is of a type other than float32, float16 or int32.
    """
    if data[4:8] != FILE_IDENTIFIER:
        raise UnreadableModel(f"no TFLite identifier in bytes 4 to 8: {data[4:8]!r}")
    try:
        return _read(tflite.Model.GetRootAs(data, 0))
    except (struct.error, ArithmeticError, AttributeError, LookupError, ValueError, TypeError) as error:
        raise UnreadableModel(f"the TFLite file is damaged: {error}") from error


def _read(model: Any) -> Graph:
    subgraph = model.Subgraphs(0)
    tensors = {index: subgraph.Tensors(index) for index in range(subgraph.TensorsLength())}
    constants = {
        index: value for index, tensor in tensors.items() if (value := _constant(model, tensor)) is not None
    }
    nodes = []
    for position in range(subgraph.OperatorsLength()):
        node = _node(model, subgraph.Operators(position))
        if node.kind in FOLDED and node.inputs[0] in constants:
            constants[node.outputs[0]] = constants[node.inputs[0]]
        else:
            nodes.append(node)
    return Graph(
        nodes=tuple(nodes),
        names={index: tensor.Name().decode() for index, tensor in tensors.items()},
        shapes={index: _shape(tensor) for index, tensor in tensors.items()},
        constants=constants,
        inputs=tuple(int(index) for index in subgraph.InputsAsNumpy()),
        outputs=tuple(int(index) for index in subgraph.OutputsAsNumpy()),
    )


def _node(model: Any, operator: Any) -> Node:
    code = model.OperatorCodes(operator.OpcodeIndex())
    # Files older than schema 3a have the kind in the deprecated byte alone, newer ones the larger of both.
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    kind = KINDS.get(number, f"operator {number}")
    return Node(
        kind=kind,
        inputs=tuple(int(index) for index in operator.InputsAsNumpy()),
        outputs=tuple(int(index) for index in operator.OutputsAsNumpy()),
        options=_options(kind, operator.BuiltinOptions()),
    )


def _options(kind: str, table: Any) -> dict[str, int]:
    if kind not in OPTIONS or table is None:
        return {}
    class_name, fields = OPTIONS[kind]
    options = getattr(tflite, class_name)()
    options.Init(table.Bytes, table.Pos)
    return {field: int(getattr(options, field)()) for field in fields}


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in tensor.ShapeAsNumpy()) if tensor.ShapeLength() else ()


def _constant(model: Any, tensor: Any) -> Constant | None:
    buffer = model.Buffers(tensor.Buffer())
    if not buffer.DataLength():
        return None
    if tensor.Type() not in DTYPES:
        raise UnsupportedNode(f"constant {tensor.Name().decode()!r} has TFLite type {tensor.Type()}")
    values = np.frombuffer(buffer.DataAsNumpy().tobytes(), DTYPES[tensor.Type()])
    sparsity = tensor.Sparsity()
    dense = values.reshape(_shape(tensor)) if sparsity is None else _dense(values, tensor, sparsity)
    return dense.astype(np.int32) if dense.dtype.kind == "i" else dense.astype(np.float32)


def _dense(values: NDArray[Any], tensor: Any, sparsity: Any) -> NDArray[Any]:
    levels = [_level(sparsity.DimMetadata(depth)) for depth in range(sparsity.DimMetadataLength())]
    order = [int(dimension) for dimension in sparsity.TraversalOrderAsNumpy()]
    blocks = [int(sparsity.BlockMap(block)) for block in range(sparsity.BlockMapLength())]
    return densify(values, _shape(tensor), levels, order, blocks)


def _level(metadata: Any) -> Level:
    if metadata.Format() == tflite.DimensionType.DENSE:
        return Level(metadata.DenseSize())
    return Level(
        size=metadata.DenseSize(),
        segments=_index_vector(metadata.ArraySegmentsType(), metadata.ArraySegments()),
        indices=_index_vector(metadata.ArrayIndicesType(), metadata.ArrayIndices()),
    )


def _index_vector(kind: int, table: Any) -> NDArray[np.int64]:
    names = {
        number: name for name, number in vars(tflite.SparseIndexVector).items() if isinstance(number, int)
    }
    vector = getattr(tflite, names[kind])()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy(), np.int64)
