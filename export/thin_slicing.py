"""Thin-Slicing's inference as an ONNX file, in operators that every runtime has."""

from __future__ import annotations

import warnings

import onnx
import torch

from export.torch_network import OPSET, bare
from models.thin_slicing import ThinSlicing
from service.temporal.grid import CELLS

INPUT, OUTPUT = "maps", "beliefs"


def slicing_to_onnx(network: ThinSlicing, frames: int, cells: int = CELLS) -> onnx.ModelProto:
    """Write inference down as ONNX: messages are dense maxima over all pairs of cells along each axis.

    Parameters
    ----------
    network
        Built with ``dense=True``.
    frames
        T: the output frame and its neighbours.
    cells
        On each side of the maps.

    Returns
    -------
    ``maps`` (N, T, J, cells, cells) float32 -> ``beliefs`` (N, J, cells, cells) float32, see
    :meth:`ThinSlicing.forward`.

    Raises
    ------
    ValueError
        When the network is not dense: arg-max routing is for training.
    """
    if not network.dense:
        raise ValueError("only a network built with dense=True can be exported")
    maps = torch.zeros(2, frames, len(network.body.names), cells, cells)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, of itself
        program = torch.onnx.export(
            network.eval(),
            (maps,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes={INPUT: {0: "N"}},
            verbose=False,
        )
    assert program is not None, "there is a program with dynamo=True"
    model = bare(program.model_proto)
    onnx.checker.check_model(model, full_check=True)
    return model
