"""One answer's route, in the numbers that the graph takes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from service.people.crop import Crop
from service.temporal.device.graph import GraphShape
from service.temporal.grid import CELLS
from service.temporal.kernel import BACKWARD, FORWARD, FULL, PADDED, Rings, Route
from service.temporal.ring import SLOTS

BORDER = (
    1.0001  # flow pixels between the last pixel and where points still move by themselves, as in `advance`
)

Number = TypeVar("Number", np.float32, np.int64)


@dataclass(frozen=True, slots=True)
class Feed:
    """Inputs of the graph beside the rings; `graph.pooling_model` says what each is."""

    start: NDArray[np.float32]
    bridges: NDArray[np.int64]
    fields: NDArray[np.float32]
    met: NDArray[np.int64]
    places: NDArray[np.float32]
    weights: NDArray[np.float32]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """By input name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def feed(route: Route, rings: Rings, crop: Crop, shape: GraphShape) -> Feed:
    """Lay a route out on the graph's fixed places.

    Parameters
    ----------
    route, rings
        Who takes part; `flow` backward is slot s of the device's ring, forward slot R + s.
    crop
        Of the output frame.
    shape
        Of the graph. Steps of the route beyond its own are left out.
    """
    step = _steps_outwards(route)
    column = np.where(step > 0, 2 * step - 1 + (route.way == FORWARD), 0)
    taken = step <= shape.steps
    bridged = taken & (route.flow_slot >= 0)
    met = taken & (route.map_slot >= 0)
    weights = np.zeros((len(step), shape.joints), np.float32)
    weights[route.map_slot >= 0] = 1 if shape.keep_largest else route.weights
    return Feed(
        start=_columns(crop.to_frame_matrix.astype(np.float32)[None]),
        bridges=_put(2 * shape.steps, column[bridged] - 1, (route.way * SLOTS + route.flow_slot)[bridged]),
        fields=_fields(rings.to_flow[route.flow_slot[bridged]], column[bridged] - 1, shape),
        met=_put(shape.frames, column[met], route.map_slot[met]),
        places=_columns(_put(shape.frames, column[met], _sampled_map(rings.to_cell[route.map_slot[met]]))),
        weights=_put(shape.frames, column[met], weights[met] / FULL)[..., None, None],
    )


def _steps_outwards(route: Route) -> NDArray[np.int64]:
    """(S,): 0 for the frame itself, then 1, 2, ... each way."""
    step = np.zeros(len(route.way), np.int64)
    for way in (BACKWARD, FORWARD):
        on_it = route.way[1:] == way
        step[1:][on_it] = np.arange(1, on_it.sum() + 1)
    return step


def _put(length: int, at: NDArray[np.int64], values: NDArray[Number]) -> NDArray[Number]:
    """Values at their places along a first axis of that length; the others zero."""
    filled = np.zeros((length, *values.shape[1:]), values.dtype)
    filled[at] = values
    return filled


def _fields(to_flow: NDArray[np.float32], at: NDArray[np.int64], shape: GraphShape) -> NDArray[np.float32]:
    """(4, 2 S, 1, 1, 2): see the graph's ``fields``; without flow the point of the first pixel, times 0."""
    half = np.float32((shape.flow_size - 1) / 2)
    scale, offset, size = to_flow[:, 0:2], to_flow[:, 2:4], to_flow[:, 4:6]
    parts = np.stack([scale / half, offset / half - 1, (size - np.float32(BORDER)) / half - 1, 1 / scale])
    laid = np.zeros((4, 2 * shape.steps, 2), np.float32)
    laid[:, at] = parts
    return laid[:, :, None, None]


def _sampled_map(to_cell: NDArray[np.float32]) -> NDArray[np.float32]:
    """(M, 2, 3) frame pixels -> cells, brought to -1..1 over a map with its rim."""
    sampled = to_cell.copy()
    sampled[:, :, 2] += (PADDED - CELLS) / 2
    sampled /= np.float32((PADDED - 1) / 2)
    sampled[:, :, 2] -= 1
    return sampled


def _columns(affine: NDArray[np.float32]) -> NDArray[np.float32]:
    """(M, 2, 3) -> (3, M, 1, 1, 2): what x is multiplied by, what y, and what is added."""
    return np.ascontiguousarray(affine.transpose(2, 0, 1)[:, :, None, None])
