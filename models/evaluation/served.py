"""The served pipeline over labelled clips: detector, crops, network, flow, pooling, all as users get them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import JOINTS, Clip
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import ANSWERS, COLUMNS, MEASURED, to_measured
from models.evaluation.metrics import Tally, labelled_half_side, tally, total
from models.pooling.watch import Moment, watch_clip
from service.engine import Engine
from service.errors import Problem
from service.networks.catalogue import find
from service.options import FlowMethod, Options, Pooling
from service.temporal.joints import read_pose
from service.temporal.pooling import Pooler
from service.temporal.weights import weights_for

PELVIS = JOINTS.index("belly")
POOLINGS = (Pooling.NONE, Pooling.MAX, Pooling.SUM, Pooling.PARAMETRIC, Pooling.ADAPTIVE)


class SkeletonUnmapped(Problem):
    """The network's joints have no counterparts in the labels."""

    name = "skeleton-unmapped"
    title = "The model cannot be measured on this data set"
    status = 422


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Attributes
    ----------
    damage
        Done to the video.
    pooling
        Of the run.
    flow, window
        Of the run; None for what the job's options say. A window smaller than the options' look-ahead cuts
        that, too.
    """

    damage: Damage
    pooling: Pooling
    flow: FlowMethod | None = None
    window: int | None = None

    def chosen(self, options: Options) -> Options:
        """The options of a run with this setting."""
        window = options.window if self.window is None else self.window
        pooling = self.pooling if window else Pooling.NONE
        return replace(
            options,
            pooling=pooling,
            flow=self.flow or options.flow,
            window=window,
            lookahead=0 if pooling is Pooling.NONE else min(options.lookahead, window),
        )


@dataclass(frozen=True, slots=True)
class Job:
    """What one process needs to know.

    Attributes
    ----------
    models_dir
        Where ``NAME.onnx`` files lie.
    options
        Of every run; what the setting says goes before them.
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
    if skeleton.name not in ANSWERS:
        raise SkeletonUnmapped(
            f"{job.options.model} answers {skeleton.name}; JHMDB is mapped to {', '.join(ANSWERS)}."
        )
    with Engine(job.models_dir, threads=job.threads) as engine:
        engine.describe(job.options)


def measure_clip(job: Job, engine: Engine, clip: Clip) -> Results:
    """Run all settings over one clip.

    Notes
    -----
    Pooling has no effect on what is found, cut out, seen by the network or followed by the flow. So these run
    once for all settings of one damage and one flow, and only pooling runs for each.
    """
    found: dict[Setting, NDArray[np.float32]] = {}
    for (damage, flow), settings in _by_look(job).items():
        found |= _watch(engine, replace(job.options, flow=flow), damage, settings, clip)
    answers = ANSWERS[find(job.options.model).skeleton.name]
    return {setting: score(found[setting], answers, clip) for setting in job.settings}


def _by_look(job: Job) -> dict[tuple[Damage, FlowMethod], list[Setting]]:
    """The settings that share everything but pooling."""
    looks: dict[tuple[Damage, FlowMethod], list[Setting]] = {}
    for setting in job.settings:
        looks.setdefault((setting.damage, setting.chosen(job.options).flow), []).append(setting)
    return looks


def _watch(
    engine: Engine, options: Options, damage: Damage, settings: Sequence[Setting], clip: Clip
) -> dict[Setting, NDArray[np.float32]]:
    """(T, K, 2) float32 frame pixels for each setting; NaN where nobody was found."""
    skeleton = find(options.model).skeleton
    chosen = {setting: setting.chosen(options) for setting in settings}
    poolers = {
        setting: Pooler(weights_for(each.pooling, skeleton), each.window) for setting, each in chosen.items()
    }
    nobody = np.full((len(clip.joints), len(skeleton.joints), 2), np.nan, np.float32)
    found = {setting: nobody.copy() for setting in settings}

    def see(moment: Moment) -> None:
        crop = moment.person.crop(moment.frame)
        assert crop is not None, "a moment is one in which the person was seen"
        for setting, joints_of in found.items():
            newest = min(moment.frame + chosen[setting].lookahead, moment.newest)
            pooled = poolers[setting].pool(moment.ring, moment.person, moment.frame, newest)
            joints_of[moment.frame] = read_pose(1, pooled.maps, crop).joints

    widest = max(chosen.values(), key=lambda each: (each.pooling is not Pooling.NONE, each.window))
    watch_clip(engine, replace(widest, people=1), clip, damage, see)
    return found


def score(found: NDArray[np.float32], answers: Mapping[str, tuple[int, ...]], clip: Clip) -> Tally:
    """Compare (T, K, 2) joints with the labels; joints that the network has not count as not labelled."""
    labels, valid = clip.joints[:, COLUMNS], clip.valid[:, COLUMNS]
    lacking = np.array([name not in answers for name in MEASURED])
    # The box whose side is the measure is that of all valid labels, whatever the network knows.
    filled = np.where(lacking[:, None], labels, to_measured(found, answers))
    filled[np.isnan(found).any(axis=(1, 2))] = np.nan
    whole = tally(filled, labels, valid, labelled_half_side(clip.joints, clip.joints[:, PELVIS]))
    for values in (whole.errors, whole.shakes, whole.label_shakes):
        values[:, lacking] = np.nan
    return whole


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
