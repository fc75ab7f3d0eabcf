from __future__ import annotations

from pathlib import Path

from models.datasets.jhmdb import read_clips
from models.evaluation.flow_cost import flow_cost_ms
from service.options import FlowMethod


def test_a_real_flow_costs_time(jhmdb: Path) -> None:
    assert flow_cost_ms(FlowMethod.DIS, read_clips(jhmdb, "A")) > 0
