"""Milliseconds of each flow method on a card, both ways of a pair, beside those of the CPU.

    python -m tests.benchmarks.cuda_flow [--sizes 160 256] [--pairs 50]

Consecutive pictures of a person who turns and drifts by a known motion. Each picture goes to the card once,
as in the service; the time is that of the call, answer on the host included. The error is the median
distance, in pixels of the flow picture, from the known motion of the first pair.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import skimage.data

from service.flow.cuda import ALGORITHMS
from service.flow.estimator import FlowEstimator, Grey
from service.flow.methods import FlowMethods
from service.options import FlowMethod
from tests.cards import missing

ON_CPU = (FlowMethod.DIS, FlowMethod.FARNEBACK)  # to compare with
STEP = np.hstack([cv2.getRotationMatrix2D((0, 0), 0.6, 1.004)[:, :2], [[2.0], [-1.0]]])  # pixels at 256
WARM = 3  # pairs that do not count


def pictures(size: int, count: int) -> list[Grey]:
    """Square grey pictures, each moved from the last by :data:`STEP`."""
    person = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(person, (size, size), interpolation=cv2.INTER_AREA)
    matrix, shown = np.eye(3), []
    for _ in range(count):
        shown.append(cv2.warpAffine(small, matrix[:2], (size, size), borderMode=cv2.BORDER_REFLECT))
        matrix = np.vstack([step(size), [0, 0, 1]]) @ matrix
    return shown


def step(size: int) -> np.ndarray:
    """(2, 3): where the pixels of one picture are in the next."""
    moved = STEP.copy()
    moved[:, 2] *= size / 256
    return moved


def error_px(forward: np.ndarray, size: int) -> float:
    """Median distance from the known motion, inside."""
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float64)
    matrix = step(size)
    true_x = matrix[0, 0] * columns + matrix[0, 1] * rows + matrix[0, 2] - columns
    true_y = matrix[1, 0] * columns + matrix[1, 1] * rows + matrix[1, 2] - rows
    off = np.hypot(forward[..., 0] - true_x, forward[..., 1] - true_y)
    edge = size // 8
    return float(np.median(off[edge:-edge, edge:-edge]))


def times_ms(estimate: FlowEstimator, shown: list[Grey]) -> list[float]:
    """Milliseconds of forward and backward flow of each pair."""
    took = []
    for source, target in pairwise(shown):
        began = time.perf_counter()
        estimate(source, target)
        estimate(target, source)
        took.append((time.perf_counter() - began) * 1e3)
    return took[WARM:]


def rows(methods: FlowMethods, size: int, pairs: int) -> Iterator[str]:
    """One line for each method."""
    shown = pictures(size, WARM + pairs + 1)
    for method in (*ON_CPU, *ALGORITHMS):
        reason = methods.why_not(method)
        if reason is not None:
            yield f"{method:<16}{size:>6}  {reason}"
            continue
        estimate = methods.make(method)
        off = error_px(estimate(shown[0], shown[1]), size)
        took = sorted(times_ms(estimate, shown))
        p95 = took[int(0.95 * (len(took) - 1))]
        yield f"{method:<16}{size:>6}{statistics.median(took):>12.2f}{p95:>10.2f}{off:>12.3f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[160, 256])
    parser.add_argument("--pairs", type=int, default=50)
    arguments = parser.parse_args()
    if reason := missing("flow"):
        sys.exit(f"There is nothing to measure: {reason}.")
    cv2.setNumThreads(1)
    methods = FlowMethods()
    print(f"{'method':<16}{'size':>6}{'ms, median':>12}{'ms, p95':>10}{'error, px':>12}")
    for size in arguments.sizes:
        for row in rows(methods, size, arguments.pairs):
            print(row, flush=True)
    methods.close()


if __name__ == "__main__":
    main()
