"""The same clips with and without the graph, over space and over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import Clip
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import COLUMNS, to_measured
from models.evaluation.metrics import Tally, labelled_half_side, tally, total
from models.evaluation.served import PELVIS
from models.pooling.watch import Moment, watch_clip
from service.engine import Engine
from service.networks.catalogue import WarperMissing, find, warper_file
from service.networks.model_card import ModelCard
from service.options import Options, Pooling
from service.refine.graph import body_of
from service.refine.refiner import Refiner
from service.refine.springs import Springs
from service.temporal.joints import read_pose
from service.temporal.pooling import Pooler, Pools
from service.temporal.weights import weights_for
from service.warping.pooler import WarpPooler

POOLINGS = (Pooling.NONE, Pooling.PARAMETRIC)  # and PoseWarper, where there is one for the network
GRAPHS = {"none": None, "spatial": 0, "spatiotemporal, 1": 1, "spatiotemporal, 2": 2}
"""What the graph holds -> neighbour frames on each side; None for no graph."""

Found: TypeAlias = dict[tuple[Pooling, str], NDArray[np.float32]]
"""(pooling, graph) -> (T, joints, 2) float32, frame pixels; NaN where nobody was found."""


def poolings_for(card: ModelCard, models_dir: Path) -> tuple[Pooling, ...]:
    """What can be compared on this machine."""
    try:
        warper_file(card, models_dir)
    except WarperMissing:
        return POOLINGS
    return (*POOLINGS, Pooling.POSEWARPER)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    damage: Damage
    pooling: Pooling
    graph: str


Results: TypeAlias = dict[Row, Tally]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one process needs to know.

    Attributes
    ----------
    models_dir
        Where ``NAME.onnx`` files lie.
    options
        Of the run; pooling and refinement are gone through.
    springs
        Of the network's body.
    poolings
        To go through.
    """

    models_dir: Path
    options: Options
    springs: Springs
    poolings: tuple[Pooling, ...] = POOLINGS


class Observer:
    """Reads every moment of one clip in all ways.

    Parameters
    ----------
    comparison
        What to compare.
    engine
        Has the warper.
    frames
        Of the clip.
    """

    def __init__(self, comparison: Comparison, engine: Engine, frames: int) -> None:
        skeleton = find(comparison.options.model).skeleton
        self._poolers = {
            pooling: _pooler(pooling, engine, comparison.options) for pooling in comparison.poolings
        }
        self._refiners = {
            name: None if reach is None else Refiner(comparison.springs, skeleton, reach)
            for name, reach in GRAPHS.items()
        }
        shape = (frames, len(skeleton.joints), 2)
        self.found: Found = {
            (pooling, name): np.full(shape, np.nan, np.float32)
            for pooling in self._poolers
            for name in GRAPHS
        }

    def see(self, moment: Moment) -> None:
        """Pool once by each method, then choose by each graph."""
        at = (moment.ring, moment.person, moment.frame, moment.newest)
        crop = moment.person.crop(moment.frame)
        assert crop is not None, "a moment is one in which the person was seen"
        for pooling, pooler in self._poolers.items():
            maps = pooler.pool(*at).maps
            pose = read_pose(1, maps, crop)
            for name, refiner in self._refiners.items():
                chosen = pose if refiner is None else refiner.refine(pose, maps, *at)
                self.found[pooling, name][moment.frame] = chosen.joints


def _pooler(pooling: Pooling, engine: Engine, options: Options) -> Pools:
    if pooling is Pooling.POSEWARPER:
        return WarpPooler(engine.warping(options.model, options.model).warper, options.window)
    skeleton = find(options.model).skeleton
    return Pooler(weights_for(pooling, skeleton), options.window, body_of(skeleton).joints)


def compare_clip(comparison: Comparison, engine: Engine, clip: Clip, damages: Sequence[Damage]) -> Results:
    """Run one clip with each damage."""
    labels, valid = clip.joints[:, COLUMNS], clip.valid[:, COLUMNS]
    half_side = labelled_half_side(clip.joints, clip.joints[:, PELVIS])
    results: Results = {}
    for damage in damages:
        observer = Observer(comparison, engine, len(clip.joints))
        options = replace(comparison.options, pooling=Pooling.PARAMETRIC)
        watch_clip(engine, options, clip, damage, observer.see)
        for (pooling, name), found in observer.found.items():
            results[Row(damage, pooling, name)] = tally(to_measured(found), labels, valid, half_side)
    return results


def compare(
    comparison: Comparison,
    clips: Sequence[Clip],
    damages: Sequence[Damage],
    workers: int,
    done: Callable[[int], None] = lambda _: None,
) -> Results:
    """Run all clips, in several processes.

    Parameters
    ----------
    clips
        One at least.
    done
        Told the number of clips finished since it was last told.
    """
    parts = []
    for part in _parts(comparison, clips, damages, workers):
        parts.append(part)
        done(1)
    return {row: total([part[row] for part in parts]) for row in parts[0]}


def _parts(
    comparison: Comparison, clips: Sequence[Clip], damages: Sequence[Damage], workers: int
) -> Iterator[Results]:
    # A forked child would inherit the threads' locks but not the threads.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        runs = [pool.submit(_compare_alone, comparison, clip, damages) for clip in clips]
        for future in as_completed(runs):
            yield future.result()


def _compare_alone(comparison: Comparison, clip: Clip, damages: Sequence[Damage]) -> Results:
    with Engine(comparison.models_dir, threads=1) as engine:
        return compare_clip(comparison, engine, clip, damages)
