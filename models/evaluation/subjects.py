"""People in held-out pictures, each with the crop that every kind of network wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.datasets.catalogue import READERS
from models.datasets.jhmdb import JOINTS, Clip, read_clips
from models.datasets.jhmdb_samples import EVERY
from models.datasets.joint_names import JHMDB, to_skeleton
from models.datasets.jpeg import to_jpeg
from models.datasets.sample import Sample
from models.datasets.split import JHMDB_ACTIONS, for_measuring
from models.skeletons.body13 import BODY13
from service.media.video import open_video
from service.networks.region import Region
from service.networks.upper7 import UPPER7
from service.people import whole_body
from service.people.crop import Crop
from service.people.sighting import Sighting
from service.people.upper_body import upper_body_crop
from service.temporal.grid import Points

HEAD_ENDS = ("head_top", "upper_neck", "neck")  # of MPII, of LSP: the last two are one point by two names
MEASURING = replace(BODY13, name="measuring", joints=(*BODY13.joints, *HEAD_ENDS))
"""The joints asked of a data set: BODY13's and, where it has them, the two ends of the head."""

UPPER = tuple(MEASURING.index(name) for name in UPPER7.joints)
BODY = tuple(MEASURING.index(name) for name in BODY13.joints)
SHOULDERS = tuple(MEASURING.index(name) for name in ("right_shoulder", "left_shoulder"))
HIPS = tuple(MEASURING.index(name) for name in ("right_hip", "left_hip"))
ANKLES = tuple(MEASURING.index(name) for name in ("right_ankle", "left_ankle"))


@dataclass(frozen=True, slots=True)
class Subject:
    """A labelled person whose whole body is known, so that every kind of network can be shown them.

    Attributes
    ----------
    sample
        The picture, and the joints in the order of :data:`UPPER7`.
    crops
        Where a network of each region looks, from the labels.
    torso_px
        From the middle of the shoulders to that of the hips, picture pixels.
    head_px
        From the top of the head to the neck, picture pixels; NaN where not labelled.
    """

    sample: Sample
    crops: Mapping[Region, Crop]
    torso_px: float
    head_px: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everybody of one data set who is measured on.

    Attributes
    ----------
    subjects
        In the order of the data set.
    left_out
        How many held-out people are not among them: shoulders, hips or both ankles are not labelled, so that
        nobody knows BlazePose's crop.
    """

    subjects: tuple[Subject, ...]
    left_out: int


def gather(kind: str, folder: Path) -> Gathered:
    """Read the held-out people of a data set.

    Parameters
    ----------
    kind
        Name in :data:`READERS`. Of JHMDB: every fifth frame of the held-out clips of tier A.
    folder
        As the reader wants it.

    Raises
    ------
    DatasetUnreadable
        See the readers.
    """
    if kind == "jhmdb":
        held_out = (clip for clip in read_clips(folder, "A") if clip.action in JHMDB_ACTIONS)
        found = [subject_of(sample) for clip in held_out for sample in _samples(clip)]
    else:
        samples = READERS[kind](folder, MEASURING)
        found = [subject_of(sample) for sample in samples if for_measuring(sample)]
    subjects = tuple(subject for subject in found if subject is not None)
    return Gathered(subjects, len(found) - len(subjects))


def subject_of(sample: Sample) -> Subject | None:
    """Turn a sample into a subject, or None: it lacks shoulders, hips, both ankles, or all of UPPER7.

    Parameters
    ----------
    sample
        With the joints of :data:`MEASURING`. ``joints`` says where the body is, guesses outside the picture
        included; ``known`` what is measured.
    """
    joints = sample.joints
    there = np.asarray(~np.isnan(joints).any(axis=1))
    if not (there[[*SHOULDERS, *HIPS]].all() and there[[*ANKLES]].any() and sample.known[[*UPPER]].any()):
        return None
    known = sample.known[[*UPPER]]
    upper = np.where(known[:, None], joints[[*UPPER]], np.float32(np.nan))
    crops = {Region.UPPER_BODY: upper_body_crop(upper[known]), Region.WHOLE_BODY: whole_body_crop(joints)}
    torso = np.linalg.norm(joints[[*SHOULDERS]].mean(axis=0) - joints[[*HIPS]].mean(axis=0))
    return Subject(replace(sample, joints=upper, known=known), crops, max(float(torso), 1.0), _head(joints))


def whole_body_crop(joints: Points) -> Crop:
    """BlazePose's crop with the labels' knowledge, by the service's own rule.

    Parameters
    ----------
    joints
        (16, 2) float32 picture pixels in the order of :data:`MEASURING`; NaN where not known, but for
        shoulders and hips.
    """
    body = joints[[*BODY]]
    hips = body[[*HIPS]].mean(axis=0)
    # The rule takes the farthest joint: one that is not known must not be it.
    filled = np.where(np.isnan(body), hips, body).astype(np.float32)
    return whole_body.next_crop(Sighting(BODY13, filled, np.ones(len(filled), np.float32)))


def _head(joints: Points) -> float:
    top, upper_neck, neck = (joints[MEASURING.index(name)] for name in HEAD_ENDS)
    return float(np.linalg.norm(top - np.where(np.isnan(upper_neck), neck, upper_neck)))


def _samples(clip: Clip) -> Iterator[Sample]:
    """Every fifth frame, guesses outside the picture included: BlazePose's crop goes on there."""
    joints, _ = to_skeleton(clip.joints, JOINTS, JHMDB, MEASURING)
    _, known = to_skeleton(_in_view(clip), JOINTS, JHMDB, MEASURING)
    with open_video(clip.video) as video:
        for index, frame in enumerate(video):
            if index % EVERY == 0:
                yield Sample("jhmdb", clip.name, to_jpeg(frame.image), joints[index], known[index])


def _in_view(clip: Clip) -> NDArray[np.float32]:
    """(T, 15, 2) float32 frame pixels, NaN where a label is a guess."""
    return np.where(clip.valid[..., None], clip.joints, np.float32(np.nan))
