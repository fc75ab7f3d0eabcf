"""A network that rounds as a card does in half precision, to be run anywhere."""

from __future__ import annotations

from collections.abc import Sequence

import onnx
from onnx import NodeProto, TensorProto, helper

from export.computed_half import IN_SINGLE


def rounded(model: onnx.ModelProto) -> onnx.ModelProto:
    """Round every value to half precision as soon as it is computed.

    On a CPU onnxruntime runs what :func:`export.computed_half.compute_half` makes in float32, and would call
    half precision free. Here each operator computes in float32 and its answer is rounded to 11 bits, which is
    what tensor cores do: factors of half precision, sums of single, one rounding at the end.

    Parameters
    ----------
    model
        All in float32; is left as it is.

    Notes
    -----
    Where a card fuses operators it rounds less often than this. What is beyond 65504 becomes infinite, as it
    would there.
    """
    copy = onnx.shape_inference.infer_shapes(model)
    floats = _floats(copy)
    images = {value.name: f"{value.name}.rounded" for value in copy.graph.input}
    nodes = [node for image, name in images.items() for node in _rounding(image, name)]
    for node in copy.graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = images.get(name, name)
        nodes += [node] if node.op_type in IN_SINGLE else _with_rounding(node, floats)
    _put(copy, nodes)
    return copy


def _floats(model: onnx.ModelProto) -> set[str]:
    """Names of the float32 values that nodes compute."""
    infos: Sequence[onnx.ValueInfoProto] = (*model.graph.value_info, *model.graph.output)
    return {info.name for info in infos if info.type.tensor_type.elem_type == TensorProto.FLOAT}


def _with_rounding(node: NodeProto, floats: set[str]) -> list[NodeProto]:
    """The node, and what gives its float32 outputs rounded, by their old names."""
    nodes = [node]
    for place, name in enumerate(node.output):
        if name in floats:
            node.output[place] = f"{name}.exact"
            nodes += _rounding(f"{name}.exact", name)
    return nodes


def _rounding(exact: str, name: str) -> list[NodeProto]:
    """To half precision and back."""
    there = f"{exact}.in_half"
    return [
        helper.make_node("Cast", [exact], [there], to=TensorProto.FLOAT16),
        helper.make_node("Cast", [there], [name], to=TensorProto.FLOAT),
    ]


def _put(model: onnx.ModelProto, nodes: Sequence[NodeProto]) -> None:
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.value_info[:]
    onnx.checker.check_model(model, full_check=True)
