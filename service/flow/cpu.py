"""The methods that need no more than a CPU, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from service.flow.deepflow import DeepFlow
from service.flow.dis import DisFlow
from service.flow.estimator import FlowEstimator
from service.flow.farneback import FarnebackFlow
from service.flow.tvl1 import Tvl1Flow
from service.options import FlowMethod

ESTIMATORS: Mapping[FlowMethod, Callable[[], FlowEstimator]] = MappingProxyType(
    {
        FlowMethod.DIS: DisFlow,
        FlowMethod.FARNEBACK: FarnebackFlow,
        FlowMethod.DEEPFLOW: DeepFlow,
        FlowMethod.TVL1: Tvl1Flow,
    }
)
