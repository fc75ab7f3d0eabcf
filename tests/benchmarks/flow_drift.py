"""How far points drift when followed along 15 frames of a known motion, by flow method and picture size.

    python tests/benchmarks/flow_drift.py [--sizes 128 160 192]

The astronaut's picture turns, grows and drifts by a known similarity transform. A dense grid of points on her
is followed along the estimated flow; drift is the distance to where the transform takes them, in frame pixels
(the person is about 300 high, half a heatmap cell is about 4). Times are CPU time of both ways of a pair, the
shrinking of the picture included, the fastest of the frames.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import cv2
import numpy as np
import skimage.data

from service.flow import ESTIMATORS, FlowEstimator
from service.flow.motion import Motion
from service.flow.view import FLOW_SIZE
from service.options import FlowMethod
from service.people.crop import apply
from service.temporal.kernel import advance

STEPS = 15
CENTRE, DRIFT = np.array([256.0, 200.0]), np.array([1.8, -0.7])


def motion_to(frame: int) -> np.ndarray:
    """(2, 3): pixels of frame 0 -> pixels of this frame."""
    angle, scale = np.radians(0.6 * frame), 1.006**frame
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.hstack([turn, (CENTRE + DRIFT * frame - turn @ CENTRE)[:, None]])


def preset(number: int) -> Callable[[], FlowEstimator]:
    """DIS as OpenCV presets it."""

    def make() -> FlowEstimator:
        dis = cv2.DISOpticalFlow.create(number)
        return lambda source, target: dis.calc(source, target, None)

    return make


METHODS: dict[str, Callable[[], FlowEstimator]] = {
    "dis, ours": ESTIMATORS[FlowMethod.DIS],
    "dis fast": preset(cv2.DISOPTICAL_FLOW_PRESET_FAST),
    "dis medium": preset(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM),
    "farneback": ESTIMATORS[FlowMethod.FARNEBACK],
    "deepflow": ESTIMATORS[FlowMethod.DEEPFLOW],
    "tvl1": ESTIMATORS[FlowMethod.TVL1],
}


def drift(make: Callable[[], FlowEstimator], size: int, frames: list[np.ndarray]) -> tuple[np.ndarray, float]:
    """(N,) drift of all points after the last frame, and the fastest CPU time of a pair in seconds."""
    grid = np.stack(np.meshgrid(np.arange(140, 320, 10), np.arange(60, 400, 10)), -1).reshape(-1, 2)
    xs, ys = np.ascontiguousarray(grid.T, dtype=np.float32)
    motion, fastest = Motion(make(), size), float("inf")
    for n in range(STEPS):
        box = apply(motion_to(n), grid)
        low, high = box.min(axis=0), box.max(axis=0)
        started = time.process_time()
        pair = motion.between(n, frames[n], frames[n + 1], [(*low.tolist(), *(high - low).tolist())])
        fastest = min(fastest, time.process_time() - started)
        height, width = pair.forward.shape[:2]
        map_ = pair.to_flow
        to_flow = [map_[0, 0], map_[1, 1], map_[0, 2], map_[1, 2], width, height]
        advance(xs, ys, pair.forward, np.array(to_flow, np.float32))
    return np.linalg.norm(np.stack([xs, ys], axis=1) - apply(motion_to(STEPS), grid), axis=1), fastest


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[FLOW_SIZE])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    maps = [motion_to(n) for n in range(STEPS + 1)]
    picture = skimage.data.astronaut()
    frames = [cv2.warpAffine(picture, matrix, (512, 512), borderMode=cv2.BORDER_REFLECT) for matrix in maps]
    print(f"{'method':<14}{'size':>6}{'ms both ways':>14}{'drift median':>14}{'90 %':>8}")
    for size in arguments.sizes:
        for name in arguments.methods:
            off, seconds = drift(METHODS[name], size, frames)
            middle, most = np.quantile(off, [0.5, 0.9])
            print(f"{name:<14}{size:>6}{seconds * 1e3:>14.1f}{middle:>14.2f}{most:>8.2f}")


if __name__ == "__main__":
    main()
