"""Dense optical flow: one estimator per file, chosen by name here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from service.flow.deepflow import DeepFlow
from service.flow.dis import DisFlow
from service.flow.estimator import FlowEstimator
from service.flow.farneback import FarnebackFlow
from service.flow.field import FlowPair
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

__all__ = ["ESTIMATORS", "FlowEstimator", "FlowPair"]
