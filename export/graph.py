"""A small network graph: what is read from TFLite, rewritten, and written as ONNX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Constant: TypeAlias = NDArray[np.float32] | NDArray[np.int32]
"""A weight, bias or shape in TFLite's layout: convolutions (out, h, w, in), depthwise (1, h, w, channels)."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation.

    Attributes
    ----------
    kind
        TFLite's name of the operation, e.g. ``CONV_2D``.
    inputs, outputs
        Tensor ids.
    options
        TFLite's options by their schema name, e.g. ``{"StrideH": 2}``; enumerations as numbers.
    pads
        Zeros added above, left, below and right of the input, in pixels; only convolutions have any.
    """

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Mapping[str, int] = field(default_factory=dict)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in an order in which they can run, and the tensors between them.

    Attributes
    ----------
    names, shapes
        By tensor id; shapes are TFLite's, (1, height, width, channels) with a batch of one.
    constants
        Tensors known beforehand, by id.
    inputs, outputs
        Tensor ids of the whole graph.
    """

    nodes: tuple[Node, ...]
    names: Mapping[int, str]
    shapes: Mapping[int, tuple[int, ...]]
    constants: Mapping[int, Constant]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    def tensor(self, name: str) -> int:
        """Find the id of the tensor of that name; KeyError if there is none."""
        for index, known in self.names.items():
            if known == name:
                return index
        raise KeyError(name)

    def consumers(self, tensor: int) -> Iterator[Node]:
        """Iterate over the nodes that read a tensor."""
        return (node for node in self.nodes if tensor in node.inputs)
