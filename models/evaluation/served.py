"""The served pipeline over labelled clips: detector, crops, network, flow, pooling, all as users get them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import JOINTS, Clip
from models.evaluation.degrade import Damage, degrade
from models.evaluation.joint_map import COLUMNS, to_measured
from models.evaluation.metrics import Tally, labelled_half_side, tally, total
from service.engine import Engine
from service.errors import Problem
from service.media.video import open_video
from service.networks.catalogue import find
from service.options import Options, Pooling
from service.temporal.pose import FramePoses

PELVIS = JOINTS.index("belly")
POOLINGS = (Pooling.NONE, Pooling.MAX, Pooling.SUM, Pooling.PARAMETRIC)


class SkeletonUnmapped(Problem):
    """The network's joints have no counterparts in the labels."""

    name = "skeleton-unmapped"
    title = "The model cannot be measured on this data set"
    status = 422


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table."""

    damage: Damage
    pooling: Pooling


@dataclass(frozen=True, slots=True)
class Job:
    """What one process needs to know.

    Attributes
    ----------
    models_dir
        Where ``NAME.onnx`` files lie.
    options
        Of every run; the setting's pooling goes before theirs.
    settings
        To run, in this order.
    threads
        Of the network in each process; None leaves it to the engine.
    """

    models_dir: Path
    options: Options
    settings: tuple[Setting, ...]
    threads: int | None = None


Results: TypeAlias = dict[Setting, Tally]


def measure(
    job: Job, clips: Sequence[Clip], workers: int, done: Callable[[int], None] = lambda _: None
) -> Results:
    """Run all settings over all clips, in several processes.

    Parameters
    ----------
    clips
        One at least.
    workers
        Processes; with 1 everything runs in this one.
    done
        Told the number of clips finished since it was last told.

    Raises
    ------
    SkeletonUnmapped, ModelUnknown, ModelMissing
        Before any clip is run.
    """
    check_model(job)
    parts: list[Results] = []
    for part in _parts(job, clips, workers):
        parts.append(part)
        done(1)
    return {setting: total([part[setting] for part in parts]) for setting in job.settings}


def check_model(job: Job) -> None:
    """Refuse a model that is not here or whose joints nobody has mapped to the labels."""
    skeleton = find(job.options.model).skeleton
    if skeleton.name != "blazepose33":
        raise SkeletonUnmapped(
            f"{job.options.model} answers {skeleton.name}; JHMDB is mapped to blazepose33."
        )
    with Engine(job.models_dir, threads=job.threads) as engine:
        engine.describe(job.options)


def measure_clip(job: Job, engine: Engine, clip: Clip) -> Results:
    """Run all settings over one clip."""
    return {
        setting: _measure(engine, _chosen(job.options, setting), setting.damage, clip)
        for setting in job.settings
    }


def found_joints(answers: Sequence[FramePoses], joints: int) -> NDArray[np.float32]:
    """The first person of every frame.

    Returns
    -------
    (T, joints, 2) float32, frame pixels; NaN where nobody was found.
    """
    found = np.full((len(answers), joints, 2), np.nan, np.float32)
    for row, answer in zip(found, answers, strict=True):
        if answer.people:
            row[:] = answer.people[0].joints
    return found


def _chosen(options: Options, setting: Setting) -> Options:
    return replace(options, pooling=setting.pooling)


def _measure(engine: Engine, options: Options, damage: Damage, clip: Clip) -> Tally:
    with open_video(clip.video) as video, engine.stream(options) as stream:
        answers: list[FramePoses] = []
        for frame in degrade(video, damage, clip.joints, clip.valid, clip.name):
            answers += stream.push(frame)
        answers += stream.finish()
    found = to_measured(found_joints(answers, len(find(options.model).skeleton.joints)))
    labels, valid = clip.joints[:, COLUMNS], clip.valid[:, COLUMNS]
    return tally(found, labels, valid, labelled_half_side(clip.joints, clip.joints[:, PELVIS]))


def _parts(job: Job, clips: Sequence[Clip], workers: int) -> Iterator[Results]:
    """The results of each clip, in any order."""
    if workers == 1:
        with Engine(job.models_dir, threads=job.threads) as engine:
            yield from (measure_clip(job, engine, clip) for clip in clips)
        return
    # A forked child would inherit the threads' locks but not the threads.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_measure_alone, job, clip) for clip in clips]):
            yield future.result()


def _measure_alone(job: Job, clip: Clip) -> Results:
    with Engine(job.models_dir, threads=job.threads) as engine:
        return measure_clip(job, engine, clip)
