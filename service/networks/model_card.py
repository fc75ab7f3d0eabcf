"""What is known of a network before its file is opened."""

from __future__ import annotations

from dataclasses import dataclass

from service.networks.region import Region
from service.networks.skeleton import Skeleton
from service.temporal.grid import CELL_OFFSET


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the service must know to run a network and to say what it is.

    Attributes
    ----------
    name
        What users call it; its file is ``NAME.onnx``.
    description, licence
        For people.
    skeleton
        The meaning of its first maps.
    region
        What it wants to see in its crop.
    admit_from
        Score of a sighting (`service.people.sighting.Sighting.score`) from which a newcomer looks like a
        person to the network.
    doubt_below
        Score below which somebody followed may be gone: the crop stays where it is.
    cell_offset
        Input pixel of cell 0's centre, as the network was trained; the design's grid has 1.5.
    guides
        Two maps after the joints that tell where to look next: the middle of the hips and the point straight
        above it on the circle round the body. None: the joints tell.
    pulled
        Its file is made on each machine by ``flowpose models pull``; otherwise it comes with FlowPose.
    default
        Served when no model is asked for.
    form_of
        Name of the network that this one is, in other numbers; None for one of its own.
    """

    name: str
    description: str
    licence: str
    skeleton: Skeleton
    region: Region
    admit_from: float
    doubt_below: float
    cell_offset: float = CELL_OFFSET
    guides: tuple[int, int] | None = None
    pulled: bool = False
    default: bool = False
    form_of: str | None = None

    @property
    def warper(self) -> str:
        """What the PoseWarper on its heatmaps is called; its file is ``NAME.onnx``, too."""
        return f"posewarper-{self.form_of or self.name}"

    @property
    def shift_px(self) -> float:
        """Input pixels by which the picture must move to bring the network's cells onto the design's grid."""
        return self.cell_offset - CELL_OFFSET
