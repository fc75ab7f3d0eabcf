"""Who is in the picture, and where each network crop goes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from service.media.frame import Frame, Image
from service.networks.model_card import ModelCard
from service.options import CropSource, Options
from service.people.crop import Crop
from service.people.crop_rule import CROP_RULES
from service.people.detector import Detection
from service.people.follow import lead_on
from service.people.sighting import Sighting

Detect = Callable[[Image], list[Detection]]

DOUBTS = 5  # frames of doubt in a row after which the person is lost
DRIFT = (
    3.0  # a crop so many times larger or smaller than the person was found may have run away with bad joints
)
LOOK_EVERY = 10  # frames between looks for further people
SAME_PLACE = 0.5  # crops whose centres are nearer than this share of a half-side may show one person
MERGED = 0.2  # followed crops as near as this do show one person
ALIKE = 1.5  # a crop so many times larger or smaller is not the same person found anew
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


@dataclass(frozen=True, slots=True)
class Followed:
    """Somebody followed from frame to frame.

    Attributes
    ----------
    crop
        For the next frame.
    found
        Where the person was found.
    doubts
        How many frames in a row spoke against them.
    admitted
        The network has seen a person there.
    """

    crop: Crop
    found: Crop
    doubts: int = 0
    admitted: bool = False


@dataclass(frozen=True, slots=True)
class PeopleMemory:
    """All that :class:`People` remembers from one frame to the next.

    Attributes
    ----------
    here
        Who is followed, by id.
    lost
        Last crop of who was lost, and the index of the frame in which that was, by id, in order of loss.
    next_id, unused
        Where the next ids come from.
    look_at
        Index of the frame from which the detector looks for more people.
    """

    here: dict[int, Followed]
    lost: dict[int, tuple[Crop, int]]
    next_id: int
    unused: tuple[int, ...]
    look_at: int


class People:
    """Finds people when lost and follows them from where they were last seen.

    Parameters
    ----------
    options
        `crop`, `box` and `people` count.
    card
        Of the network that is led: what it wants to see, and which scores mean a person.
    detect
        Finds people in a whole picture, best first.
    live
        Frames come as they happen: people are not found anew now and then, as `options.renew` says for files.
    """

    def __init__(self, options: Options, card: ModelCard, detect: Detect, live: bool = False) -> None:
        self._options = options
        self._renew_every = 0 if live else options.renew
        self._card = card
        self._rule = CROP_RULES[card.region]
        self._detect = detect
        self._here: dict[int, Followed] = {}
        self._lost: dict[int, tuple[Crop, int]] = {}
        self._next_id = 1
        self._unused: list[int] = []
        self._look_at = 0

    def locate(self, frame: Frame) -> list[Person]:
        """Everybody to look at in this frame, lowest id first."""
        if self._options.crop is CropSource.DETECT:
            self._merge()
            self._look(frame)
        elif not self._here:
            self._follow(self._given_crop(frame), frame.index)
        return [Person(id_, followed.crop) for id_, followed in sorted(self._here.items())]

    def renews(self, frame: Frame) -> bool:
        """Whether everybody is found anew in this frame."""
        return bool(self._renew_every) and frame.index % self._renew_every == 0

    def learn(self, person: Person, sighting: Sighting, frame: Frame) -> bool:
        """Take in what the network saw of somebody located in this frame; False when nobody is there."""
        if self._options.crop is CropSource.FULL:
            return True
        followed = self._here[person.id]
        wanted = self._rule.next(sighting)
        trust = self._believe if followed.admitted else self._admit
        if trust(person, sighting, wanted):
            self._here[person.id] = Followed(lead_on(person.crop, wanted), followed.found, admitted=True)
            return True
        doubted = replace(followed, doubts=followed.doubts + 1)
        self._here[person.id] = doubted
        if self._options.crop is CropSource.DETECT and (doubted.doubts > DOUBTS or not followed.admitted):
            self._lose(person.id, frame.index)
            return False
        return True

    def forget(self) -> None:
        """Nobody is where they were: the scene was cut. Ids are not used again."""
        if self._options.crop is CropSource.DETECT:
            self._here.clear()
        self._lost.clear()
        self._look_at = 0

    def memory(self) -> PeopleMemory:
        """What is remembered now, to be given to :meth:`resume` of another object with the same choices."""
        return PeopleMemory(
            dict(self._here), dict(self._lost), self._next_id, tuple(self._unused), self._look_at
        )

    def resume(self, memory: PeopleMemory) -> None:
        """Go on as the one whose memory this is would have."""
        self._here, self._lost = dict(memory.here), dict(memory.lost)
        self._next_id, self._unused, self._look_at = memory.next_id, list(memory.unused), memory.look_at

    def _believe(self, person: Person, sighting: Sighting, wanted: Crop) -> bool:
        """Whether this still is the person who was found; who is not is looked for anew, by the detector."""
        grown = wanted.half_side / self._here[person.id].found.half_side
        ran_away = self._options.crop is CropSource.DETECT and not 1 / DRIFT < grown < DRIFT
        return sighting.score >= self._card.doubt_below and not ran_away

    def _admit(self, newcomer: Person, sighting: Sighting, wanted: Crop) -> bool:
        """Whether a newcomer looks like a person to the network, too, and like nobody who is here already."""
        others = (each.crop for id_, each in self._here.items() if id_ != newcomer.id and each.admitted)
        taken = any(_near(wanted, crop, SAME_PLACE) for crop in others)
        return sighting.score >= self._card.admit_from and not taken

    def _look(self, frame: Frame) -> None:
        if self.renews(frame):
            self._renew(frame)
        else:
            self._look_round(frame)

    def _renew(self, frame: Frame) -> None:
        """Begin again with everybody whom the detector finds; the others are followed as before."""
        self._look_at = frame.index + LOOK_EVERY
        before = dict(self._here)
        for crop in map(self._rule.first, self._detect(frame.image)):
            known = [id_ for id_, followed in before.items() if _alike(crop, followed.crop)]
            if known:
                self._here[known[0]] = replace(before.pop(known[0]), crop=crop, found=crop, doubts=0)
            else:
                self._greet(crop, frame.index)

    def _look_round(self, frame: Frame) -> None:
        """Run the detector when nobody is followed, and now and then while there is room for more."""
        full = len(self._here) >= self._options.people
        if full or (self._here and frame.index < self._look_at):
            return
        self._look_at = frame.index + LOOK_EVERY
        for crop in map(self._rule.first, self._detect(frame.image)):
            self._greet(crop, frame.index)

    def _greet(self, crop: Crop, index: int) -> None:
        """Follow somebody detected, if nobody is followed there and one more may be."""
        known = any(_near(crop, followed.crop, SAME_PLACE) for followed in self._here.values())
        if not known and len(self._here) < self._options.people:
            self._follow(crop, index)

    def _follow(self, crop: Crop, index: int) -> None:
        """Follow somebody from now on, under the old id if this is where one was lost."""
        self._lost = {id_: (at, when) for id_, (at, when) in self._lost.items() if index - when <= REMEMBER}
        known = [id_ for id_, (at, _) in self._lost.items() if _near(crop, at, SAME_PLACE)]
        id_ = known[0] if known else self._new_id()
        self._lost.pop(id_, None)
        self._here[id_] = Followed(crop, found=crop)

    def _new_id(self) -> int:
        if self._unused:
            return self._unused.pop(0)
        self._next_id += 1
        return self._next_id - 1

    def _merge(self) -> None:
        """Where two crops have come to show one person, the newer id goes."""
        for older, newer in itertools.combinations(sorted(self._here), 2):
            both = newer in self._here and older in self._here
            if both and _near(self._here[older].crop, self._here[newer].crop, MERGED):
                del self._here[newer]

    def _lose(self, person_id: int, index: int) -> None:
        followed = self._here.pop(person_id)
        if followed.admitted:
            self._lost[person_id] = followed.crop, index
        else:
            self._unused.append(person_id)

    def _given_crop(self, frame: Frame) -> Crop:
        height, width = frame.image.shape[:2]
        if self._options.box is not None:
            return Crop.of_box(*self._options.box)
        return Crop.whole(width, height)


def _alike(one: Crop, other: Crop) -> bool:
    """Whether two crops may show one person."""
    return _near(one, other, SAME_PLACE) and 1 / ALIKE < one.half_side / other.half_side < ALIKE


def _near(one: Crop, other: Crop, share: float) -> bool:
    """Whether two crops lie within a share of the smaller one's half-side."""
    distance = np.hypot(one.centre[0] - other.centre[0], one.centre[1] - other.centre[1])
    return bool(distance < share * min(one.half_side, other.half_side))
