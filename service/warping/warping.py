"""What warping through a video takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from service.media.frame import Image
from service.networks.model_card import ModelCard
from service.networks.warper import Warper
from service.temporal.grid import Heatmaps


class Sees(Protocol):
    """Turns crops into heatmaps; see :class:`~service.networks.heatmap_network.HeatmapNetwork`."""

    def heatmaps(self, crops: Sequence[Image]) -> Heatmaps:
        """See :meth:`service.networks.heatmap_network.HeatmapNetwork.heatmaps`."""
        ...


@dataclass(frozen=True, slots=True)
class Warping:
    """A network, and the PoseWarper that was trained on its heatmaps.

    Attributes
    ----------
    card
        Of the network.
    network
        Sees people.
    warper
        Carries what it saw.
    """

    card: ModelCard
    network: Sees
    warper: Warper
