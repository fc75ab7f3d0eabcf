"""Running something again and again."""

from __future__ import annotations

import time
from collections.abc import Callable

WARM = 3  # runs that do not count: the first one chooses algorithms
FEWEST = 3


def seconds_each(work: Callable[[], object], least_s: float) -> list[float]:
    """Time each run of some work.

    Parameters
    ----------
    work
        Comes back when it is done, wherever it runs.
    least_s
        Goes on so long, and for :data:`FEWEST` runs; with 0, one run counts, after one that does not.

    Returns
    -------
    Seconds of each run, sorted; those that warm it are left out.
    """
    for _ in range(WARM if least_s else 1):
        work()
    fewest = FEWEST if least_s else 1
    took: list[float] = []
    while len(took) < fewest or sum(took) < least_s:
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return sorted(took)


def median(values: list[float]) -> float:
    """The middle one of sorted values."""
    return values[len(values) // 2]


def percentile(values: list[float], share: float) -> float:
    """The one of sorted values that so large a share of them does not exceed."""
    return values[min(len(values) - 1, int(share * len(values)))]
