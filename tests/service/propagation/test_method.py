from __future__ import annotations

import pytest

from service.options import FlowMethod
from service.propagation import Method, propagator_of
from service.propagation.errors import MethodUnavailable


@pytest.mark.parametrize("flow", list(FlowMethod))
def test_every_flow_can_carry(flow: FlowMethod) -> None:
    assert callable(propagator_of(Method.FLOW, flow))


def test_a_method_without_its_network_says_so() -> None:
    with pytest.raises(MethodUnavailable, match="method=flow"):
        propagator_of(Method.POSEWARPER, FlowMethod.DIS)
