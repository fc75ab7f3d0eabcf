"""Noticing that one picture does not follow from the last."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from service.media.frame import Image

THUMBNAIL = (64, 36)  # width, height: too small for motion of people to count
CHANGE = 27.0  # mean change of hue, saturation and brightness, 0..255 (PySceneDetect's ContentDetector)
STANDS_OUT = 3.0  # times the usual change: shaky cameras change all the time
USUAL = 12  # changes in the running mean


class SceneCut:
    """Watches the pictures of one stream for hard cuts."""

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None
        self._changes: deque[float] = deque(maxlen=USUAL)

    @property
    def changes(self) -> tuple[float, ...]:
        """The last changes that were no cuts, oldest first: with the last picture, all that is remembered."""
        return tuple(self._changes)

    def resume(self, last: Image, changes: Sequence[float]) -> None:
        """Go on as the one that was given this picture last and had these changes then."""
        self._last = _seen(last)
        self._changes = deque(changes, maxlen=USUAL)

    def cut_before(self, image: Image) -> bool:
        """Whether a cut lies between the last picture given and this one; False for the first."""
        seen = _seen(image)
        last, self._last = self._last, seen
        if last is None:
            return False
        if last.shape != seen.shape:
            return True
        change = float(np.abs(seen - last).mean())
        usual = float(np.mean(self._changes)) if self._changes else 0.0
        is_cut = change > CHANGE and change > STANDS_OUT * usual
        if is_cut:
            self._changes.clear()
        else:
            self._changes.append(change)
        return is_cut


def _seen(image: Image) -> NDArray[np.float32]:
    """(36, 64, 3): hue, saturation and brightness of a picture made small."""
    # Some pixels of each patch are enough to mix, at a tenth of the time of all.
    coarse = cv2.resize(image, (4 * THUMBNAIL[0], 4 * THUMBNAIL[1]), interpolation=cv2.INTER_LINEAR)
    small = cv2.resize(coarse, THUMBNAIL, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2HSV), np.float32)
