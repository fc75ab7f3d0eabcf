"""What every CUDA method looks like from inside."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from service.flow.field import Vectors

# `cv2.cuda`, its `Stream` and its `GpuMat` come without types: they are `Any` throughout this room.


class Algorithm(Protocol):
    """Flow between two pictures on the card; made and run in the card's own thread.

    Attributes
    ----------
    in_unit_range
        Pictures are wanted as float32 in [0, 1]; otherwise as uint8.
    """

    in_unit_range: ClassVar[bool]

    def flow(self, source: Any, target: Any) -> Vectors:
        """(H, W, 2) float32, as :class:`~service.flow.estimator.FlowEstimator`.

        Parameters
        ----------
        source, target
            `GpuMat`s of one size, grey, of the type wanted; all work on them is done.
        """
        ...
