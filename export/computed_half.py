"""Networks that compute in half precision, for CUDA."""

from __future__ import annotations

import onnx
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.onnx_model import OnnxModel


def compute_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Make weights and arithmetic float16; input and output stay float32.

    Meant for GPUs with tensor cores. onnxruntime has no half-precision convolutions on a CPU: there it casts
    to and fro, and is slower.

    Parameters
    ----------
    model
        All in float32; is left as it is.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    half: onnx.ModelProto = convert_float_to_float16(copy, keep_io_types=True)
    OnnxModel(half).topological_sort()  # the converter appends its casts at the end
    onnx.checker.check_model(half, full_check=True)
    return half
