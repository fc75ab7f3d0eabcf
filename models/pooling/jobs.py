"""Clips over several processes, each with an engine of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from models.datasets.jhmdb import Clip
from models.evaluation.degrade import Damage
from models.evaluation.metrics import Tally
from models.pooling.collect import collect
from models.pooling.compare import compare
from models.pooling.evidence import Evidence
from service.engine import Engine
from service.options import Options
from service.temporal.weights import PoolingWeights

Made = TypeVar("Made")
Compared = dict[tuple[Damage, int, str], Tally]
"""Damage, look-ahead and name of the pooling -> what it hits."""


@dataclass(frozen=True, slots=True)
class Collect:
    """Gather evidence from a clip."""

    options: Options

    def __call__(self, engine: Engine, clip: Clip) -> Evidence:
        """See :func:`models.pooling.collect.collect`."""
        return collect(engine, self.options, clip)


@dataclass(frozen=True, slots=True)
class Compare:
    """Measure several poolings on a clip, with each damage and look-ahead."""

    options: Options
    lookaheads: tuple[int, ...]
    candidates: Mapping[str, PoolingWeights]

    def __call__(self, engine: Engine, clip: Clip) -> Compared:
        """See :func:`models.pooling.compare.compare`."""
        measured: Compared = {}
        for damage in Damage:
            found = compare(engine, self.options, clip, damage, self.candidates, self.lookaheads)
            measured |= {(damage, *key): tally for key, tally in found.items()}
        return measured


def over_clips(
    work: Callable[[Engine, Clip], Made], clips: Sequence[Clip], models_dir: Path, workers: int
) -> Iterator[Made]:
    """What the work makes of each clip, in any order; with one worker everything runs in this process."""
    if workers == 1:
        with Engine(models_dir, threads=1) as engine:
            yield from (work(engine, clip) for clip in clips)
        return
    # A forked child would inherit the threads' locks but not the threads.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_alone, work, clip, models_dir) for clip in clips]):
            yield future.result()


def _alone(work: Callable[[Engine, Clip], Made], clip: Clip, models_dir: Path) -> Made:
    with Engine(models_dir, threads=1) as engine:
        return work(engine, clip)
