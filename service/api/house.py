"""What every request shares: made when the application starts, gone when it stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from service.api.drain import Drain
from service.api.places import Places
from service.api.problems import Starting
from service.api.readiness import Readiness
from service.api.stream.streams import Streams
from service.engine import Engine
from service.media.reader import HERE, Reader
from service.settings import Settings
from service.telemetry.telemetry import Telemetry


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
    drain
        Whether the service is being stopped.
    telemetry
        What is counted.
    reader
        Who decodes what clients send.
    """

    settings: Settings
    engine: Engine
    places: Places
    readiness: Readiness
    streams: Streams
    drain: Drain
    telemetry: Telemetry
    reader: Reader = HERE


async def house_of(request: HTTPConnection) -> House:
    """Find the house of the application that got the request or opened the socket.

    Raises
    ------
    Starting
        There is none yet. uvicorn does not listen before there is; other servers may.
    """
    if not hasattr(request.app.state, "house"):
        raise Starting("The networks are being opened and tried; come again in some seconds.")
    return cast(House, request.app.state.house)


InHouse = Annotated[House, Depends(house_of)]
