"""Networks that compute in 8 bits, for CPUs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from export.torch_network import INPUT


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Gives the pictures one after the other, in the words of onnxruntime."""

    def __init__(self, pictures: Iterable[NDArray[np.float32]]) -> None:
        self._pictures: Iterator[NDArray[np.float32]] = iter(pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next picture; None when there are no more."""
        for picture in self._pictures:
            return {INPUT: picture[None]}
        return None


def compute_eight_bit(model: onnx.ModelProto, pictures: Iterable[NDArray[np.float32]]) -> onnx.ModelProto:
    """Make weights and arithmetic 8 bits wide, with scales fixed from real pictures (static, QDQ).

    Parameters
    ----------
    model
        All in float32; is left as it is.
    pictures
        (3, 256, 256) float32 RGB in [0, 1], of the kind that the network will see; a hundred are enough.

    Notes
    -----
    Weights have a scale for each output channel. They use 7 bits, so that sums of products do not overflow on
    CPUs without VNNI instructions. CUDA has no kernels for this.
    """
    with tempfile.TemporaryDirectory() as folder:
        before, prepared, after = (Path(folder, f"{name}.onnx") for name in ("before", "prepared", "after"))
        onnx.save(model, before)
        quant_pre_process(before, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            after,
            _Calibration(pictures),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
        return onnx.load(after)
