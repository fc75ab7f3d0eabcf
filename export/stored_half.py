"""Weights stored in half precision and computed with in single: half the file, the same speed."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALLEST = 64  # values; what is smaller is not worth a node
LARGEST = float(np.finfo(np.float16).max)


def store_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store each large float32 constant as float16, with a Cast after it.

    onnxruntime runs such casts once, when it opens the file: the network is as fast as with float32 weights.
    The weights are rounded to 11 bits; `export.compare` tells what that does to the maps.

    Parameters
    ----------
    model
        All in float32; is left as it is.

    Notes
    -----
    Constants with values beyond 65504, which half precision has not, stay float32.
    """
    stored = onnx.ModelProto()
    stored.CopyFrom(model)
    casts = []
    for constant in stored.graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype != np.float32 or values.size < SMALLEST or np.abs(values).max() > LARGEST:
            continue
        name = constant.name
        constant.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [constant.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *stored.graph.node]
    del stored.graph.node[:]
    stored.graph.node.extend(nodes)
    onnx.checker.check_model(stored, full_check=True)
    return stored
