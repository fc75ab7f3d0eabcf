"""Networks of ours that were never trained, but answer maps full of differences."""

from __future__ import annotations

import torch
from torch import nn

from models.backbones.hrnet import PoseHRNet
from models.training.network import NetworkName, NetworkSpec

WIDTH = 0.125


def untrained(name: NetworkName, joints: int = 7) -> nn.Module:
    """A narrow network with batch norm that has seen pictures, and outputs that reach from 0 to 1."""
    torch.manual_seed(3)
    network = _shallow(name, joints).train()
    for _ in range(3):
        network(torch.rand(2, 3, 256, 256))
    with torch.no_grad():
        for path, value in network.named_parameters():
            if path.endswith("weight") and value.shape[0] == joints:  # the output layers
                value.normal_(std=0.3)
            elif path.endswith("weight") and value.shape[0] == 2 * joints:  # of coordinates, in half-sides
                value.normal_(std=0.02)
    return network.eval()


def _shallow(name: NetworkName, joints: int) -> nn.Module:
    if name is NetworkName.HRNET:  # of its 745 nodes each takes its time to export
        return PoseHRNet(joints, WIDTH, modules=(1, 1, 1), blocks=1)
    return NetworkSpec(name, joints, WIDTH, normalise=True, stages=2).build()


def pictures(count: int) -> torch.Tensor:
    """(count, 3, 256, 256) float32: coloured noise, coarse and fine."""
    generator = torch.Generator().manual_seed(count)
    coarse = torch.rand(count, 3, 16, 16, generator=generator)
    fine = torch.rand(count, 3, 256, 256, generator=generator)
    return 0.7 * nn.functional.interpolate(coarse, (256, 256)) + 0.3 * fine
