"""PyTorch networks made into ONNX files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import onnx
import torch
from torch import nn

from export.errors import NetworkUnsuitable, UnknownModel
from export.heads import HEADS, is_of_kind
from service.networks.catalogue import find
from service.temporal.grid import CELLS, INPUT_SIZE

OPSET = 18  # CUDA has kernels for all of it, in every onnxruntime that we run on (17 to 21 do today)
INPUT, OUTPUT = "image", "heatmaps"


def with_head(network: nn.Module, name: str) -> nn.Module:
    """The network as it is served: heatmaps in [0, 1].

    Parameters
    ----------
    network
        Trained; see `export.heads` for what it must answer.
    name
        That it is to be served by.

    Raises
    ------
    UnknownModel
        No network of ours has that name.
    NetworkUnsuitable
        It does not answer a 64 x 64 map for each joint of that name's skeleton.
    """
    if name not in HEADS:
        raise UnknownModel(f"{name!r} is not one of {', '.join(HEADS)}")
    if not is_of_kind(network, name):
        raise NetworkUnsuitable(
            f"these weights cannot answer as {name}: they are of {type(network).__name__}"
        )
    served = HEADS[name](network).eval()
    expected = (1, len(find(name).skeleton.joints), CELLS, CELLS)
    try:
        with torch.no_grad():
            shape = tuple(served(torch.zeros(1, 3, INPUT_SIZE, INPUT_SIZE)).shape)
    except (AttributeError, TypeError, ValueError, RuntimeError) as error:
        raise NetworkUnsuitable(f"these weights cannot answer as {name}: {error}") from error
    if shape != expected:
        raise NetworkUnsuitable(f"as {name} these weights answer {shape}, not {expected}")
    return served


def to_onnx(served: nn.Module, name: str) -> onnx.ModelProto:
    """Write a network down as ONNX, all in float32.

    Parameters
    ----------
    served
        From :func:`with_head`.
    name
        That it is to be served by.

    Returns
    -------
    ``image`` (N, 3, 256, 256) float32 RGB in [0, 1] -> ``heatmaps`` (N, K, 64, 64) float32 in [0, 1]. Batch
    norm is folded into the convolutions; nothing in it tells of the machine that it was made on.
    """
    pictures = torch.zeros(2, 3, INPUT_SIZE, INPUT_SIZE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, of itself
        program = torch.onnx.export(
            served,
            (pictures,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes={INPUT: {0: "N"}},
            verbose=False,
        )
    assert program is not None, "there is a program with dynamo=True"
    model = bare(program.model_proto)
    onnx.helper.set_model_props(model, metadata(name))
    onnx.checker.check_model(model, full_check=True)
    return model


def metadata(name: str) -> dict[str, str]:
    """What the file's ``metadata_props`` say."""
    card = find(name)
    return {
        "name": name,
        "kind": "heatmaps",
        "skeleton": card.skeleton.name,
        "region": card.region,
        "licence": card.licence,
        "generator": "flowpose export",
    }


def bare(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without what the exporter tells of source files and line numbers."""
    for part in _parts(model):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def _parts(model: onnx.ModelProto) -> Iterator[Any]:
    graph = model.graph
    yield from (graph, *graph.node, *graph.initializer, *graph.value_info, *graph.input, *graph.output)
