"""MediaPipe BlazePose's networks (Apache-2.0), converted on each machine."""

from __future__ import annotations

from dataclasses import replace

from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.model_card import ModelCard
from service.networks.region import Region

CELL_OFFSET = -0.5  # MediaPipe reads x = column / 64 of the width: input pixel 4j - 0.5, not 4j + 1.5
GUIDES = (33, 34)  # MediaPipe's auxiliary landmarks

# Scores measured on JHMDB, a third of the frames blurred: a right crop is above .67 in 95 % of the frames
# and above .49 in 99 %; a crop from a wrong detection has a median of .43.
ADMIT_FROM = 0.6
DOUBT_BELOW = 0.45


def _card(size: str, words: str, default: bool = False) -> ModelCard:
    return ModelCard(
        name=f"blazepose-{size}",
        description=f"MediaPipe BlazePose {size}, heatmap branch: {words}",
        licence="Apache-2.0",
        skeleton=BLAZEPOSE33,
        region=Region.WHOLE_BODY,
        admit_from=ADMIT_FROM,
        doubt_below=DOUBT_BELOW,
        cell_offset=CELL_OFFSET,
        guides=GUIDES,
        pulled=True,
        default=default,
    )


def _half(card: ModelCard) -> ModelCard:
    """The form that computes in half precision."""
    return replace(
        card,
        name=f"{card.name}-fp16",
        description=f"{card.description}; half precision, for CUDA",
        default=False,
        form_of=card.name,
    )


_IN_SINGLE = (
    _card("lite", "the fastest"),
    _card("full", "the default", default=True),
    _card("heavy", "the most accurate, four times the work of full"),
)

BLAZEPOSE_CARDS: tuple[ModelCard, ...] = (*_IN_SINGLE, *map(_half, _IN_SINGLE))
