"""The rolling ring of the last frames: their times, the flow between them, each person's heatmaps."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from service.flow.field import FlowPair
from service.people.crop import Crop
from service.temporal.grid import CELL_OFFSET, CELLS, HALF_WINDOW, STRIDE, Heatmaps, cell_to_input
from service.temporal.kernel import BACKWARD, FORWARD, FULL, PADDED, RIMMED, store

WINDOW = 2 * HALF_WINDOW + 1  # 31 frames take part in one answer
WAITING = 5  # answers that may still be in the making while newer frames come in
SLOTS = WINDOW + WAITING


def slot_of(frame: int) -> int:
    """Place in a ring of the frame with this running number."""
    return frame % SLOTS


class FlowRing:
    """Times of the last frames and the flow that leads from each to the next.

    Frames are numbered without gaps in the order they are pushed. Slot n holds the motion n-1 <-> n, and the
    usual time between frames up to n: the median over the window, so that single drops do not count.

    Parameters
    ----------
    size
        Largest side of a flow picture, pixels.
    """

    def __init__(self, size: int) -> None:
        self.times_s: NDArray[np.float64] = np.zeros(SLOTS)
        self.linked: NDArray[np.bool_] = np.zeros(SLOTS, bool)
        self.interval_s: NDArray[np.float64] = np.ones(SLOTS)
        self._gaps_s: deque[float] = deque(maxlen=WINDOW - 1)
        self.vectors: NDArray[np.float32] = np.zeros((2, SLOTS, size, size, 2), np.float32)
        self.to_flow: NDArray[np.float32] = np.zeros((SLOTS, 6), np.float32)
        self.has_flow: NDArray[np.bool_] = np.zeros(SLOTS, bool)

    def open(self, frame: int, time_s: float, linked: bool) -> None:
        """Begin a new frame; ``linked`` is False for the first one and after a cut."""
        slot = slot_of(frame)
        gap_s = time_s - self.times_s[slot_of(frame - 1)]
        if linked and gap_s > 0:  # files with two frames at one time exist
            self._gaps_s.append(gap_s)
        self.interval_s[slot] = median(self._gaps_s) if self._gaps_s else 1.0
        self.times_s[slot] = time_s
        self.linked[slot] = linked
        self.has_flow[slot] = False

    @property
    def gaps_s(self) -> tuple[float, ...]:
        """Times between the last linked frames, oldest first, seconds."""
        return tuple(self._gaps_s)

    def resume(self, frame: int, time_s: float, gaps_s: Sequence[float]) -> None:
        """Go on after a frame of another ring; what it held of that frame and those before is not here."""
        self.times_s[slot_of(frame)] = time_s
        self._gaps_s = deque(gaps_s, maxlen=WINDOW - 1)

    def put(self, frame: int, pair: FlowPair) -> None:
        """Keep the motion between ``frame - 1`` and ``frame``."""
        slot = slot_of(frame)
        height, width = pair.forward.shape[:2]
        self.vectors[BACKWARD, slot, :height, :width] = pair.backward
        self.vectors[FORWARD, slot, :height, :width] = pair.forward
        map_ = pair.to_flow
        self.to_flow[slot] = map_[0, 0], map_[1, 1], map_[0, 2], map_[1, 2], width, height
        self.has_flow[slot] = True


class MapRing:
    """One person's heatmaps and crops over the last frames.

    Slot n of ``peaks``, (K, 3), says where each map of frame n is highest and how high: x, y in frame pixels,
    value.
    """

    def __init__(self, joints: int) -> None:
        self.joints = joints
        self.maps: NDArray[np.uint16] = np.zeros((SLOTS, joints, PADDED * PADDED), np.uint16)
        self.tops: NDArray[np.float32] = np.zeros((SLOTS, RIMMED, RIMMED, joints), np.float32)
        self.to_cell: NDArray[np.float32] = np.zeros((SLOTS, 2, 3), np.float32)
        self.peaks: NDArray[np.float32] = np.zeros((SLOTS, joints, 3), np.float32)
        self._frames: NDArray[np.int64] = np.full(SLOTS, -1, np.int64)
        self._crops: list[Crop | None] = [None] * SLOTS

    def put(self, frame: int, crop: Crop, heatmaps: Heatmaps) -> None:
        """Keep this person's heatmaps of one frame: (K, 64, 64) float32."""
        slot = slot_of(frame)
        store(heatmaps, self.maps[slot], self.tops[slot])
        matrix = crop.to_input_matrix.copy()
        matrix[:, 2] -= CELL_OFFSET
        self.to_cell[slot] = matrix / STRIDE
        self.peaks[slot] = _peaks(heatmaps, crop)
        self._frames[slot] = frame
        self._crops[slot] = crop

    def crop(self, frame: int) -> Crop | None:
        """The person's crop in that frame; None when the person was not there (or it is too long ago)."""
        slot = slot_of(frame)
        return self._crops[slot] if self._frames[slot] == frame else None

    def heatmaps(self, frame: int) -> Heatmaps:
        """(K, 64, 64) float32 in [0, 1]: one frame's maps."""
        padded = self.maps[slot_of(frame)].reshape(self.joints, PADDED, PADDED)
        maps: Heatmaps = padded[:, 1 : CELLS + 1, 1 : CELLS + 1] / FULL
        return maps


def _peaks(heatmaps: Heatmaps, crop: Crop) -> NDArray[np.float32]:
    """(K, 3): x, y of the highest cell of each map in frame pixels, and its value."""
    flat = heatmaps.reshape(len(heatmaps), -1)
    best = flat.argmax(axis=1)
    points_cell = np.stack([best % CELLS, best // CELLS], axis=1).astype(np.float32)
    values = flat[np.arange(len(flat)), best]
    return np.column_stack([crop.to_frame(cell_to_input(points_cell)), values])
