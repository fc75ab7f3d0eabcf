"""The temporal step as a graph: follow the grid along flow, sample, pool (Flowing ConvNets, section 2.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.temporal.device.nodes import Nodes, onnx_type
from service.temporal.grid import CELLS
from service.temporal.kernel import BLOCK, BLOCKS, PADDED, ROUND_PEAK, blockwise_cells
from service.temporal.pooling import GRID_INPUT
from service.temporal.ring import SLOTS

COLUMNS = BLOCKS * BLOCKS, BLOCK * BLOCK  # all cells block by block, as the rest of the house has them
ROUND = (2 * ROUND_PEAK + 1) ** 2  # cells in the square round a peak
NOWHERE = -1  # stands for a cell of that square that lies outside the map


@dataclass(frozen=True, slots=True)
class GraphShape:
    """What a graph is made for.

    Attributes
    ----------
    joints
        K, maps of one frame.
    steps
        S, neighbours on each side, 0..15; N = 1 + 2 S frames in all.
    flow_size
        F, longest side of a flow picture, pixels.
    keep_largest
        Max pooling instead of a weighted sum.
    """

    joints: int
    steps: int
    flow_size: int
    keep_largest: bool

    @property
    def frames(self) -> int:
        """N: the frame itself, then one before and one after it, then two before and two after, and so on."""
        return 1 + 2 * self.steps


def pooling_model(shape: GraphShape) -> bytes:
    """An ONNX file that warps and pools one person's maps to one frame.

    Inputs (R slots in a ring; coordinates "sampled" run from -1 at the first to 1 at the last row or column)

    ======== ===================== ======= ================================================================
    maps     (R, K, 66, 66)        uint16  heatmaps with an empty rim, 1.0 as 65535: `MapRing.maps`
    flow     (2 R, F, F, 2)        float32 backward, then forward flow by slot, flow pixels
    start    (3, 1, 1, 1, 2)       float32 input pixels -> frame pixels: x times, y times, plus
    bridges  (2 S,)                int64   index into ``flow``; step by step outwards, backward then forward
    fields   (4, 2 S, 1, 1, 2)     float32 frame pixels -> sampled flow: times, plus, at most; flow pixels ->
                                           frame pixels: times (0: points stay)
    met      (N,)                  int64   slot of each frame's maps
    places   (3, N, 1, 1, 2)       float32 frame pixels -> sampled map: x times, y times, plus
    weights  (N, K, 1, 1)          float32 what each frame counts, divided by 65535; 0 for who is not there
    ======== ===================== ======= ================================================================

    Outputs: ``pooled`` (K, 4096) float32 in [0, 1] block by block; ``tops`` (K,) int64, where each map is
    highest; ``round`` (K, 121) float32, the map in the 11 x 11 cells round that, see :func:`round_peak`.
    """
    nodes = Nodes()
    landed = _tracks(nodes, shape)
    pooled = _pooled(nodes, shape, landed)
    tops = nodes("ArgMax", pooled, axis=1, keepdims=0)
    near = nodes("Gather", nodes.constant(np.maximum(round_peak(), 0)), tops)
    return nodes.model(
        pooled=(pooled, np.float32, (shape.joints, CELLS * CELLS)),
        tops=(tops, np.int64, (shape.joints,)),
        round=(nodes("GatherElements", pooled, near, axis=1), np.float32, (shape.joints, ROUND)),
    )


def round_peak() -> NDArray[np.int32]:
    """(4096, 121) int32: by place in a blocked map, the places of the square round it, or NOWHERE."""
    cells = blockwise_cells().astype(np.int64)
    place = np.empty((CELLS, CELLS), np.int64)
    place[cells[:, 1], cells[:, 0]] = np.arange(CELLS * CELLS)
    rimmed = np.pad(place, ROUND_PEAK, constant_values=NOWHERE)
    side = 2 * ROUND_PEAK + 1
    squares = np.lib.stride_tricks.sliding_window_view(rimmed, (side, side))
    return np.asarray(squares[cells[:, 1], cells[:, 0]].reshape(-1, ROUND), np.int32)


def _tracks(nodes: Nodes, shape: GraphShape) -> str:
    """Where the cells of the output frame lie in all frames: (N, 256, 16, 2), frame pixels."""
    flow = nodes.input("flow", np.float32, (2 * SLOTS, shape.flow_size, shape.flow_size, 2))
    start = _three_parts(nodes, nodes.input("start", np.float32, (3, 1, 1, 1, 2)))
    x, y = (GRID_INPUT[:, axis].reshape(1, *COLUMNS, 1) for axis in (0, 1))
    points = _affine(nodes, nodes.constant(x), nodes.constant(y), start)
    if not shape.steps:
        return points
    landed = [points]
    points = nodes("Concat", points, points, axis=0)
    for field, scale, offset, limit, back in zip(*_fields(nodes, shape, flow), strict=True):
        points = _advance(nodes, points, field, scale, offset, limit, back)
        landed.append(points)
    return nodes("Concat", *landed, axis=0)


def _fields(nodes: Nodes, shape: GraphShape, flow: str) -> list[list[str]]:
    """Per step, both ways together: flow (2, 2, F, F), and the four parts of ``fields``, (2, 1, 1, 2)."""
    bridges = nodes.input("bridges", np.int64, (2 * shape.steps,))
    # GridSample wants the two components before rows and columns.
    crossed = nodes("Transpose", nodes("Gather", flow, bridges), perm=[0, 3, 1, 2])
    fields = nodes.input("fields", np.float32, (4, 2 * shape.steps, 1, 1, 2))
    kinds = [nodes("Gather", fields, nodes.constant(np.array(kind)), axis=0) for kind in range(4)]
    return [nodes.split(value, shape.steps, 2) for value in (crossed, *kinds)]


def _advance(nodes: Nodes, points: str, field: str, scale: str, offset: str, limit: str, back: str) -> str:
    """Points one step along the flow; outside they keep the border's motion (`kernel.advance`)."""
    sampled = nodes("Add", nodes("Mul", points, scale), offset)
    inside = nodes("Min", nodes("Max", sampled, nodes.constant(np.array([-1], np.float32))), limit)
    moved = nodes("GridSample", field, inside, align_corners=1, mode="bilinear", padding_mode="border")
    return nodes("Add", points, nodes("Mul", nodes("Transpose", moved, perm=[0, 2, 3, 1]), back))


def _pooled(nodes: Nodes, shape: GraphShape, landed: str) -> str:
    """(K, 4096): the maps of all frames, sampled where the cells lie, in one."""
    maps = nodes.input("maps", np.uint16, (SLOTS, shape.joints, PADDED, PADDED))
    met = nodes.input("met", np.int64, (shape.frames,))
    places = _three_parts(nodes, nodes.input("places", np.float32, (3, shape.frames, 1, 1, 2)))
    weights = nodes.input("weights", np.float32, (shape.frames, shape.joints, 1, 1))
    x, y = nodes.split(landed, 2, 1, axis=3)
    grid = _affine(nodes, x, y, places)
    seen = nodes("Cast", nodes("Gather", maps, met), to=onnx_type(np.float32))
    warped = nodes("GridSample", seen, grid, align_corners=1, mode="bilinear", padding_mode="zeros")
    counted = nodes("Mul", warped, weights)
    if shape.keep_largest:
        one = nodes("ReduceMax", counted, axes=[0], keepdims=0)
    else:
        one = nodes("ReduceSum", counted, nodes.constant(np.array([0])), keepdims=0)
    return nodes("Reshape", one, nodes.constant(np.array([shape.joints, CELLS * CELLS])))


def _three_parts(nodes: Nodes, value: str) -> list[str]:
    """The three entries along the first axis, which goes."""
    return [nodes("Gather", value, nodes.constant(np.array(part)), axis=0) for part in range(3)]


def _affine(nodes: Nodes, x: str, y: str, parts: list[str]) -> str:
    """X times, y times, plus; no matrix product, which CUDA may round to TF32."""
    return nodes("Add", nodes("Add", nodes("Mul", x, parts[0]), nodes("Mul", y, parts[1])), parts[2])
