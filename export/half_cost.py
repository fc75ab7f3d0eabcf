"""What half precision costs on labelled people: how far joints move, and what becomes of the accuracy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from export.compare import SURE
from export.rounded import rounded
from models.evaluation.stills import StillNetwork, to_blocked
from models.evaluation.subjects import Subject
from service.networks.catalogue import file_of
from service.temporal.grid import STRIDE
from service.temporal.joints import peaks

ALPHAS = (0.2, 0.1)  # torsos
TITLES = ("network", "people", "joints", "median px", "95 % px", "most px", "PCK .2 / .1", "in half")
ROW = "{:<20}{:>8}{:>8}{:>11}{:>9}{:>9}{:>15}{:>15}"


@dataclass(frozen=True, slots=True)
class HalfCost:
    """One network in single precision and rounded to half.

    Attributes
    ----------
    name
        Of the network.
    people
        How many were shown.
    moved_px
        (J,) float32, pixels of the 256 crop between both answers, of each joint with a score of
        :data:`~export.compare.SURE` in single precision.
    single, half
        Percent of labels found within each of :data:`ALPHAS`, mean of the joints of UPPER7.
    """

    name: str
    people: int
    moved_px: NDArray[np.float32]
    single: tuple[float, ...]
    half: tuple[float, ...]

    def __str__(self) -> str:
        """A row under :data:`TITLES`."""
        moved = self.moved_px if self.moved_px.size else np.full(1, np.nan, np.float32)
        told = (np.median(moved), np.percentile(moved, 95), moved.max())
        accuracy = (" / ".join(f"{each:.1f}" for each in pck) for pck in (self.single, self.half))
        return ROW.format(
            self.name, self.people, self.moved_px.size, *(f"{each:.3f}" for each in told), *accuracy
        )


def half_costs(names: Sequence[str], models_dir: Path, subjects: Sequence[Subject]) -> Iterator[HalfCost]:
    """Measure networks, by name, on people.

    Parameters
    ----------
    names
        Of the catalogue, in single precision.
    models_dir
        Where ``NAME.onnx`` files lie.
    subjects
        One at least.

    Raises
    ------
    ModelUnknown, ModelMissing
    """
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            single = StillNetwork(name, models_dir)
            onnx.save(rounded(onnx.load(file_of(name, models_dir))), Path(folder, f"{name}.onnx"))
            half = StillNetwork(name, Path(folder))
            moved = _moved_px(single, half, subjects)
            yield HalfCost(name, len(subjects), moved, _pck(single, subjects), _pck(half, subjects))


def _moved_px(single: StillNetwork, half: StillNetwork, subjects: Sequence[Subject]) -> NDArray[np.float32]:
    moved = []
    for one, other in zip(single.maps(subjects), half.maps(subjects), strict=True):
        points, scores, _ = peaks(to_blocked(one))
        elsewhere, _, _ = peaks(to_blocked(other))
        moved.append(STRIDE * np.linalg.norm(points - elsewhere, axis=1)[scores >= SURE])
    return np.concatenate(moved).astype(np.float32)


def _pck(network: StillNetwork, subjects: Sequence[Subject]) -> tuple[float, ...]:
    found = network.find(subjects)
    return tuple(float(np.nanmean(found.pck(alpha))) for alpha in ALPHAS)
