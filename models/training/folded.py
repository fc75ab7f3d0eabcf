"""What is shipped of a trained network: batch normalisation folded away, weights in half precision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from models.training.checkpoint import load_bare, read_about, write_about
from models.training.network import NetworkName, NetworkSpec
from service.commands.whole_file import whole_file


def folded(network: nn.Module, spec: NetworkSpec) -> tuple[nn.Module, NetworkSpec]:
    """The same network without batch normalisation, which becomes part of the layers.

    Parameters
    ----------
    network
        In evaluation mode.
    spec
        Of it.

    Returns
    -------
    The network and its spec; both as they were when there is nothing to fold, or when the definition has its
    batch normalisation always (HRNet).
    """
    if not spec.normalise or spec.name is NetworkName.HRNET:
        return network, spec
    plain_spec = replace(spec, normalise=False)
    plain = plain_spec.build().eval()
    for path, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            plain.get_submodule(path).load_state_dict(_with_its_norm(network, path, layer).state_dict())
    return plain, plain_spec


def ship(weights: Path, to: Path) -> None:
    """Read the weights of a training, fold them, round them to half precision and write them.

    Parameters
    ----------
    weights
        As the training writes them, with the JSON file beside them.
    to
        The file to write, its own JSON file beside it; `models.training.checkpoint.load_network` reads both.

    Raises
    ------
    CheckpointUnusable
        The weights cannot be read.
    OutputImpossible
        Nothing can be written there.
    """
    about = read_about(weights)
    network, plain = folded(load_bare(weights), about.spec)
    state = {
        name: value.half() if value.is_floating_point() else value
        for name, value in network.state_dict().items()
    }
    with whole_file(to) as unfinished:
        torch.save(state, unfinished)
    write_about(to, replace(about, spec=plain))


def _with_its_norm(network: nn.Module, path: str, layer: nn.Conv2d | nn.Linear) -> nn.Module:
    """The layer with the batch normalisation after it, if there is one."""
    parent = network.get_submodule(path.rpartition(".")[0])
    if not isinstance(parent, nn.Sequential) or len(parent) < 2 or parent[0] is not layer:
        return layer
    match layer, parent[1]:
        case nn.Conv2d(), nn.BatchNorm2d():
            return fuse_conv_bn_eval(layer, parent[1])
        case nn.Linear(), nn.BatchNorm1d():
            return fuse_linear_bn_eval(layer, parent[1])
    return layer
