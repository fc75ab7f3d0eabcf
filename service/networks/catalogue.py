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
    warper_sha256
        Of the file of the PoseWarper on its heatmaps; None when that is not here.
    """

    name: str
    description: str
    licence: str
    skeleton: Skeleton
    present: bool
    sha256: str | None
    default: bool
    warper_sha256: str | None = None


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


class WarperMissing(Problem):
    """No PoseWarper for this model is on this machine, so nothing can be warped by one."""

    name = "warper-missing"
    title = "There is no PoseWarper for this model here"
    status = 422


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


def warper_file(card: ModelCard, models_dir: Path) -> Path:
    """The ONNX file of the PoseWarper on a model's heatmaps; looked for as :func:`file_of` does.

    Raises
    ------
    WarperMissing
        It is in neither place; says which models have one.
    """
    for path in _places(card.warper, models_dir, PACKAGED):
        return path
    others = [each.name for each in CARDS if _places(each.warper, models_dir, PACKAGED)]
    instead = f"there is one for {', '.join(others)}" if others else "there is none for any model"
    raise WarperMissing(f"{card.warper} is not on this machine; {instead}.")


def warped_model(preferred: str, models_dir: Path) -> str:
    """Name of a model that has a PoseWarper here: the preferred one, else the first of the catalogue.

    One whose own file is here goes before one that would have to be pulled first.

    Raises
    ------
    ModelUnknown
        The preferred one does not exist.
    WarperMissing
        None has one.
    """
    warped = [card for card in (find(preferred), *CARDS) if _places(card.warper, models_dir, PACKAGED)]
    if not warped:
        raise WarperMissing("No PoseWarper is on this machine.")
    return next((card.name for card in warped if _places(card.name, models_dir, PACKAGED)), warped[0].name)


def inventory(models_dir: Path) -> tuple[ModelInfo, ...]:
    """Every model that is here or can be pulled, with the state of its file."""
    return tuple(_inventory(models_dir))


def _inventory(models_dir: Path) -> Iterator[ModelInfo]:
    for card in CARDS:
        digest, warper_digest = (_digest(name, models_dir) for name in (card.name, card.warper))
        if digest or card.pulled:
            yield ModelInfo(
                name=card.name,
                description=card.description,
                licence=card.licence,
                skeleton=card.skeleton,
                present=digest is not None,
                sha256=digest,
                default=card.default,
                warper_sha256=warper_digest,
            )


def _digest(name: str, models_dir: Path) -> str | None:
    """SHA-256 of the file that is served by this name; None when there is none."""
    return next((sha256_of(path) for path in _places(name, models_dir, PACKAGED)), None)


def _places(name: str, *folders: Path) -> list[Path]:
    """The model's file in each of the folders that has it."""
    return [path for folder in folders if (path := folder / f"{name}.onnx").is_file()]
