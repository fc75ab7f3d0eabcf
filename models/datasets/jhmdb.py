"""JHMDB (Jhuang et al., ICCV 2013): short clips with 15 human-labelled joints in every frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable
from models.datasets.json_file import read_json
from service.networks.jhmdb15 import JHMDB15

JOINTS = JHMDB15.joints
"""The data set's own order; ``face`` is the centre of the face, ``belly`` the pelvis."""

Tier: TypeAlias = Literal["A", "B"]


@dataclass(frozen=True, slots=True)
class Clip:
    """One labelled clip of one person.

    Attributes
    ----------
    name
        File name, unique in the data set.
    video
        Path of the mp4 file; its frame t belongs to ``joints[t]``.
    tier
        ``A``: exactly placed labels; ``B``: they can be off by a few pixels.
    action
        What the person does: ``golf``, ``walk``, ...
    joints
        (T, 15, 2) float32, frame pixels, x then y, in the order of :data:`JOINTS`.
    valid
        (T, 15) bool; False where the label lies outside the picture and is a guess.
    """

    name: str
    video: Path
    tier: Tier
    action: str
    joints: NDArray[np.float32]
    valid: NDArray[np.bool_]


def read_clips(folder: Path, tier: Tier | None = None) -> tuple[Clip, ...]:
    """Read the labels of every clip, or of one tier, sorted by name.

    Parameters
    ----------
    folder
        Holds ``joints.json`` and the folder ``clips``.
    tier
        Keep only this tier.

    Raises
    ------
    DatasetUnreadable
        When a file is missing or ``joints.json`` is not what it should be.
    """
    data = read_json(folder / "joints.json")
    try:
        size = (int(data["width"]), int(data["height"]))
        if tuple(data["joint_names"]) != JOINTS:
            raise DatasetUnreadable(f"{folder / 'joints.json'} names other joints: {data['joint_names']}")
        items = sorted(data["clips"].items())
        clips = (_clip(folder, name, entry, size) for name, entry in items)
        return tuple(clip for clip in clips if tier in (None, clip.tier))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DatasetUnreadable(f"{folder / 'joints.json'} is not a JHMDB label file: {error!r}") from error


def _clip(folder: Path, name: str, entry: dict[str, Any], size: tuple[int, int]) -> Clip:
    video = folder / "clips" / name
    if not video.is_file():
        raise DatasetUnreadable(f"{video} is labelled but missing")
    joints = np.asarray(entry["joints"], np.float32)
    if joints.ndim != 3 or joints.shape[1:] != (len(JOINTS), 2):
        raise DatasetUnreadable(f"{name}: joints have the shape {joints.shape}, not (T, {len(JOINTS)}, 2)")
    if entry["tier"] not in get_args(Tier):
        raise DatasetUnreadable(f"{name} is of tier {entry['tier']!r}; there are A and B")
    x, y = joints[..., 0], joints[..., 1]
    inside = (x >= 0) & (x <= size[0] - 1) & (y >= 0) & (y <= size[1] - 1)
    return Clip(name, video, entry["tier"], str(entry["action"]), joints, inside)
