"""How many replicas the load wants, for Ray Serve's autoscaler.

Serve copies this module into its controller by value: it is to need nothing of this package.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

STREAMS, VIDEOS, WAITING = "streams", "videos", "waiting"
"""What each replica says of itself: :meth:`service.cluster.replica.Replica.record_autoscaling_stats`."""


class ByLoad:
    """A policy of Ray Serve: as many replicas as the most wanted kind of load asks for.

    Parameters
    ----------
    targets
        How much of each kind one replica is to have.

    Notes
    -----
    Serve itself counts requests, and a stream of hours is one request, as is a picture. Frames in line say
    that the streams which are there are more than the network can do. Bounds and delays are Serve's.
    """

    def __init__(self, **targets: float) -> None:
        self._targets = targets

    def __call__(self, context: Any) -> tuple[int, dict[str, Any]]:
        """Give the number of replicas wanted, and nothing to remember.

        Parameters
        ----------
        context
            A `ray.serve.config.AutoscalingContext`: load of each kind, by replica, averaged over time.
        """
        return wanted(context.aggregated_metrics or {}, self._targets), {}


def wanted(load: Mapping[str, Mapping[Any, float]], targets: Mapping[str, float]) -> int:
    """Replicas that bring every kind of load down to its target; at least one.

    Parameters
    ----------
    load
        Of each kind, by replica.
    targets
        Of each kind, for one replica.
    """
    asked = (sum(load.get(kind, {}).values()) / target for kind, target in targets.items())
    return max(1, *(math.ceil(round(count, 6)) for count in asked))
