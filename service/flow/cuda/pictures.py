"""Pictures on the card: each goes there once."""

from __future__ import annotations

from typing import Any

import cv2

from service.flow.estimator import Grey


class _Place:
    """Room for one picture, used again; `picture` is what lies there."""

    def __init__(self, cuda: Any) -> None:
        self.picture: Grey | None = None
        self.bytes = cuda.GpuMat()
        self.floats = cuda.GpuMat()


class Pictures:
    """The two pictures between which there is flow, forward and backward, and on to the next frame.

    A picture is known by the array that holds it, which must not be written to while it is in use.

    Parameters
    ----------
    cuda, stream
        `cv2.cuda` and the card's stream.
    in_unit_range
        As :class:`~service.flow.cuda.algorithm.Algorithm` says.
    """

    def __init__(self, cuda: Any, stream: Any, in_unit_range: bool) -> None:
        self._stream = stream
        self._in_unit_range = in_unit_range
        self._places = _Place(cuda), _Place(cuda)

    def pair(self, source: Grey, target: Grey) -> tuple[Any, Any]:
        """Both as `GpuMat`s of the type wanted; only what is not there yet goes to the card."""
        return self._on_card(source, beside=target), self._on_card(target, beside=source)

    def _on_card(self, picture: Grey, beside: Grey) -> Any:
        one, other = self._places
        place = next((each for each in self._places if each.picture is picture), None)
        if place is None:
            place = other if one.picture is beside else one
            self._upload(picture, place)
        return place.floats if self._in_unit_range else place.bytes

    def _upload(self, picture: Grey, place: _Place) -> None:
        place.picture = None  # nothing certain, should the card fail half way
        place.bytes.upload(picture, self._stream)
        if self._in_unit_range:
            place.floats = place.bytes.convertTo(cv2.CV_32F, 1 / 255, 0, self._stream, place.floats)
        # Farnebäck reads its second picture on a stream of its own, which does not wait for this one.
        self._stream.waitForCompletion()
        place.picture = picture
