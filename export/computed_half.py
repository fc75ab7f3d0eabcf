"""Networks that compute in half precision, for CUDA."""

from __future__ import annotations

import onnx
from onnxruntime.transformers.float16 import DEFAULT_OP_BLOCK_LIST, convert_float_to_float16
from onnxruntime.transformers.onnx_model import OnnxModel

IN_SINGLE = (*DEFAULT_OP_BLOCK_LIST, "Sigmoid")
"""Operators that stay float32.

The sigmoid at the end squeezes the most certain cells into a few steps of half precision, 0.0005 apart, and
the peak is refined from their differences. The converter's own list is what has no half-precision kernel.
Resize is not on it: CUDA has one up to opset 18, which is what the networks here are written in.
"""


def compute_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Make weights and arithmetic float16; input and output stay float32.

    Meant for GPUs with tensor cores. onnxruntime has no half-precision convolutions on a CPU: there it
    computes in float32, which is slower than the network as it was and tells nothing of the accuracy on a
    card. `export.rounded` does.

    Parameters
    ----------
    model
        All in float32; is left as it is.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    half: onnx.ModelProto = convert_float_to_float16(copy, keep_io_types=True, op_block_list=list(IN_SINGLE))
    OnnxModel(half).topological_sort()  # the converter appends its casts at the end
    onnx.checker.check_model(half, full_check=True)
    return half
