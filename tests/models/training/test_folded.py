from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.backbones.on_grid import OnGrid
from models.ship import ship
from models.training.checkpoint import About, load_network, read_about, write_about
from models.training.errors import CheckpointUnusable
from models.training.folded import folded
from models.training.network import NetworkName, NetworkSpec

BATCH_NORM = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)
NAMES = [NetworkName.SPATIAL_NET, NetworkName.SPATIAL_NET_FUSION, NetworkName.COORDINATE_NET]


def seen(spec: NetworkSpec) -> torch.nn.Module:
    """A network whose batch normalisation has met pictures and means something."""
    torch.manual_seed(2)
    network = spec.build().train()
    with torch.no_grad():
        for _ in range(3):
            network(torch.rand(2, 3, 256, 256))
        for module in network.modules():
            if isinstance(module, BATCH_NORM):
                module.weight.uniform_(0.5, 1.5)
                module.bias.uniform_(-0.2, 0.2)
        for path, value in network.named_parameters():
            if path.endswith("weight") and value.shape[0] in (7, 14):
                value.normal_(std=0.3)
    return network.eval()


def answers(network: torch.nn.Module) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        output = network(torch.rand(2, 3, 256, 256, generator=generator))
    return torch.cat([each.flatten() for each in (output if isinstance(output, tuple) else (output,))])


@pytest.mark.parametrize("name", NAMES)
def test_without_its_batch_norm_a_network_answers_the_same(name: NetworkName) -> None:
    spec = NetworkSpec(name, 7, 0.06, normalise=True)
    network = seen(spec)
    plain, plain_spec = folded(network, spec)
    assert not plain_spec.normalise
    assert not any(isinstance(module, BATCH_NORM) for module in plain.modules())
    expected = answers(network)
    assert expected.std() > 0.01
    assert float((answers(plain) - expected).abs().max()) < 1e-3 * float(expected.abs().max())


@pytest.mark.parametrize("name", [NetworkName.SPATIAL_NET, NetworkName.HRNET])
def test_a_network_with_nothing_to_fold_stays_as_it_is(name: NetworkName) -> None:
    spec = NetworkSpec(name, 7, 0.03, normalise=name is NetworkName.HRNET)
    network = spec.build()
    assert folded(network, spec) == (network, spec)


def test_shipped_weights_are_half_as_large_and_of_the_network_they_name(tmp_path: Path) -> None:
    spec = NetworkSpec(NetworkName.SPATIAL_NET_FUSION, 7, 0.06, normalise=True)
    network = seen(spec)
    torch.save(network.state_dict(), tmp_path / "weights.pt")
    write_about(tmp_path / "weights.pt", About(spec, 12, 128))
    ship(tmp_path / "weights.pt", tmp_path / "made" / "spatial-net-fusion.pt")
    shipped = tmp_path / "made" / "spatial-net-fusion.pt"
    assert read_about(shipped) == About(replace(spec, normalise=False), 12, 128)
    assert {value.dtype for value in torch.load(shipped, weights_only=True).values()} == {torch.float16}
    off = (answers(load_network(shipped)) - answers(OnGrid(network, 128).eval())).abs()
    assert 0 < float(off.max()) < 0.01


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointUnusable, match="nothing"):
        ship(tmp_path / "nothing.pt", tmp_path / "made.pt")
