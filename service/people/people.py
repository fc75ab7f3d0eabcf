"""Who is in the picture, and where each network crop goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.media.frame import Frame, Image
from service.options import CropSource, Options
from service.people.crop import Crop
from service.people.detector import Detection
from service.people.follow import lead_on, wanted_crop
from service.people.sighting import Sighting

Detect = Callable[[Image], list[Detection]]

LOST_BELOW = 0.25  # mean score of the better half of the joints under which nobody is there
LOOK_EVERY = 10  # frames between looks for further people
SAME_PLACE = 0.5  # crops whose centres are nearer than this share of a half-side show one person
REMEMBER = 30  # frames for which a lost person's id waits at its place


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to look at in one frame.

    Attributes
    ----------
    id
        Stays with the person; counts from 1.
    crop
        Where to look.
    """

    id: int
    crop: Crop


class People:
    """Finds people when lost and follows them from their last joints.

    Parameters
    ----------
    options
        `crop`, `box` and `people` count.
    detect
        Finds people in a whole picture, best first.
    """

    def __init__(self, options: Options, detect: Detect) -> None:
        self._options = options
        self._detect = detect
        self._here: dict[int, Crop] = {}
        self._lost: dict[int, tuple[Crop, int]] = {}
        self._next_id = 1
        self._looked_at = -LOOK_EVERY

    def locate(self, frame: Frame) -> list[Person]:
        """Everybody to look at in this frame, oldest id first."""
        if self._options.crop is CropSource.DETECT:
            self._look_round(frame)
        elif not self._here:
            self._admit(self._given_crop(frame), frame.index)
        return [Person(id_, crop) for id_, crop in sorted(self._here.items())]

    def learn(self, person: Person, sighting: Sighting, frame: Frame) -> bool:
        """Take in what the network saw of somebody located in this frame; False when nobody is there."""
        if self._options.crop is CropSource.FULL:
            return True
        if sighting.score < LOST_BELOW:
            if self._options.crop is CropSource.DETECT:
                self._lose(person, frame.index)
            return False
        self._here[person.id] = lead_on(person.crop, wanted_crop(sighting))
        return True

    def forget(self) -> None:
        """Nobody is where they were: the scene was cut. Ids are not used again."""
        if self._options.crop is not CropSource.FULL:
            self._here.clear()
        self._lost.clear()
        self._looked_at = -LOOK_EVERY

    def _look_round(self, frame: Frame) -> None:
        """Run the detector when nobody is followed, and now and then while there is room for more."""
        due = frame.index - self._looked_at >= LOOK_EVERY
        if self._here and (len(self._here) >= self._options.people or not due):
            return
        self._looked_at = frame.index
        for detection in self._detect(frame.image):
            if len(self._here) >= self._options.people:
                break
            if not any(_same_place(detection.crop, crop) for crop in self._here.values()):
                self._admit(detection.crop, frame.index)

    def _admit(self, crop: Crop, index: int) -> None:
        """Follow somebody from now on, under the old id if this is where one was lost."""
        self._lost = {id_: (at, when) for id_, (at, when) in self._lost.items() if index - when <= REMEMBER}
        known = [id_ for id_, (at, _) in self._lost.items() if _same_place(crop, at)]
        if known:
            del self._lost[known[0]]
            self._here[known[0]] = crop
            return
        self._here[self._next_id] = crop
        self._next_id += 1

    def _lose(self, person: Person, index: int) -> None:
        self._here.pop(person.id, None)
        self._lost[person.id] = person.crop, index

    def _given_crop(self, frame: Frame) -> Crop:
        height, width = frame.image.shape[:2]
        if self._options.box is not None:
            return Crop.of_box(*self._options.box)
        return Crop.whole(width, height)


def _same_place(one: Crop, other: Crop) -> bool:
    """Whether two crops show the same person."""
    distance = np.hypot(one.centre[0] - other.centre[0], one.centre[1] - other.centre[1])
    return bool(distance < SAME_PLACE * min(one.half_side, other.half_side))
