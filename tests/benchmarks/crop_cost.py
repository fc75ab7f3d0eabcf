"""What the way of a crop into a network costs the host, and how many bytes go to a card.

    python -m tests.benchmarks.crop_cost

Cutting is warpAffine out of a 720p frame. "floats" is the batch that networks take, "bytes" the crops side by
side, which a network on a card prepares itself (`service/networks/bytes_in.py`). One thread; the shortest of
thirty runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from service.networks.heatmap_network import to_input
from service.people.crop import Crop

RUNS = 30
BATCHES = (1, 8, 32)


def milliseconds(work: Callable[[], object]) -> float:
    """The shortest run."""
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return 1e3 * min(took)


def rows() -> Iterator[str]:
    """A line for cutting, and one for each batch."""
    frame = np.random.default_rng(0).integers(0, 255, (720, 1280, 3), np.uint8)
    crop = Crop((640, 360), 300, 0.1)
    cut = crop.cut(frame)
    took = milliseconds(lambda: crop.cut(frame))
    yield f"cut one crop    {took:8.2f} ms; the frame has {frame.nbytes / 1e6:.1f} MB"
    for size in BATCHES:
        crops = [cut] * size
        for name, in_bytes in (("floats", False), ("bytes", True)):
            took = milliseconds(lambda crops=crops, in_bytes=in_bytes: to_input(crops, in_bytes))
            yield f"{size:3} as {name:<9}{took:8.2f} ms, {to_input(crops, in_bytes).nbytes / 1e6:.1f} MB"


def main() -> None:
    """Print the rows."""
    cv2.setNumThreads(1)
    for row in rows():
        print(row, flush=True)


if __name__ == "__main__":
    main()
