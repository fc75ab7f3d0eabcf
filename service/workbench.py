"""Where a stream's flow and pooling run: the device is chosen here, and nowhere further down the path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import onnxruntime as ort

from service.flow import FlowEstimator, FlowMethods
from service.flow.motion import Motion
from service.networks.device import DeviceUnavailable
from service.networks.skeleton import Skeleton
from service.options import FlowMethod, Options
from service.refine.reach import flow_reach_of
from service.temporal.pooling import Pooler, Pools
from service.temporal.weights import PoolingWeights, weights_for

if TYPE_CHECKING:
    from service.temporal.device import DevicePooling

MakePooler = Callable[[PoolingWeights, int, Sequence[int]], Pools]
"""Of weights, window and hills, as :class:`~service.temporal.pooling.Pooler` takes them."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """What one stream works with.

    Attributes
    ----------
    make_estimator
        Of a flow method other than ``none``; raises FlowUnavailable.
    make_pooler
        See :data:`MakePooler`.
    """

    make_estimator: Callable[[FlowMethod], FlowEstimator]
    make_pooler: MakePooler

    def motion(self, options: Options) -> Motion | None:
        """What finds flow as the options say; None where they need none.

        Raises
        ------
        FlowUnavailable
            The method cannot run here.
        """
        wanted = options.flow is not FlowMethod.NONE and flow_reach_of(options) > 0
        return Motion(self.make_estimator(options.flow)) if wanted else None

    def pooler(self, options: Options, skeleton: Skeleton, hills: Sequence[int]) -> Pools:
        """What pools as the options say, for the joints of a skeleton.

        Parameters
        ----------
        hills
            As :class:`~service.temporal.pooling.Pooler` takes them.
        """
        return self.make_pooler(weights_for(options.pooling, skeleton), options.window, hills)


class Workbenches:
    """Workbenches of one process, and what streams share on a card.

    Parameters
    ----------
    flows
        The flow methods.
    open_session
        Opens an ONNX file's content on the device that networks run on.
    """

    def __init__(self, flows: FlowMethods, open_session: Callable[[bytes], ort.InferenceSession]) -> None:
        self.flows = flows
        self._open_session = open_session
        self._pooling: DevicePooling | None = None
        self._lock = Lock()

    def beside(self, device: str) -> Workbench:
        """For streams whose network runs on a device, ``cpu`` or ``cuda:0``.

        Raises
        ------
        DeviceUnavailable
            The card cannot pool here.
        """
        on_card = device != "cpu"
        return Workbench(self.flows.make, self._on_card().pooler if on_card else Pooler)

    def close(self) -> None:
        """Let go of the card; streams must be closed before."""
        self.flows.close()
        with self._lock:
            if self._pooling is not None:
                self._pooling.close()
            self._pooling = None

    def _on_card(self) -> DevicePooling:
        with self._lock:
            if self._pooling is None:
                self._pooling = _device_pooling()(self._open_session)
            return self._pooling


def _device_pooling() -> type[DevicePooling]:
    """Imported when there is a card: its graph is made with `onnx`, which the CPU's service does without."""
    try:
        from service.temporal.device import DevicePooling
    except ImportError as error:
        raise DeviceUnavailable(
            f"Pooling on the card needs a Python package that is not here: {error}. Install flowpose[gpu]."
        ) from error
    return DevicePooling
