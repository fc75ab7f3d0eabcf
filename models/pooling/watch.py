"""Look over the shoulder of the pipeline while it pools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.datasets.jhmdb import Clip
from models.evaluation.degrade import Damage, degrade
from service.engine import Engine
from service.media.video import open_video
from service.networks.catalogue import find
from service.options import Options, Pooling
from service.temporal.pooling import Pooled, Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.weights import weights_for


@dataclass(frozen=True, slots=True)
class Moment:
    """One person in one frame, with the window round it.

    Attributes
    ----------
    ring, person
        As they are at this moment; later frames overwrite them.
    frame, newest
        Running numbers of the output frame and of the latest that may take part.
    """

    ring: FlowRing
    person: MapRing
    frame: int
    newest: int


class Watcher:
    """Pools the frame alone, and shows each moment to somebody first.

    Parameters
    ----------
    see
        Called in the pooling thread, frame by frame in order.
    alone
        Makes the answer.
    """

    def __init__(self, see: Callable[[Moment], None], alone: Pooler) -> None:
        self._see = see
        self._alone = alone

    def pool(
        self, ring: FlowRing, person: MapRing, frame: int, newest: int, whole: int | None = None
    ) -> Pooled:
        """As :meth:`service.temporal.pooling.Pooler.pool`."""
        self._see(Moment(ring, person, frame, newest))
        return self._alone.pool(ring, person, frame, newest, whole)


def watch_clip(
    engine: Engine, options: Options, clip: Clip, damage: Damage, see: Callable[[Moment], None]
) -> None:
    """Run the served path over one damaged clip: detector, crops, network and flow, as users get them.

    Parameters
    ----------
    options
        Of the run; one person.
    see
        Told each moment in which the person was seen.

    Raises
    ------
    Problem
        When the clip cannot be read.
    """
    alone = Pooler(weights_for(Pooling.NONE, find(options.model).skeleton), 0)
    with open_video(clip.video) as video, engine.stream(options, pooler=Watcher(see, alone)) as stream:
        for frame in degrade(video, damage, clip.joints, clip.valid, clip.name):
            stream.push(frame)
        stream.finish()
