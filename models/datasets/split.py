"""What is trained on and what is measured on: decided once, by name, for ever."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from zlib import crc32

from models.datasets.jhmdb import Clip
from models.datasets.sample import Sample

SHARES: Mapping[str, float] = MappingProxyType(
    {"mpii": 0.15, "coco": 0.25, "street": 0.1, "lspet": 0.04, "chalearn": 0.1}
)
"""Source -> the share of it that no network is trained on; 0 for a source that is not here."""

JHMDB_ACTIONS = ("clap", "wave", "pour")  # their clips are held out; the file name ends with the action

TRAIN, TEST = "train/", "test/"  # begin the names of samples whose release divides them itself

PARTS = 1 << 32  # crc32 is even over this range


def held_out(sample: Sample | str, share: float) -> bool:
    """Whether a sample belongs to the held-out share of its source.

    Parameters
    ----------
    sample
        The sample, or ``"source/name"``.
    share
        0..1, roughly the part of all names for which the answer is True. A larger share holds out what a
        smaller one does, and more.

    Notes
    -----
    Only source and name count, so all samples of one picture or video are on one side, and the answer does
    not change when the data set grows or its order changes.
    """
    key = sample if isinstance(sample, str) else f"{sample.source}/{sample.name}"
    return crc32(key.encode()) < share * PARTS


def learnt_from(clip: Clip) -> bool:
    """Whether pooling weights, springs and warping learn from a clip of JHMDB; the others measure them."""
    return crc32(clip.name.encode()) % 2 == 0


def for_measuring(sample: Sample) -> bool:
    """Whether this project measures with the sample, and never trains a network on it."""
    if sample.source == "jhmdb":
        return sample.name.removesuffix(".mp4").endswith(JHMDB_ACTIONS)
    return sample.name.startswith(TEST) or held_out(sample, SHARES.get(sample.source, 0.0))
