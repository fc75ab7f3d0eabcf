"""Batches of augmented people, made beside the training."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.training.augment import Ranges, augment
from models.training.person import Person
from service.networks.skeleton import Skeleton

AHEAD = 3  # batches that are being made or wait
NICENESS = 10  # more than the steps', of the threads that make them: they take what a step leaves


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from.

    Attributes
    ----------
    images
        (N, 256, 256, 3) uint8 RGB.
    joints
        (N, K, 2) float32, input pixels; NaN where not known.
    """

    images: NDArray[np.uint8]
    joints: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Loader:
    """Draws batches by number: batch b is the same in every run, so that a training can go on anywhere.

    Attributes
    ----------
    people
        Everybody.
    weights
        How often each of them is seen in a pass; 0.5: in every second one.
    skeleton
        Of the people's joints.
    ranges
        How far they are changed.
    size
        Of a batch.
    seed
        Decides order and changes.
    """

    people: Sequence[Person]
    weights: NDArray[np.float64]
    skeleton: Skeleton
    ranges: Ranges
    size: int
    seed: int

    @contextmanager
    def batches(self, first: int, threads: int = 1) -> Iterator[Iterator[Batch]]:
        """The batches from number `first` on, without end, made in threads of low priority."""
        pool = ThreadPoolExecutor(threads, "loader", _step_back)
        try:
            yield self._ahead(pool, first)
        finally:
            pool.shutdown(cancel_futures=True)

    def batch(self, number: int) -> Batch:
        """Batch number 0, 1, 2, ..."""
        per_pass = max(1, int(self.weights.sum()) // self.size)
        turn, place = divmod(number, per_pass)
        chosen = self._order(turn)[place * self.size : (place + 1) * self.size]
        random = np.random.default_rng([self.seed, 1, number])
        examples = [
            augment(person.picture(), person.joints, person.crop, self.skeleton, self.ranges, random)
            for person in (self.people[index] for index in chosen)
        ]
        return Batch(
            np.stack([example.image for example in examples]),
            np.stack([example.joints for example in examples]),
        )

    def _order(self, turn: int) -> NDArray[np.int64]:
        """Who is seen in one pass, shuffled; at least as many as the batches of a pass want."""
        random = np.random.default_rng([self.seed, 0, turn])
        times = np.floor(self.weights + random.random(len(self.people))).astype(int)
        order = random.permutation(np.repeat(np.arange(len(self.people)), times))
        wanted = max(int(self.weights.sum()), self.size)
        more = random.choice(
            len(self.people), max(0, wanted - len(order)), p=self.weights / self.weights.sum()
        )
        return np.concatenate([order, more])

    def _ahead(self, pool: ThreadPoolExecutor, first: int) -> Generator[Batch]:
        waiting: deque[Future[Batch]] = deque(pool.submit(self.batch, first + n) for n in range(AHEAD))
        number = first + AHEAD
        while True:
            done = waiting.popleft().result()
            waiting.append(pool.submit(self.batch, number))
            number += 1
            yield done


def _step_back() -> None:
    if sys.platform == "linux":  # elsewhere a priority belongs to the whole process
        thread = threading.get_native_id()
        own = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, own + NICENESS)
