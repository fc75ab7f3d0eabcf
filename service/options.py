"""What a user may choose for one video or stream."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.temporal.grid import HALF_WINDOW

MAX_PEOPLE = 6
RENEW_EVERY = 600  # frames, 20 s of most videos


class CropSource(StrEnum):
    """Where the network is told to look."""

    DETECT = "detect"  # a detector finds people, their own joints lead on
    FULL = "full"  # the whole frame, letterboxed (the papers' BBC setting)
    BOX = "box"  # a box given by the client


class Pooling(StrEnum):
    """How the warped heatmaps of a window become one (Flowing ConvNets, section 2.3 and 5.1).

    ``posewarper`` needs a network of its own, which not every model has, and reaches three frames far.
    """

    PARAMETRIC = "parametric"  # learnt weight per joint and time offset, the papers' conv9
    ADAPTIVE = "adaptive"  # the same times how clear each neighbour is and how well flow leads to it
    SUM = "sum"
    MAX = "max"
    POSEWARPER = "posewarper"  # learnt warping instead of flow (Bertasius et al., NeurIPS 2019, section 3)
    NONE = "none"  # the single frame


class Refine(StrEnum):
    """Which graph chooses among the peaks of the pooled heatmaps (Thin-Slicing Networks, section 3.3)."""

    NONE = "none"  # each joint's highest peak
    SPATIAL = "spatial"  # limbs and left-right pairs of the body
    SPATIOTEMPORAL = "spatiotemporal"  # and the same in the neighbour frames, carried along flow


class FlowMethod(StrEnum):
    """Dense optical flow between consecutive frames; `service.flow` holds one estimator for each.

    Those called ``cuda-...`` run where there is a card and an OpenCV built for it: `service.flow.methods`.
    """

    DIS = "dis"
    FARNEBACK = "farneback"
    DEEPFLOW = "deepflow"
    TVL1 = "tvl1"
    CUDA_FARNEBACK = "cuda-farneback"
    CUDA_BROX = "cuda-brox"  # the papers' choice
    CUDA_TVL1 = "cuda-tvl1"
    CUDA_NVOF = "cuda-nvof"  # the flow engine beside the card's cores
    NONE = "none"  # neighbours are pooled where they are


class Stage(StrEnum):
    """How final an answer about a live frame is."""

    PROVISIONAL = "provisional"  # at once, from this frame and those before it
    FINAL = "final"  # when the look-ahead has come


@dataclass(frozen=True, slots=True)
class Options:
    """Choices for one video or stream; the edge has checked them.

    Attributes
    ----------
    model
        Name in the model catalogue.
    flow, pooling, crop
        See their enumerations.
    window
        Neighbours on each side that take part, 0..15.
    lookahead
        How many of them may lie in the future, 0..15; costs that many frames of latency.
    people
        The most people to follow, 1..6.
    box
        x, y, width, height in displayed pixels of the first frame; only with ``crop=box``.
    heatmap
        Name of a joint whose pooled heatmap every answer shows as well; None for none.
    refine
        See its enumeration.
    renew
        Frames of a file after which people are found anew, wherever they were followed to; 0 for never.
        What comes after does not depend on what went before: there a long video can be split.
    """

    model: str = "blazepose-full"
    flow: FlowMethod = FlowMethod.DIS
    pooling: Pooling = Pooling.PARAMETRIC
    window: int = HALF_WINDOW
    lookahead: int = HALF_WINDOW
    people: int = 1
    crop: CropSource = CropSource.DETECT
    box: tuple[float, float, float, float] | None = None
    heatmap: str | None = None
    refine: Refine = Refine.NONE
    renew: int = RENEW_EVERY
