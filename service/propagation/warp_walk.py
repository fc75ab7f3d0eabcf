"""Label propagation by PoseWarper (Bertasius et al., NeurIPS 2019, section 4.1), in one pass over a video."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service.media.frame import Frame
from service.people.crop import Crop
from service.propagation.blend import blend
from service.propagation.carried import CarriedFrame
from service.propagation.errors import LabelsUnsuitable
from service.propagation.labels import Labels, Target, Track
from service.propagation.passage import Blend, Passage
from service.propagation.trail import Trail
from service.propagation.warp_crops import crops_between, crops_of
from service.propagation.warp_trail import Look, Looks, WarpTrail, start
from service.warping.warping import Warping

REACH = 60  # frames that a label is carried back: twenty hops, and 6.4 MB of heatmaps for an object
MOST = 20  # objects on a frame: if the next label has 20 others, 0.26 GB of heatmaps wait for it


@dataclass(frozen=True, slots=True)
class _Seen:
    looks: Looks
    cut: bool  # this frame begins another scene


class WarpWalk:
    """Carries the labels of people from the labels before and after, by warping instead of flow.

    Every frame costs one run of the network and two of the warper for each person. What was seen waits for
    the next label, ``reach`` frames at most; a frame farther from it is answered by the label before alone.

    Parameters
    ----------
    warping
        The network that sees the people, and its PoseWarper.
    blend
        How two labels become one answer: by how clear the warped maps are.
    reach
        Frames that a label is carried back at most. Forward there is no bound.
    """

    def __init__(self, warping: Warping, blend: Blend = blend, reach: int = REACH) -> None:
        self._warping = warping
        self._blend = blend
        self._reach = reach

    def check(self, labels: Labels) -> None:
        """Refuse labels of anything but the joints that the warper knows, and too many of them.

        Raises
        ------
        LabelsUnsuitable
        """
        for frame in labels.frames:
            targets = labels.at(frame)
            if len(targets) > MOST:
                raise LabelsUnsuitable(
                    f"Frame {frame} has {len(targets)} objects; method=posewarper carries {MOST} at most."
                )
            for target in targets:
                _check_names(frame, target, self._warping)

    def __call__(self, frames: Iterable[Frame], labels: Labels) -> Iterator[CarriedFrame]:
        """See :class:`~service.propagation.propagator.Propagator`.

        Raises
        ------
        LabelsUnsuitable
            See :meth:`check`.
        Problem
            Of ``frames``, after the last answer.
        """
        self.check(labels)
        way = _WarpWay(self._warping, self._reach, labels)
        yield from Passage(way, self._blend, self._reach, labels).over(frames)


def _check_names(frame: int, target: Target, warping: Warping) -> None:
    known = warping.warper.names
    labelled = [name for name, is_known in zip(target.names, target.known, strict=False) if is_known]
    unknown = sorted(set(labelled) - set(known))
    repeated = [name for name, times in Counter(labelled).items() if times > 1]
    if len(labelled) != target.known.sum() or unknown or repeated:
        wrong = unknown or repeated or ["points without names"]
        raise LabelsUnsuitable(
            f"Frame {frame} has labels of {', '.join(wrong)}; method=posewarper with {warping.card.name} "
            f"carries each of these joints once: {', '.join(known)}. Others go by method=flow."
        )


class _WarpWay:
    """By warping; see :class:`~service.propagation.passage.Way`."""

    def __init__(self, warping: Warping, reach: int, labels: Labels) -> None:
        self._warping = warping
        self._reach = reach
        self._labels = labels
        self._seen: dict[int, _Seen] = {}
        self._crops: Mapping[Track, Crop] = {}
        self._way: WarpTrail | None = None
        self._before: Trail | None = None

    def advance(self, frame: Frame, cut: bool) -> Trail | None:
        """Look at the people, and carry the label before to where they are now."""
        if cut:
            self._way, self._before = None, None
        self._crops = self._crops_at(frame.index)
        looks = self._look(frame, self._crops)
        self._seen[frame.index] = _Seen(looks, cut)
        self._seen.pop(frame.index - self._reach - 1, None)
        if self._way is not None and not self._labels.at(frame.index):
            self._before, self._way = self._way.to(frame.index, looks, self._warping.warper)
        return self._before

    def turn(self, frame: int, targets: tuple[Target, ...], waiting: Sequence[int]) -> list[Trail | None]:
        """Go back over what was seen since the label before."""
        newest = self._seen[frame]
        self._way = start(frame, targets, newest.looks)
        self._before = self._way.trail
        back: WarpTrail | None = None if newest.cut else self._way
        trails: list[Trail | None] = []
        for index in reversed(waiting):
            seen = self._seen[index]
            trail, back = back.to(index, seen.looks, self._warping.warper) if back else (None, None)
            back = None if seen.cut else back
            trails.append(trail)
        self._seen.clear()
        return trails[::-1]

    def _crops_at(self, frame: int) -> dict[Track, Crop]:
        region = self._warping.card.region
        targets, following = self._labels.at(frame), self._labels.after(frame)
        if targets:
            return crops_of(targets, region)
        is_near = following is not None and following - frame <= self._reach
        after = (following, self._labels.at(following)) if following is not None and is_near else None
        return crops_between(frame, self._before, after, self._crops, region)

    def _look(self, frame: Frame, crops: Mapping[Track, Crop]) -> dict[Track, Look]:
        """Run the network on everybody."""
        if not crops:
            return {}
        card, joints = self._warping.card, list(self._warping.warper.joints)
        cut = [crop.cut(frame.image, card.shift_px) for crop in crops.values()]
        maps = self._warping.network.heatmaps(cut)[:, joints].astype(np.float16)
        return {track: Look(crop, seen) for (track, crop), seen in zip(crops.items(), maps, strict=True)}
