"""Labels on every n-th frame carried to all others, against the labels of those."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import JOINTS, Clip
from models.evaluation.carried_score import CarriedScore, together
from models.evaluation.joint_map import COLUMNS, MEASURED
from models.evaluation.metrics import Tally, labelled_half_side, tally
from models.evaluation.single_frame import found_alone
from models.evaluation.warped import names_for, warping_of
from service.media.video import open_video
from service.options import FlowMethod
from service.propagation import Carried, Labels, Method, Propagator, Target, labels_of_video, propagator_of
from service.propagation.blend import Canvas, blend
from service.propagation.still import Still
from service.propagation.trail import Trail
from service.propagation.walk import Walk
from service.propagation.warp_walk import WarpWalk

LOST = 1e6  # pixels: where a joint is put that no label reached; a miss at any radius
PELVIS = JOINTS.index("belly")


def straight_line(
    frame: int, before: Trail | None, after: Trail | None, canvas: Canvas
) -> tuple[Carried, ...]:
    """From label to label at constant speed; both have the same single object. See :class:`Walk`."""
    if before and after:
        start, stop = (np.concatenate([t.points for t in trail.targets]) for trail in (before, after))
        progress = np.float32((frame - before.label) / (after.label - before.label))
        line = start + progress * (stop - start)
        before, after = replace(before, points=line), replace(after, points=line)
    return blend(frame, before, after, canvas)


def _by(flow: FlowMethod) -> Callable[[], Propagator]:
    return lambda: propagator_of(Method.FLOW, flow)


WAYS: Mapping[str, Callable[[], Propagator]] = MappingProxyType(
    {
        "copy": _by(FlowMethod.NONE),
        "straight line": lambda: Walk(Still(), straight_line),
        "farneback": _by(FlowMethod.FARNEBACK),
        "dis": _by(FlowMethod.DIS),
        "deepflow": _by(FlowMethod.DEEPFLOW),
        "tvl1": _by(FlowMethod.TVL1),
    }
)
"""What is compared: the nearest label copied, a line from label to label, and chained flow."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One cell of the table.

    Attributes
    ----------
    way
        A name of :data:`WAYS`; any name with a warper or a network.
    every
        Frame 0 is labelled, and each of this distance; nothing else is.
    warper
        The ONNX file that carries; None for one of :data:`WAYS`.
    network
        By its name: it finds the joints of each frame for itself, and no label is carried.
    """

    way: str
    every: int
    warper: Path | None = None
    network: str | None = None


Results: TypeAlias = dict[Trial, CarriedScore]

_Found: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
"""(T, 13, 2) frame pixels, and (T, 13) scores."""


def measure(
    trials: Sequence[Trial], clips: Sequence[Clip], workers: int, done: Callable[[], None] = lambda: None
) -> Results:
    """Run all trials over all clips, in several processes.

    Parameters
    ----------
    clips
        One at least.
    workers
        Processes; with 1 everything runs in this one.
    done
        Called after each clip.

    Returns
    -------
    For each trial the score of the frames that were not labelled.
    """
    parts: list[Results] = []
    for part in _parts(trials, clips, workers):
        parts.append(part)
        done()
    return {trial: together([part[trial] for part in parts]) for trial in trials}


def measure_clip(trials: Sequence[Trial], clip: Clip) -> Results:
    """Run all trials over one clip."""
    cv2.setNumThreads(1)
    alone = {name: found_alone(name, clip) for name in {trial.network for trial in trials} if name}
    return {
        trial: _score(trial, clip, alone[trial.network] if trial.network else _carried(trial, clip))
        for trial in trials
    }


def _parts(trials: Sequence[Trial], clips: Sequence[Clip], workers: int) -> Iterator[Results]:
    """The results of each clip, in any order."""
    if workers == 1:
        yield from (measure_clip(trials, clip) for clip in clips)
        return
    # A forked child would inherit the threads' locks but not the threads.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(measure_clip, trials, clip) for clip in clips]):
            yield future.result()


def labels_of_clip(
    clip: Clip, every: int, names: Sequence[str] = MEASURED, carried: Sequence[str] | None = None
) -> Labels:
    """Labels of the measured joints on every n-th frame; what lies outside the picture is not labelled.

    Parameters
    ----------
    names
        What they are called.
    carried
        Those that are labelled; all unless said.
    """
    asked = np.array([carried is None or name in carried for name in names])
    visibility = np.where(clip.valid[:, COLUMNS] & asked, 2, 0).astype(np.uint8)
    frames = range(0, len(clip.joints), every)
    return Labels({t: [Target(1, clip.joints[t, COLUMNS], visibility[t], tuple(names))] for t in frames})


def _way(trial: Trial, clip: Clip) -> tuple[Propagator, Labels]:
    """What carries in a trial, and what it is given."""
    if trial.warper is None:
        return WAYS[trial.way](), labels_of_clip(clip, trial.every)
    warping = warping_of(trial.warper)
    names = names_for(warping.warper)
    return WarpWalk(warping), labels_of_clip(clip, trial.every, names, warping.warper.names)


def _score(trial: Trial, clip: Clip, found: _Found) -> CarriedScore:
    points, scores = found
    asked = np.arange(len(points)) % trial.every != 0
    labels, valid = clip.joints[:, COLUMNS], clip.valid[:, COLUMNS] & asked[:, None]
    whole = tally(points, labels, valid, labelled_half_side(clip.joints, clip.joints[:, PELVIS]))
    kept = Tally(whole.errors[asked], whole.shakes, whole.label_shakes, whole.misses)
    return CarriedScore(kept, scores[asked])


def _carried(trial: Trial, clip: Clip) -> _Found:
    """Far away, with a score of 0, where nothing was carried."""
    points = np.full((len(clip.joints), len(COLUMNS), 2), LOST, np.float32)
    scores = np.zeros(points.shape[:2], np.float32)
    propagator, labels = _way(trial, clip)
    with open_video(clip.video) as video:
        for answer in labels_of_video(video, labels, propagator):
            for carried in answer.objects:
                there = carried.visibility > 0
                points[answer.index, there] = carried.points[there]
                scores[answer.index, there] = carried.scores[there]
    return points, scores
