"""Warp and pool 30 neighbours at 64 x 64: our kernel beside the ordinary ways, in one run, on one thread.

    python tests/benchmarks/pool_kernel.py [--joints 33] [--repeat 15]

Every way does the same work: follow the 64 x 64 grid along 15 forward and 15 backward flow fields, sample the
heatmaps of the 31 frames there and add them up with weights. The maps are soft blobs on a low floor, as a
network's are. Prints the fastest time of each way, and how far the joints lie from ours.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import onnxruntime as ort
from numba import njit
from onnx import TensorProto, helper

from service.flow.field import FlowPair
from service.people.crop import Crop
from service.temporal.grid import CELLS, cell_to_input
from service.temporal.joints import peaks
from service.temporal.kernel import BACKWARD, FORWARD, advance, blockwise_cells
from service.temporal.pooling import Pooler
from service.temporal.ring import FlowRing, MapRing, slot_of
from service.temporal.trust import Trust
from service.temporal.weights import PoolingWeights, gaussian

FRAMES, MIDDLE, FLOW = 31, 15, 128
Way = Callable[[], np.ndarray]


@dataclass(frozen=True)
class Scene:
    """A ring filled with 31 frames of one person, and the plain arrays that the other ways need."""

    ring: FlowRing
    person: MapRing
    maps: np.ndarray  # (31, K, 64, 64)
    weights: np.ndarray  # (31, K), sum 1 over frames

    @property
    def joints(self) -> int:
        """K."""
        return self.maps.shape[1]


def make_scene(joints: int) -> Scene:
    """Blobs that drift 1.2 pixels a frame, and the flow that says so, a little noisy."""
    rng = np.random.default_rng(0)
    ring, person = FlowRing(FLOW), MapRing(joints)
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    at = rng.uniform(14, 46, (joints, 2))
    floor = rng.uniform(0, 0.02, (joints, CELLS, CELLS))
    crop = Crop((127.5, 127.5), 128)
    to_flow = np.array([[FLOW / 256, 0, 0], [0, FLOW / 256, 0.0]])
    maps = []
    for n in range(FRAMES):
        drift = 0.3 * (n - MIDDLE)
        blobs = [np.exp(-((columns - x - drift) ** 2 + (rows - y) ** 2) / (2 * 1.8**2)) for x, y in at]
        maps.append(np.clip(0.9 * np.array(blobs) + floor, 0, 1).astype(np.float32))
        ring.open(n, n / 25, linked=n > 0)
        forward = np.full((FLOW, FLOW, 2), (1.2 * FLOW / 256, 0), np.float32)
        forward += rng.normal(0, 0.02, forward.shape).astype(np.float32)
        ring.put(n, FlowPair(forward, -forward, to_flow))
        person.put(n, crop, maps[-1])
    table = gaussian(joints)
    return Scene(ring, person, np.array(maps), table / table.sum(axis=0))


def walk_grid(scene: Scene, points: np.ndarray) -> np.ndarray:
    """(31, 4096, 2) cells: where grid points, (4096, 2) frame pixels, lie in every frame."""
    landed = np.empty((FRAMES, len(points), 2), np.float32)
    for direction, fields in ((1, scene.ring.vectors[FORWARD]), (-1, scene.ring.vectors[BACKWARD])):
        xs, ys = points[:, 0].copy(), points[:, 1].copy()
        for n in range(MIDDLE, FRAMES if direction > 0 else -1, direction):
            if n != MIDDLE:
                slot = slot_of(n if direction > 0 else n + 1)
                advance(xs, ys, fields[slot], scene.ring.to_flow[slot])
            landed[n] = np.stack([(xs - 1.5) / 4, (ys - 1.5) / 4], axis=1)
    return landed


def grid_points() -> np.ndarray:
    """(4096, 2) float32, frame pixels of all cells, row by row."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    return cell_to_input(np.stack([columns, rows], axis=-1).reshape(-1, 2))


def ours(scene: Scene) -> Way:
    """Best first search over blocks (service.temporal.kernel)."""
    return _pooling(scene, None)


def adaptive(scene: Scene) -> Way:
    """The same, each neighbour counting as far as it is to be trusted."""
    return _pooling(scene, Trust())


def _pooling(scene: Scene, trust: Trust | None) -> Way:
    pooler = Pooler(PoolingWeights(gaussian(scene.joints), trust=trust), 15)

    def run() -> np.ndarray:
        return peaks(pooler.pool(scene.ring, scene.person, MIDDLE, FRAMES - 1).maps)[0]

    return run


@njit(nogil=True, fastmath=True)
def _plain_loop(maps: np.ndarray, cells: np.ndarray, weights: np.ndarray, pooled: np.ndarray) -> None:
    for s in range(maps.shape[0]):
        for n in range(cells.shape[1]):
            x = min(max(cells[s, n, 0], np.float32(0)), np.float32(62.999))
            y = min(max(cells[s, n, 1], np.float32(0)), np.float32(62.999))
            j, i = int(x), int(y)
            a, b = x - j, y - i
            w00, w01, w10, w11 = (1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b
            here, right, below, across = (
                maps[s, i, j],
                maps[s, i, j + 1],
                maps[s, i + 1, j],
                maps[s, i + 1, j + 1],
            )
            for k in range(maps.shape[3]):
                value = w00 * here[k] + w01 * right[k] + w10 * below[k] + w11 * across[k]
                pooled[n, k] += weights[s, k] * value


def numba_loop(scene: Scene) -> Way:
    """A plain compiled loop over all cells, joints side by side in memory."""
    blockwise = cell_to_input(blockwise_cells())
    maps = np.ascontiguousarray(scene.maps.transpose(0, 2, 3, 1))

    def run() -> np.ndarray:
        pooled = np.zeros((CELLS * CELLS, scene.joints), np.float32)
        _plain_loop(maps, walk_grid(scene, blockwise), scene.weights, pooled)
        return peaks(np.ascontiguousarray(pooled.T))[0]

    return run


def remap(scene: Scene) -> Way:
    """OpenCV's remap, four joints at a time."""
    groups = [list(range(k, min(k + 4, scene.joints))) for k in range(0, scene.joints, 4)]
    packed = [
        [np.ascontiguousarray(scene.maps[s, g].transpose(1, 2, 0)) for g in groups] for s in range(FRAMES)
    ]
    points = grid_points()

    def run() -> np.ndarray:
        pooled = np.zeros((CELLS, CELLS, scene.joints), np.float32)
        landed = walk_grid(scene, points).reshape(FRAMES, CELLS, CELLS, 2)
        for s in range(FRAMES):
            for group, source in zip(groups, packed[s], strict=True):
                warped = cv2.remap(
                    source, landed[s, ..., 0].copy(), landed[s, ..., 1].copy(), cv2.INTER_LINEAR
                )
                pooled[..., group] += warped.reshape(CELLS, CELLS, -1) * scene.weights[s, group]
        return _plain_peaks(pooled.transpose(2, 0, 1))

    return run


def grid_sample(scene: Scene) -> Way:
    """onnxruntime's GridSample and a weighted sum."""
    graph = helper.make_graph(
        [
            helper.make_node("GridSample", ["maps", "grid"], ["warped"], align_corners=1),
            helper.make_node("Mul", ["warped", "weights"], ["weighted"]),
            helper.make_node("ReduceSum", ["weighted", "axis"], ["pooled"], keepdims=0),
        ],
        "pool",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
            for name in ("maps", "grid", "weights")
        ],
        [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, None)],
        [helper.make_tensor("axis", TensorProto.INT64, [1], [0])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=9)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    points, weights = grid_points(), scene.weights[:, :, None, None]

    def run() -> np.ndarray:
        landed = walk_grid(scene, points).reshape(FRAMES, CELLS, CELLS, 2)
        grid = (landed * 2 / (CELLS - 1) - 1).astype(np.float32)
        return _plain_peaks(session.run(None, {"maps": scene.maps, "grid": grid, "weights": weights})[0])

    return run


def _plain_peaks(pooled: np.ndarray) -> np.ndarray:
    """(K, 2) peaks of (K, 64, 64) maps, as ours reads them."""
    cells = blockwise_cells().astype(int)
    return peaks(np.ascontiguousarray(pooled[:, cells[:, 1], cells[:, 0]], np.float32))[0]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--joints", type=int, nargs="+", default=[7, 33])
    parser.add_argument("--repeat", type=int, default=15)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'way':<14}{'joints':>8}{'ms':>9}{'times ours':>12}{'joints off, cells':>20}")
    for joints in arguments.joints:
        scene = make_scene(joints)
        ways = {way.__name__: way(scene) for way in (ours, adaptive, numba_loop, remap, grid_sample)}
        answers = {name: run() for name, run in ways.items()}
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(arguments.repeat):
            for name, run in ways.items():
                started = time.perf_counter()
                run()
                best[name] = min(best[name], time.perf_counter() - started)
        for name in ways:
            off = np.abs(answers[name] - answers["ours"]).max()
            print(
                f"{name:<14}{joints:>8}{best[name] * 1e3:>9.2f}{best[name] / best['ours']:>12.2f}{off:>20.3f}"
            )


if __name__ == "__main__":
    main()
