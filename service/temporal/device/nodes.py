"""Writing an ONNX graph node by node."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

OPSET = 17  # below 22 every operator used here has a CUDA kernel; GridSample-16 calls linear "bilinear"
IR = 8


Shape: TypeAlias = tuple[int | None, ...]
"""Of a value; None for any size."""


def onnx_type(dtype: type[np.generic]) -> int:
    """ONNX's number for a type of numpy's."""
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))


class Nodes:
    """A graph under construction; values are handled by name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._count = 0

    def input(self, name: str, dtype: type[np.generic], shape: Shape) -> str:
        """Add an input of the graph."""
        self._inputs.append(helper.make_tensor_value_info(name, onnx_type(dtype), shape))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        """Add an array that is part of the graph."""
        name = self._name("constant")
        self._constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def __call__(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output, and name that."""
        name = self._name(kind)
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def split(self, value: str, parts: int, size: int, axis: int = 0) -> list[str]:
        """Cut a value into equal parts of so many entries."""
        names = [self._name("part") for _ in range(parts)]
        sizes = self.constant(np.full(parts, size, np.int64))
        self._nodes.append(helper.make_node("Split", [value, sizes], names, name=names[0], axis=axis))
        return names

    def model(self, **outputs: tuple[str, type[np.generic], Shape]) -> bytes:
        """The finished file; each output is a value, its type and its shape."""
        infos = []
        for name, (value, dtype, shape) in outputs.items():
            self._nodes.append(helper.make_node("Identity", [value], [name], name=name))
            infos.append(helper.make_tensor_value_info(name, onnx_type(dtype), shape))
        graph = helper.make_graph(self._nodes, "flowpose", self._inputs, infos, self._constants)
        opset = helper.make_opsetid("", OPSET)
        model: bytes = helper.make_model(graph, opset_imports=[opset], ir_version=IR).SerializeToString()
        return model

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind.lower()}_{self._count}"


def copy_model(dtype: type[np.generic], rank: int) -> bytes:
    """A graph whose output ``there`` is its input ``here``: brings an array to a place on the device."""
    nodes = Nodes()
    shape = (None,) * rank
    return nodes.model(there=(nodes.input("here", dtype, shape), dtype, shape))
