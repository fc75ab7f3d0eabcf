"""Duality-based TV-L1 flow (Zach, Pock, Bischof, DAGM 2007) on CUDA."""

from __future__ import annotations

from typing import Any, ClassVar

from service.flow.cuda.dense import Dense


class Tvl1(Dense):
    """OpenCV's CUDA dual TV-L1 with its defaults, which are the CPU's."""

    in_unit_range: ClassVar[bool] = False

    def __init__(self, cuda: Any, stream: Any) -> None:
        super().__init__(cuda, stream, cuda.OpticalFlowDual_TVL1_create())
