"""One max-plus message: our banded dense transform beside the linear-time one and PyTorch's, on one thread.

    python tests/benchmarks/max_plus.py [--repeat 20]

The linear-time transform is the lower envelope of parabolas (Felzenszwalb and Huttenlocher, 2012), compiled
like ours. Prints the least processor time of each way, and how far the linear one's answer lies from ours.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from numba import njit

from models.slicing.transform import max_plus as torch_max_plus
from service.refine.kernel import NOWHERE, max_plus

HOLDS = (0.1, 0.5, 4.0)  # 4 lets go nowhere that counts


@njit(fastmath=True, nogil=True, boundscheck=False)
def _envelope_of_line(score, stiffness, rest, parabolas, borders, pulled):  # type: ignore[no-untyped-def]
    size, last = score.shape[0], 0
    parabolas[0], borders[0], borders[1] = 0, -1e30, 1e30
    for q in range(1, size):
        while True:
            v = parabolas[last]
            rise = (stiffness * q * q - score[q]) - (stiffness * v * v - score[v])
            border = rise / (2 * stiffness * (q - v))
            if border > borders[last]:
                break
            last -= 1
        last += 1
        parabolas[last], borders[last], borders[last + 1] = q, border, 1e30
    last = 0
    for i in range(size):
        while borders[last + 1] < i - rest:
            last += 1
        pulled[i] = score[parabolas[last]] - stiffness * (i - rest - parabolas[last]) ** 2


@njit(fastmath=True, nogil=True, boundscheck=False)
def envelope(score, spring, work, message):  # type: ignore[no-untyped-def]
    """Linear-time transform along x, then along y, let go at the spring's hold."""
    size = score.shape[0]
    parabolas, borders = np.empty(size, np.int64), np.empty(size + 1, np.float32)
    for i in range(size):
        _envelope_of_line(score[i], spring[0], spring[2], parabolas, borders, work[i])
    for i in range(size):
        for j in range(size):
            message[i, j] = work[j, i]
    for i in range(size):
        _envelope_of_line(message[i], spring[1], spring[3], parabolas, borders, work[i])
    for i in range(size):
        for j in range(size):
            message[i, j] = max(work[j, i], -spring[4])


def fastest_us(run: Callable[[], object], repeat: int) -> float:
    """Processor time of one run."""
    run()
    best = float("inf")
    for _ in range(repeat):
        started = time.thread_time()
        for _ in range(20):
            run()
        best = min(best, (time.thread_time() - started) / 20)
    return best * 1e6


def measure(size: int, hold: float, repeat: int) -> tuple[list[float], float]:
    """Microseconds of ours, the linear-time one and PyTorch's; how far the second lies from the first."""
    score = np.random.default_rng(0).uniform(0, 1, (size, size)).astype(np.float32) ** 3
    score -= score.max()
    stiffness = 0.001 * (64 / size) ** 2
    spring = np.array([stiffness, stiffness, 2.3, -4.1, hold], np.float32)
    lined = np.full((3 * size, size), NOWHERE, np.float32)
    message, work, linear = (np.empty_like(score) for _ in range(3))

    def ours() -> None:
        lined[size : 2 * size] = score
        max_plus(lined, spring, message)

    maps, springs = torch.from_numpy(score)[None, None], torch.from_numpy(spring)[None]
    ways: list[Callable[[], object]] = [
        ours,
        lambda: envelope(score, spring, work, linear),
        lambda: torch_max_plus(maps, springs, dense=True),
    ]
    times = [fastest_us(way, repeat) for way in ways]
    return times, float(np.abs(message - linear).max())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeat", type=int, default=20)
    repeat = parser.parse_args().repeat
    torch.set_num_threads(1)
    print(f"{'cells':>6}{'hold':>6}{'ours us':>10}{'linear us':>11}{'torch us':>10}{'off':>10}")
    for size in (32, 64):
        for hold in HOLDS:
            times, off = measure(size, hold, repeat)
            print(f"{size:>6}{hold:>6}{times[0]:>10.1f}{times[1]:>11.1f}{times[2]:>10.1f}{off:>10.1e}")


if __name__ == "__main__":
    main()
