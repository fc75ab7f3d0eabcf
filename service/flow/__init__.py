"""Dense optical flow: one estimator per file, named in `cpu` and `cuda`; `methods` says what runs here."""

from __future__ import annotations

from service.flow.cpu import ESTIMATORS
from service.flow.estimator import FlowEstimator
from service.flow.field import FlowPair
from service.flow.methods import FlowMethods, FlowUnavailable

__all__ = ["ESTIMATORS", "FlowEstimator", "FlowMethods", "FlowPair", "FlowUnavailable"]
