"""What every request shares: made when the application starts, gone when it stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from service.api.places import Places
from service.api.readiness import Readiness
from service.api.stream.streams import Streams
from service.engine import Engine
from service.media.limits import MediaLimits
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """The shared parts of one application.

    Attributes
    ----------
    settings
        The operator's choices.
    engine
        Networks and flow, warm.
    places
        Who may bring a video.
    readiness
        Whether the engine still works.
    streams
        The live streams that are open.
    """

    settings: Settings
    engine: Engine
    places: Places
    readiness: Readiness
    streams: Streams

    @property
    def limits(self) -> MediaLimits:
        """What a video or picture may be at most."""
        return MediaLimits(max_pixels=self.settings.max_pixels, max_seconds=self.settings.max_seconds)


async def house_of(request: HTTPConnection) -> House:
    """Find the house of the application that got the request or opened the socket."""
    return cast(House, request.app.state.house)


InHouse = Annotated[House, Depends(house_of)]
