"""Served networks on single pictures, shown each person in the crop that they were trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.evaluation.joint_map import FACE
from models.evaluation.subjects import Subject
from service.media.frame import Image
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.catalogue import file_of, find
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.region import Region
from service.networks.session import open_session
from service.networks.skeleton import Skeleton
from service.networks.upper7 import UPPER7
from service.temporal.grid import Heatmaps, Points
from service.temporal.joints import read_pose
from service.temporal.kernel import blockwise_cells
from service.temporal.pooling import Blocked

TOGETHER = 8  # pictures in a batch

ANSWERS: Mapping[str, tuple[tuple[int, ...], ...]] = MappingProxyType(
    {
        "upper7": tuple((index,) for index in range(len(UPPER7.joints))),
        "blazepose33": (FACE, *((BLAZEPOSE33.index(name),) for name in UPPER7.joints[1:])),
    }
)
"""Name of a skeleton -> for each joint of UPPER7 the joints whose mean answers it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one network found.

    Attributes
    ----------
    distance_px
        (N, 7) float32, picture pixels from each label; NaN where there is none.
    torso_px, head_px
        (N,) float32, picture pixels, see :class:`Subject`.
    scale
        (N,) float32, pixels of the 256 upper-body crop per picture pixel, whatever the network's own crop.
    """

    distance_px: NDArray[np.float32]
    torso_px: NDArray[np.float32]
    head_px: NDArray[np.float32]
    scale: NDArray[np.float32]

    def pck(self, alpha: float) -> NDArray[np.float64]:
        """Percentage of labels found within ``alpha`` torsos, per joint of UPPER7.

        Notes
        -----
        PCK of Sapp and Taskar (CVPR 2013), with the torso from mid-shoulder to mid-hip, which is shorter than
        the diagonal that others take.
        """
        return share_within(self.distance_px / self.torso_px[:, None], alpha)

    def pckh(self, alpha: float) -> NDArray[np.float64]:
        """The same within ``alpha`` heads (Andriluka et al., CVPR 2014), of people whose head is labelled.

        Notes
        -----
        The head is the distance from its top to the neck; MPII's own tool takes 0.6 x the diagonal of a box.
        """
        return share_within(self.distance_px / self.head_px[:, None], alpha)

    def within(self, radius_px: float) -> NDArray[np.float64]:
        """The same within some pixels of the 256 upper-body crop: the papers' measure."""
        return share_within(self.distance_px * self.scale[:, None], radius_px)


def together(parts: Sequence[Found]) -> Found:
    """All of it, in one."""
    return Found(
        **{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Found)}
    )


def share_within(errors: NDArray[np.float32], radius: float) -> NDArray[np.float64]:
    """(J,) float64, percent of the (N, J) errors that are not NaN and at most ``radius``; NaN of none."""
    labelled = ~np.isnan(errors)
    with np.errstate(invalid="ignore"):
        return np.asarray(100.0 * (errors <= radius).sum(axis=0) / labelled.sum(axis=0), np.float64)


class StillNetwork:
    """A served network, by name, that is shown pictures one by one.

    Parameters
    ----------
    name
        In the model catalogue.
    models_dir
        Where ``NAME.onnx`` files lie.
    threads
        Of the network on the CPU.

    Raises
    ------
    ModelUnknown, ModelMissing
    """

    def __init__(self, name: str, models_dir: Path, threads: int = 1) -> None:
        self._card = find(name)
        session = open_session(file_of(name, models_dir), Device.AUTO, threads)
        self._network = HeatmapNetwork(session)

    @property
    def region(self) -> Region:
        """What it wants to see."""
        return self._card.region

    @property
    def skeleton(self) -> Skeleton:
        """What its maps mean."""
        return self._card.skeleton

    def maps(self, subjects: Sequence[Subject]) -> Iterator[Heatmaps]:
        """(7, 64, 64) or (33, 64, 64) float32 in [0, 1] for each subject, in its skeleton's order."""
        joints = len(self.skeleton.joints)
        for start in range(0, len(subjects), TOGETHER):
            crops = [self._cut(subject) for subject in subjects[start : start + TOGETHER]]
            yield from self._network.heatmaps(crops)[:, :joints]

    def find(self, subjects: Sequence[Subject]) -> Found:
        """Look at everybody; at least one."""
        pairs = zip(subjects, self.maps(subjects), strict=True)
        found = np.stack([self.joints_of(maps, subject) for subject, maps in pairs])
        labels = np.stack([subject.sample.joints for subject in subjects])
        return Found(
            np.linalg.norm(found - labels, axis=2).astype(np.float32),
            np.array([subject.torso_px for subject in subjects], np.float32),
            np.array([subject.head_px for subject in subjects], np.float32),
            np.array([subject.crops[Region.UPPER_BODY].scale for subject in subjects], np.float32),
        )

    def joints_of(self, maps: Heatmaps, subject: Subject) -> Points:
        """(7, 2) float32 picture pixels in the order of UPPER7, read as the service reads them."""
        joints = read_pose(1, to_blocked(maps), subject.crops[self.region]).joints
        answers = ANSWERS[self.skeleton.name]
        return np.stack([joints[list(each)].mean(axis=0) for each in answers]).astype(np.float32)

    def _cut(self, subject: Subject) -> Image:
        return subject.crops[self.region].cut(subject.sample.read(), self._card.shift_px)


def to_blocked(maps: Heatmaps) -> Blocked:
    """(K, 64, 64) maps, row by row, in the order in which the service pools them: (K, 4096)."""
    columns, rows = blockwise_cells().astype(np.int64).T
    return np.ascontiguousarray(maps[:, rows, columns], np.float32)
