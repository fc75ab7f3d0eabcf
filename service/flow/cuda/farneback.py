"""Polynomial expansion flow (Farnebäck, SCIA 2003) on CUDA."""

from __future__ import annotations

from typing import Any, ClassVar

from service.flow.cuda.dense import Dense
from service.flow.farneback import PARAMETERS


class Farneback(Dense):
    """OpenCV's CUDA Farnebäck with the parameters of the CPU's, to which it is held.

    It turns pictures into float32 without scaling, and its thresholds are for values from 0 to 255: uint8.
    """

    in_unit_range: ClassVar[bool] = False

    def __init__(self, cuda: Any, stream: Any) -> None:
        super().__init__(cuda, stream, cuda.FarnebackOpticalFlow_create(**PARAMETERS))
