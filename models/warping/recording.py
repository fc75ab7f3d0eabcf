"""What a network sees in labelled clips, recorded once: heatmaps, crops and labels of every frame."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import Clip
from models.evaluation.degrade import Damage
from models.pooling.watch import Moment, watch_clip
from models.slicing.harvest import label_columns
from service.commands.whole_file import whole_file
from service.engine import Engine
from service.networks.catalogue import find
from service.options import FlowMethod, Options
from service.people.crop import Crop
from service.refine.graph import body_of
from service.temporal.grid import CELLS

FULL = 255  # stands for a heatmap value of 1


@dataclass(frozen=True, slots=True)
class Recording:
    """The T frames of one clip in which the person was seen, and the J joints that have labels.

    Attributes
    ----------
    frames
        (T,) int64, numbers in the clip, rising.
    maps
        (T, J, 64, 64) uint8, 255 for 1.
    crops
        (T, 4) float64: centre x and y, half side (all frame pixels), angle (radians).
    joints
        (T, J, 2) float32, frame pixels, x then y; NaN where not known.
    """

    frames: NDArray[np.int64]
    maps: NDArray[np.uint8]
    crops: NDArray[np.float64]
    joints: NDArray[np.float32]

    def crop(self, row: int) -> Crop:
        """The crop of a row's frame."""
        x, y, half_side, angle = self.crops[row].tolist()
        return Crop((x, y), half_side, angle)

    def near(self, row: int, reach: int) -> NDArray[np.int64]:
        """Rows of the other frames that are at most so many frames away."""
        gaps = np.abs(self.frames - self.frames[row])
        rows: NDArray[np.int64] = np.flatnonzero((gaps > 0) & (gaps <= reach))
        return rows


def record(engine: Engine, model: str, clip: Clip) -> Recording:
    """Run the served path over a clip: detector, crops that follow the person, network.

    Raises
    ------
    Problem
        The clip cannot be read, or the model is not there.
    """
    body = body_of(find(model).skeleton)
    columns, joints = label_columns(body), list(body.joints)
    labels = np.where(clip.valid[:, columns, None], clip.joints[:, columns], np.nan).astype(np.float32)
    frames: list[int] = []
    maps: list[NDArray[np.uint8]] = []
    crops: list[tuple[float, ...]] = []

    def note(moment: Moment) -> None:
        crop = moment.person.crop(moment.frame)
        if crop is not None and moment.frame < len(labels):
            frames.append(moment.frame)
            maps.append(np.rint(moment.person.heatmaps(moment.frame)[joints] * FULL).astype(np.uint8))
            crops.append((*crop.centre, crop.half_side, crop.angle))

    options = Options(model=model, flow=FlowMethod.NONE, window=0, lookahead=0)
    watch_clip(engine, options, clip, Damage.NONE, note)
    return Recording(
        np.array(frames, np.int64),
        np.array(maps, np.uint8).reshape(-1, len(joints), CELLS, CELLS),
        np.array(crops, np.float64).reshape(-1, 4),
        labels[frames],
    )


def record_once(engine: Engine, model: str, clip: Clip, folder: Path) -> Recording:
    """A clip's recording, out of the folder if it is there; else it is made, and kept there.

    Raises
    ------
    DatasetUnreadable
        The file in the folder is no recording; delete it.
    """
    path = folder / f"{clip.name}.npz"
    if path.exists():
        return load(path)
    recording = record(engine, model, clip)
    folder.mkdir(parents=True, exist_ok=True)
    save(recording, path)
    return recording


def save(recording: Recording, path: Path) -> None:
    """Write a recording; the file is replaced whole or not at all."""
    with whole_file(path) as unfinished, unfinished.open("wb") as file:
        arrays = {each.name: getattr(recording, each.name) for each in fields(Recording)}
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load(path: Path) -> Recording:
    """Read a file of :func:`save`; raises DatasetUnreadable if it is none."""
    try:
        with path.open("rb") as file, np.load(file) as stored:
            return Recording(**{each.name: stored[each.name] for each in fields(Recording)})
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise DatasetUnreadable(f"{path} is not a recording: {error!r}") from error
