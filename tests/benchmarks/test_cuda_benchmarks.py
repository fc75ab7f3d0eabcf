"""The scripts that measure on a card: they say so where there is none, and what they run can be run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.flow.methods import FlowMethods
from service.networks.device import Device
from tests.benchmarks import cuda_flow, cuda_network, cuda_pooling
from tests.cards import missing
from tests.service.flow.cuda.fake import FakeCuda


@pytest.mark.parametrize(
    ("what", "main"),
    [("flow", cuda_flow.main), ("network", cuda_network.main), ("network", cuda_pooling.main)],
)
def test_without_a_card_they_refuse_with_a_sentence(
    what: str, main: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing(what) is None:
        pytest.skip("this machine has a card")
    monkeypatch.setattr("sys.argv", ["benchmark"])
    with pytest.raises(SystemExit, match=r"There is nothing to measure: .*CUDA.*\."):
        main()


def test_flow_is_measured_method_by_method() -> None:
    lines = list(cuda_flow.rows(FlowMethods(cuda=FakeCuda(broken=("nvof",))), 48, 2))
    assert [line.split()[0] for line in lines[2:]] == [
        "cuda-farneback",
        "cuda-brox",
        "cuda-tvl1",
        "cuda-nvof",
    ]
    assert "no nvof here" in lines[-1]


def test_pooling_is_measured_way_by_way() -> None:
    lines = cuda_pooling.measure(1, 2, Device.CPU, "cpu", warm=1)
    assert [line.split()[0] for line in lines] == ["bound", "unbound", "kernel"]
    assert all(float(line.split()[-1]) < 0.01 for line in lines)


def test_networks_are_measured_way_by_way(models_dir: Path) -> None:
    lines = list(cuda_network.measure(models_dir / "blazepose-full.onnx", [1], 1, Device.CPU, "cpu"))
    assert [line.split()[0] for line in lines] == [
        *("unbound", "bound", "graphs", "searched"),
        *("nhwc", "bytes", "both"),
    ]
