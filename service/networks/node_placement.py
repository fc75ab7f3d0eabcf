"""Which nodes of a network onnxruntime gave to which provider, and whether any of them matters."""

from __future__ import annotations

from dataclasses import dataclass

import onnxruntime as ort

CPU_PROVIDER = "CPUExecutionProvider"

LIGHT = frozenset(
    (
        *("Cast", "Concat", "Constant", "ConstantOfShape", "Equal", "Expand", "Floor", "Gather", "Identity"),
        *("Range", "Reshape", "Shape", "Size", "Slice", "Squeeze", "Unsqueeze", "Where"),
    )
)
"""Arithmetic on shapes: a few numbers, which onnxruntime keeps on the CPU on purpose. All else is heavy."""


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node of a network and where it runs.

    Attributes
    ----------
    kind
        ONNX operator.
    name
        Of the node, as in the file.
    provider
        onnxruntime's name of the provider.
    """

    kind: str
    name: str
    provider: str


def placed_nodes(session: ort.InferenceSession) -> tuple[PlacedNode, ...]:
    """Every node, as onnxruntime divided them up.

    Parameters
    ----------
    session
        Made with `session.record_ep_graph_assignment_info` set.
    """
    return tuple(
        PlacedNode(node.op_type, node.name, part.ep_name)
        for part in session.get_provider_graph_assignment_info()
        for node in part.get_nodes()
    )


def heavy_on_cpu(nodes: tuple[PlacedNode, ...]) -> tuple[PlacedNode, ...]:
    """Those on the CPU that do more than arithmetic on shapes: each of them moves its data to and fro."""
    return tuple(node for node in nodes if node.provider == CPU_PROVIDER and node.kind not in LIGHT)
