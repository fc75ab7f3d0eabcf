"""Warper files opened for measuring, and JHMDB's labels as they take them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from models.evaluation.joint_map import MEASURED
from service.networks.catalogue import file_of, find
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session
from service.networks.warper import Warper
from service.refine.graph import ANSWERS_HEAD
from service.settings import read_settings
from service.warping.warping import Warping


@cache
def warping_of(path: Path) -> Warping:
    """A warper on the CPU with the network that it says it is for; opened once in a process.

    Raises
    ------
    ModelUnknown, WarperUnusable
        The file is no warper.
    ModelMissing
        Its network is not on this machine.
    """
    session = open_session(path, Device.CPU, 1)
    card = find(session.get_modelmeta().custom_metadata_map.get("model", path.name))
    network = open_session(file_of(card.name, read_settings().models_dir), Device.CPU, 1)
    return Warping(card, HeatmapNetwork(network), Warper(session, card))


def names_for(warper: Warper) -> tuple[str, ...]:
    """What the measured joints are called by a warper; JHMDB's own names for those that it does not know."""
    head = next(name for name in ANSWERS_HEAD if name in warper.names)
    return tuple(head if name == "face" else name for name in MEASURED)
