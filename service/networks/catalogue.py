"""The networks that can be served, by name, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service.errors import Problem
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.session import sha256_of
from service.networks.skeleton import Skeleton
from service.temporal.grid import CELL_OFFSET

DETECTOR = "person-detector"

BLAZEPOSE_CELL_OFFSET = (
    -0.5
)  # MediaPipe reads x = column / 64 of the width: input pixel 4j - 0.5, not 4j + 1.5
BLAZEPOSE_GUIDES = (33, 34)  # MediaPipe's auxiliary landmarks


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of a network before its file is opened.

    Attributes
    ----------
    name
        What users call it; its file is ``NAME.onnx``.
    description, licence
        For people.
    skeleton
        The meaning of its first maps.
    cell_offset
        Input pixel of cell 0's centre, as the network was trained; the design's grid has 1.5.
    guides
        Two maps after the joints that tell where to look next: the middle of the hips and the point straight
        above it on the circle round the body. None: the joints tell.
    default
        Served when no model is asked for.
    """

    name: str
    description: str
    licence: str
    skeleton: Skeleton
    cell_offset: float = CELL_OFFSET
    guides: tuple[int, int] | None = None
    default: bool = False

    @property
    def shift_px(self) -> float:
        """Input pixels by which the picture must move to bring the network's cells onto the design's grid."""
        return self.cell_offset - CELL_OFFSET


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


def _blazepose(size: str, words: str, default: bool = False) -> ModelCard:
    return ModelCard(
        name=f"blazepose-{size}",
        description=f"MediaPipe BlazePose {size}, heatmap branch: {words}",
        licence="Apache-2.0",
        skeleton=BLAZEPOSE33,
        cell_offset=BLAZEPOSE_CELL_OFFSET,
        guides=BLAZEPOSE_GUIDES,
        default=default,
    )


CARDS: tuple[ModelCard, ...] = (
    _blazepose("lite", "the fastest"),
    _blazepose("full", "the default", default=True),
    _blazepose("heavy", "the most accurate, four times the work of full"),
)


def find(name: str) -> ModelCard:
    """The card of this name; ModelUnknown when there is none."""
    for card in CARDS:
        if card.name == name:
            return card
    raise ModelUnknown(f"model {name!r} is none of {', '.join(card.name for card in CARDS)}")


def file_of(name: str, models_dir: Path) -> Path:
    """The ONNX file of a model or the detector; ModelMissing when it is not there."""
    path = models_dir / f"{name}.onnx"
    if not path.is_file():
        raise ModelMissing(f"{name} is not in {models_dir}: run `flowpose models pull {name}`")
    return path


def inventory(models_dir: Path) -> tuple[ModelInfo, ...]:
    """Every card with the state of its file."""
    infos = []
    for card in CARDS:
        path = models_dir / f"{card.name}.onnx"
        digest = sha256_of(path) if path.is_file() else None
        infos.append(
            ModelInfo(
                card.name,
                card.description,
                card.licence,
                card.skeleton,
                digest is not None,
                digest,
                card.default,
            )
        )
    return tuple(infos)
