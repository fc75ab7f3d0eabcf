"""From data sets on disc to people to train on and people to measure on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.datasets.catalogue import READERS
from models.datasets.split import for_measuring
from models.skeletons.body13 import BODY13
from models.training.errors import NoPeople
from models.training.person import Person, people_of
from service.networks.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class Data:
    """Everybody who is needed for a training.

    Attributes
    ----------
    training
        People to learn from.
    held_out
        People to measure on.
    """

    training: Sequence[Person]
    held_out: Sequence[Person]


def read_data(folders: Sequence[tuple[str, Path]], skeleton: Skeleton, held_out_most: int) -> Data:
    """Read data sets, cut everybody out and divide them.

    Parameters
    ----------
    folders
        Name in :data:`READERS` and folder of each data set.
    skeleton
        The network's joints.
    held_out_most
        Measure on so many at most, taken evenly from all that are held out.

    Raises
    ------
    DatasetUnreadable
        A folder does not hold the data set named.
    NoPeople
        Nobody is left to train on.
    """
    training: list[Person] = []
    held_out: list[Person] = []
    for kind, folder in folders:
        samples = READERS[kind](folder, BODY13)
        training += people_of((sample for sample in samples if not for_measuring(sample)), skeleton)
        measuring = people_of((sample for sample in samples if for_measuring(sample)), skeleton)
        held_out += [person for person in measuring if not np.isnan(person.torso_px)]
    if not training:
        raise NoPeople(f"of {len(folders)} data sets")
    return Data(training, held_out[:: max(1, -(-len(held_out) // held_out_most))])


def weights_of(
    people: Sequence[Person], shares: Mapping[str, float], upside_down: float, skeleton: Skeleton
) -> NDArray[np.float64]:
    """How often each person is seen in a pass.

    Parameters
    ----------
    shares
        Source -> times; 1 for a source that is not here.
    upside_down
        Times more for those whose head is below their shoulders; 0 leaves them out.
    """
    times = np.array([shares.get(person.source, 1.0) for person in people])
    return times * np.where([_is_upside_down(person, skeleton) for person in people], upside_down, 1.0)


def _is_upside_down(person: Person, skeleton: Skeleton) -> bool:
    """Whether head and shoulders are known and the head is lower."""
    heights = person.joints[[skeleton.index(n) for n in ("head", "right_shoulder", "left_shoulder")], 1]
    return bool(heights[0] > heights[1:].mean())
