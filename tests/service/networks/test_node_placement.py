from __future__ import annotations

from collections import Counter
from pathlib import Path

import onnxruntime as ort
import pytest

from service.networks.device import CUDA_PROVIDER, Device, DeviceUnavailable, demand
from service.networks.node_placement import CPU_PROVIDER, PlacedNode, heavy_on_cpu, placed_nodes
from service.networks.session import session_options


class Divided:
    """Stands in for a session on a card, which this machine may not have: nodes and where they went."""

    def __init__(self, *nodes: tuple[str, str]) -> None:
        self._nodes = nodes

    def get_providers(self) -> list[str]:
        return [CUDA_PROVIDER, CPU_PROVIDER]

    def get_provider_graph_assignment_info(self) -> list[Part]:
        return [Part(kind, provider) for kind, provider in self._nodes]


class Part:
    def __init__(self, kind: str, provider: str) -> None:
        self.ep_name = provider
        self.op_type = self.name = kind

    def get_nodes(self) -> list[Part]:
        return [self]


ALL_ON_CUDA = Divided(("Conv", CUDA_PROVIDER), ("Shape", CPU_PROVIDER), ("Gather", CPU_PROVIDER))
POOLS_ON_CPU = Divided(("Conv", CUDA_PROVIDER), *[("MaxPool", CPU_PROVIDER)] * 2, ("Resize", CPU_PROVIDER))


def test_a_real_session_tells_where_each_node_went(models_dir: Path) -> None:
    session = ort.InferenceSession(
        models_dir / "blazepose-full.onnx", session_options(1, on_cuda=True), providers=[CPU_PROVIDER]
    )
    nodes = placed_nodes(session)
    assert {node.provider for node in nodes} == {CPU_PROVIDER}
    assert Counter(node.kind for node in nodes)["Conv"] > 50
    assert heavy_on_cpu(nodes) == nodes


def test_arithmetic_on_shapes_is_not_heavy() -> None:
    light = PlacedNode("Shape", "", CPU_PROVIDER)
    heavy = PlacedNode("Resize", "", CPU_PROVIDER)
    elsewhere = PlacedNode("Conv", "", CUDA_PROVIDER)
    assert heavy_on_cpu((light, heavy, elsewhere)) == (heavy,)


def test_what_is_wholly_on_the_card_is_accepted() -> None:
    demand(Device.CUDA, ALL_ON_CUDA)  # type: ignore[arg-type]


def test_heavy_nodes_on_the_cpu_are_refused_by_kind_and_number() -> None:
    with pytest.raises(DeviceUnavailable, match=r"2 MaxPool, 1 Resize .*FLOWPOSE_ALLOW_CPU_NODES=true"):
        demand(Device.CUDA, POOLS_ON_CPU)  # type: ignore[arg-type]


@pytest.mark.parametrize(("device", "allowed"), [(Device.CUDA, True), (Device.AUTO, False)])
def test_allowed_or_on_auto_they_are_only_told(
    device: Device, allowed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    demand(device, POOLS_ON_CPU, allow_cpu_nodes=allowed)  # type: ignore[arg-type]
    assert "2 MaxPool, 1 Resize" in caplog.text
