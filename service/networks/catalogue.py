"""The networks that can be served, by name, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.errors import Problem
from service.networks.blazepose import BLAZEPOSE_CARDS
from service.networks.model_card import ModelCard
from service.networks.session import sha256_of
from service.networks.skeleton import Skeleton
from service.networks.trained import TRAINED_CARDS

DETECTOR = "person-detector"

PACKAGED = Path(__file__).parents[2] / "models" / "weights"
"""The weights that come with FlowPose: the folder beside `service`, in a clone as in an installed package."""

CARDS: tuple[ModelCard, ...] = (*BLAZEPOSE_CARDS, *TRAINED_CARDS)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model card with the state of its file here.

    Attributes
    ----------
    present
        Whether the file is here.
    sha256
        Of the file; None when it is not here.
    """

    name: str
    description: str
    licence: str
    skeleton: Skeleton
    present: bool
    sha256: str | None
    default: bool


class ModelUnknown(Problem):
    """No model of this name is in the catalogue."""

    name = "model-unknown"
    title = "There is no such model"
    status = 422


class ModelMissing(Problem):
    """The model is in the catalogue and its file is not on this machine."""

    name = "model-missing"
    title = "The model's file is not on this machine"
    status = 503


def find(name: str) -> ModelCard:
    """The card of this name; ModelUnknown when there is none."""
    for card in CARDS:
        if card.name == name:
            return card
    offered = (card.name for card in CARDS if card.pulled or _places(card.name, PACKAGED))
    raise ModelUnknown(f"model {name!r} is none of {', '.join(offered)}")


def file_of(name: str, models_dir: Path) -> Path:
    """The ONNX file of a model or the detector.

    Parameters
    ----------
    name
        Of a card, or :data:`DETECTOR`.
    models_dir
        Looked into first, so that a newer file there goes before the one that comes with FlowPose.

    Raises
    ------
    ModelMissing
        It is in neither place.
    """
    for path in _places(name, models_dir, PACKAGED):
        return path
    if any(card.name == name and not card.pulled for card in CARDS):
        raise ModelMissing(f"{name} is not in {models_dir}, and does not come with this FlowPose")
    raise ModelMissing(f"{name} is not in {models_dir}: run `flowpose models pull {name}`")


def inventory(models_dir: Path) -> tuple[ModelInfo, ...]:
    """Every model that is here or can be pulled, with the state of its file."""
    return tuple(_inventory(models_dir))


def _inventory(models_dir: Path) -> Iterator[ModelInfo]:
    for card in CARDS:
        digests = [sha256_of(path) for path in _places(card.name, models_dir, PACKAGED)[:1]]
        if digests or card.pulled:
            yield ModelInfo(
                name=card.name,
                description=card.description,
                licence=card.licence,
                skeleton=card.skeleton,
                present=bool(digests),
                sha256=digests[0] if digests else None,
                default=card.default,
            )


def _places(name: str, *folders: Path) -> list[Path]:
    """The model's file in each of the folders that has it."""
    return [path for folder in folders if (path := folder / f"{name}.onnx").is_file()]
