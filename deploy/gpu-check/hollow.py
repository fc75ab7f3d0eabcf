"""The papers' network at its full width, without its weights: 16 million random numbers need not travel.

    python hollow.py make spatial-net-fusion.hollow      # where PyTorch is: some kilobytes
    python hollow.py fill spatial-net-fusion.hollow DIR  # anywhere: NAME.onnx and NAME-fp16.onnx, to be timed

Nobody has trained these weights. They are drawn as networks are before training (He et al., ICCV 2015), so
that the numbers inside have the size of real ones; zeros would run faster than a network does.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

LARGE = 1024  # values; what is smaller goes along
NAME = "spatial-net-fusion"


def make(to: Path) -> None:
    """Write the network's graph and the shapes of its weights."""
    from export.torch_network import to_onnx, with_head
    from models.training.network import NetworkName, NetworkSpec

    network = NetworkSpec(NetworkName.SPATIAL_NET_FUSION, joints=7).build()
    to.write_bytes(hollowed(to_onnx(with_head(network, NAME), NAME)).SerializeToString(deterministic=True))


def hollowed(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take large weights out of a network; their shapes stay."""
    for constant in model.graph.initializer:
        if math.prod(constant.dims) >= LARGE:
            constant.ClearField("raw_data")
    return model


def fill(hollow: Path, to: Path) -> None:
    """Write the network with random weights, in single and in half precision."""
    from export.computed_half import compute_half

    model = onnx.load(hollow)
    random = np.random.default_rng(0)
    for constant in model.graph.initializer:
        if math.prod(constant.dims) >= LARGE:
            spread = math.sqrt(2 / math.prod(constant.dims[1:]))
            values = random.standard_normal(tuple(constant.dims), np.float32) * np.float32(spread)
            constant.CopyFrom(numpy_helper.from_array(values, constant.name))
    onnx.save(model, to / f"{NAME}.onnx")
    onnx.save(compute_half(model), to / f"{NAME}-fp16.onnx")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    else:
        fill(Path(sys.argv[2]), Path(sys.argv[3]))
