"""One labelled person in one picture: what every data set is read into, and what networks are trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.media.frame import Image
from service.media.image import read_image


@dataclass(frozen=True, slots=True)
class Sample:
    """A person whose joints are known, at least some.

    Attributes
    ----------
    source
        Name of the data set.
    name
        Of the picture, or of the video that the picture is from; pictures of one name are never split between
        training and test.
    picture
        The file, or its content: JPEG, PNG or WebP.
    joints
        (J, 2) float32, picture pixels, x then y, in the order of the skeleton that was asked for; NaN where
        not known.
    known
        (J,) bool: which joints are labelled; the others are masked in every loss and every measure.
    """

    source: str
    name: str
    picture: Path | bytes
    joints: NDArray[np.float32]
    known: NDArray[np.bool_]

    def read(self) -> Image:
        """(H, W, 3) uint8 RGB.

        Raises
        ------
        Problem
            The file is no picture.
        """
        return read_image(self.picture if isinstance(self.picture, bytes) else self.picture.read_bytes())
