"""Two ONNX files side by side: what they answer, and how long it takes them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.networks.device import Device
from service.networks.session import open_session
from service.temporal.grid import CELLS

SURE = 0.3  # peak from which a joint counts as found: where nothing is found the highest cell means nothing


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two networks differ on the same pictures.

    Attributes
    ----------
    pictures
        How many.
    largest
        Largest difference of any two values of the maps.
    joints
        How many of the first one's peaks are above :data:`SURE`; the next two are over them.
    moved_cells
        Mean distance between the peaks of the two, cells.
    same_place
        Share of the peaks that are at most one cell apart.
    milliseconds
        Shortest run of one picture, of the first and of the second.
    """

    pictures: int
    largest: float
    joints: int
    moved_cells: float
    same_place: float
    milliseconds: tuple[float, float]

    def __str__(self) -> str:
        """A few lines for a terminal."""
        first, second = self.milliseconds
        peaks = f"{self.same_place:.1%} of the peaks within one cell, {self.moved_cells:.3f} cells apart"
        return (
            f"{self.pictures} pictures; the maps differ by {self.largest:.2g} at most\n"
            f"{self.joints} joints found{f': {peaks}' if self.joints else ''}\n"
            f"{first:.1f} ms and {second:.1f} ms a picture: {first / second:.2f} times as fast"
        )


def compare(
    first: Path, second: Path, pictures: Sequence[NDArray[np.float32]], threads: int = 1
) -> Comparison:
    """Run two heatmap networks on the CPU by turns, so that a busy machine is as unfair to both.

    Parameters
    ----------
    first, second
        ONNX files with the interface of `export.torch_network.to_onnx`.
    pictures
        (3, 256, 256) float32 RGB in [0, 1]; one at least.
    threads
        Of each run.
    """
    sessions = [open_session(path, Device.CPU, threads) for path in (first, second)]
    maps: list[list[NDArray[np.float32]]] = [[], []]
    seconds: list[list[float]] = [[], []]
    for picture in pictures:
        for session, answers, times in zip(sessions, maps, seconds, strict=True):
            began = time.perf_counter()
            answers.append(_run(session, picture))
            times.append(time.perf_counter() - began)
    one, other = (np.stack(answers) for answers in maps)
    return _compared(one, other, (1e3 * min(seconds[0]), 1e3 * min(seconds[1])))


def _run(session: Any, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 64, 64) float32."""
    (maps,) = session.run([session.get_outputs()[0].name], {session.get_inputs()[0].name: picture[None]})
    return np.asarray(maps[0], np.float32)


def _compared(
    one: NDArray[np.float32], other: NDArray[np.float32], milliseconds: tuple[float, float]
) -> Comparison:
    """From (N, K, 64, 64) twice."""
    sure = one.max(axis=(2, 3)) >= SURE
    moved = np.linalg.norm(_peaks(one)[sure] - _peaks(other)[sure], axis=-1)
    return Comparison(
        pictures=len(one),
        largest=float(np.abs(one - other).max()),
        joints=int(sure.sum()),
        moved_cells=float(moved.mean()) if moved.size else 0.0,
        same_place=float((moved < 1.5).mean()) if moved.size else 1.0,  # diagonal neighbours, too
        milliseconds=milliseconds,
    )


def _peaks(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, K, 2) highest cells, x then y."""
    best = maps.reshape(*maps.shape[:2], -1).argmax(axis=-1)
    return np.stack([best % CELLS, best // CELLS], axis=-1).astype(np.float32)
