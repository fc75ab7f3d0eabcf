"""The papers' networks of one picture, trained by this project; each has a card in ``models/cards``."""

from __future__ import annotations

from dataclasses import replace

from service.networks.model_card import ModelCard
from service.networks.region import Region
from service.networks.upper7 import UPPER7

# These maps are regressed Gaussians of peak 1. Where such a network is unsure its maps are low, so that the
# scores lie below BlazePose's. Of held-out people 94 % reach the first and 99 % the second; of places beside
# them, where now and then somebody stands, 20 % and 40 % (`python -m models.scores`, models/cards).
ADMIT_FROM = 0.25
DOUBT_BELOW = 0.17

FLOWING = "Flowing ConvNets, upper body"


def _card(name: str, words: str) -> ModelCard:
    return ModelCard(
        name=name,
        description=words,
        licence="Apache-2.0",
        skeleton=UPPER7,
        region=Region.UPPER_BODY,
        admit_from=ADMIT_FROM,
        doubt_below=DOUBT_BELOW,
    )


def _variants(card: ModelCard) -> tuple[ModelCard, ...]:
    """The network and the forms of it that ``python -m export torch`` makes for one kind of machine."""
    return (
        card,
        replace(card, name=f"{card.name}-fp16", description=f"{card.description}; half precision, for CUDA"),
        replace(card, name=f"{card.name}-int8", description=f"{card.description}; 8 bits, for the CPU"),
    )


TRAINED_CARDS: tuple[ModelCard, ...] = (
    *_variants(_card("spatial-net-fusion", f"{FLOWING}: heatmaps with spatial fusion")),
    *_variants(_card("spatial-net", f"{FLOWING}: heatmaps without spatial fusion")),
    *_variants(
        _card("coordinate-net", f"{FLOWING}: coordinates regressed, drawn as heatmaps of height 1: no scores")
    ),
    *_variants(_card("pose-machine", "Convolutional pose machine, upper body: Thin-Slicing's backbone")),
    *_variants(_card("hrnet", "HRNet, upper body: PoseWarper's backbone")),
)
