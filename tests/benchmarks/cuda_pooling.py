"""Frames a second of warping and pooling 31 frames on a card, with the rings bound there and without.

    python -m tests.benchmarks.cuda_pooling [--joints 7 33] [--frames 300]

One person, one new frame after the other. "bound" is the service's way: each new frame's flow and maps go to
the rings in the card's memory, the graph reads them there, and what lies round the peaks comes back.
"unbound" runs the same graph on arrays of the host, rings and all. "kernel" is the CPU's. The joints of all
ways are compared on one frame.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort

from service.flow.field import FlowPair
from service.networks.device import Device
from service.networks.session import open_session
from service.temporal.device import DevicePooling
from service.temporal.device.feed import feed
from service.temporal.device.graph import GraphShape, pooling_model
from service.temporal.joints import peaks
from service.temporal.kernel import BACKWARD, FORWARD, PADDED
from service.temporal.pooling import Blocked, Pooler, weighed_route
from service.temporal.ring import SLOTS, WINDOW, FlowRing, MapRing, slot_of
from service.temporal.weights import PoolingWeights, gaussian
from tests.benchmarks.pool_kernel import FRAMES, make_scene
from tests.cards import missing

HALF = WINDOW // 2
WARM = 3  # frames that do not count
Pool = Callable[[FlowRing, MapRing, int, int], Blocked]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pool; ``pool`` gives the maps of a frame, of the frames up to another."""

    name: str
    pool: Pool


def ways(joints: int, flow_size: int, device: Device, memory: str) -> tuple[list[Way], DevicePooling]:
    """All ways, and what has to be closed after."""

    def open_(model: bytes) -> ort.InferenceSession:
        return open_session(model, device, 1)

    weights = PoolingWeights(gaussian(joints))
    pooling = DevicePooling(open_, memory)
    bound, kernel = pooling.pooler(weights, HALF), Pooler(weights, HALF)
    shape = GraphShape(joints, HALF, flow_size, keep_largest=False)
    session = open_(pooling_model(shape))

    def unbound(ring: FlowRing, person: MapRing, frame: int, newest: int) -> Blocked:
        crop, rings, route = weighed_route(weights, HALF, ring, person, frame, newest)
        maps = person.maps.reshape(SLOTS, joints, PADDED, PADDED)
        flow = ring.vectors.reshape(2 * SLOTS, flow_size, flow_size, 2)
        (pooled,) = session.run(
            ["pooled"], {"maps": maps, "flow": flow, **feed(route, rings, crop, shape).arrays()}
        )
        return np.asarray(pooled)

    made = [
        Way("bound", lambda *of: bound.pool(*of).maps),
        Way("unbound", unbound),
        Way("kernel", lambda *of: kernel.pool(*of).maps),
    ]
    return made, pooling


def seconds(way: Way, ring: FlowRing, person: MapRing, first: int, frames: int) -> float:
    """Time of pooling so many frames, each when its look-ahead has come, without filling the host's rings."""
    spent = 0.0
    for number in range(first, first + frames):
        bring(ring, person, number)
        began = time.perf_counter()
        way.pool(ring, person, number - HALF, number)
        spent += time.perf_counter() - began
    return spent


def bring(ring: FlowRing, person: MapRing, number: int) -> None:
    """Put the next frame into the rings: what lay there a frame ago."""
    last = slot_of(number - 1)
    vectors, map_ = ring.vectors[:, last].copy(), ring.to_flow[last]
    ring.open(number, number / 25, linked=True)
    to_flow = np.array([[map_[0], 0, map_[2]], [0, map_[1], map_[3]]], np.float64)
    ring.put(number, FlowPair(vectors[FORWARD], vectors[BACKWARD], to_flow))
    crop = person.crop(number - 1)
    assert crop is not None
    person.put(number, crop, person.heatmaps(number - 1))


def measure(joints: int, frames: int, device: Device, memory: str, warm: int = WARM) -> list[str]:
    """A line for each way."""
    scene = make_scene(joints)
    made, pooling = ways(joints, scene.ring.vectors.shape[2], device, memory)
    answers = {way.name: peaks(way.pool(scene.ring, scene.person, HALF, FRAMES - 1))[0] for way in made}
    lines, first = [], FRAMES
    for way in made:
        seconds(way, scene.ring, scene.person, first, warm)
        took = seconds(way, scene.ring, scene.person, first + warm, frames) / frames
        first += warm + frames
        off = np.abs(answers[way.name] - answers["kernel"]).max()
        lines.append(f"{way.name:<10}{joints:>7}{took * 1e3:>10.2f}{1 / took:>12.0f}{off:>14.4f}")
    pooling.close()
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--joints", type=int, nargs="+", default=[7, 33])
    parser.add_argument("--frames", type=int, default=300)
    arguments = parser.parse_args()
    if reason := missing("network"):
        sys.exit(f"There is nothing to measure: {reason}.")
    print(f"{'way':<10}{'joints':>7}{'ms':>10}{'frames/s':>12}{'off, cells':>14}")
    for joints in arguments.joints:
        for line in measure(joints, arguments.frames, Device.CUDA, "cuda"):
            print(line, flush=True)


if __name__ == "__main__":
    main()
