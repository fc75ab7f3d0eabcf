"""`WS /v1/stream`: pictures of a camera in, everybody's joints out, at once and again when more is known."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, HTTPException
from starlette.websockets import WebSocket, WebSocketDisconnect

from service.access.access import Access
from service.access.limits import Limits as ClientLimits
from service.api.access import ByAccess
from service.api.errors import unexpected
from service.api.house import House, InHouse
from service.api.schemas import ModelSchema, SkeletonSchema
from service.api.stream.eye import Eye
from service.api.stream.inbox import receive
from service.api.stream.messages import End, ErrorMessage, Limits, Outgoing, Ready, Start, write
from service.api.stream.outbox import Outbox
from service.api.stream.problems import MessageUnexpected, close_code
from service.api.stream.reading import read_text
from service.api.stream.session import Session
from service.api.stream.subprotocols import PROTOCOL
from service.api.stream.together import first_of
from service.api.stream.visitor import client_of, known_by_head
from service.engine import RunInfo
from service.errors import Problem
from service.settings import Settings

NORMAL = 1000
FAREWELL_S = 2.0  # for the last words; who does not take them by then is left without

router = APIRouter()


@router.get("/v1/stream", include_in_schema=False)
async def explain() -> None:
    """Tell a client that asks over plain HTTP."""
    told = "This is the address of a WebSocket; /v1/stream/schema has its messages."
    raise HTTPException(HTTPStatus.UPGRADE_REQUIRED, told, {"Upgrade": "websocket"})


@router.websocket("/v1/stream")
async def stream(websocket: WebSocket, house: InHouse, access: ByAccess) -> None:
    """Serve one socket; `service.api.stream.messages` has the protocol."""
    # Before anything is asked of it: a page's script learns nothing of an HTTP refusal.
    await websocket.accept(PROTOCOL if PROTOCOL in websocket.scope["subprotocols"] else None)
    outbox = Outbox(websocket)
    with house.streams.connected():
        try:
            end = await _live(websocket, outbox, house, access)
        except WebSocketDisconnect:
            return
        except Problem as problem:
            await _part_by(problem, websocket, outbox)
        except Exception as error:
            await _part_by(unexpected(error), websocket, outbox)
        else:
            await _part(websocket, outbox, end, NORMAL, "")


async def _live(websocket: WebSocket, outbox: Outbox, house: House, access: Access) -> End:
    """All from `start` to `stop`; when it ends, the place is free and the thread gone."""
    known = known_by_head(websocket, access)
    start = await first_of(_read_start(websocket, house.settings), house.streams.leaving())
    client = known or client_of(websocket, access, start.secret)
    access.count(client)
    limits = limits_of(start, house.settings, client.limits)
    eye = Eye(house.engine, start.to_options(house.settings.model), client.limits.media)
    with house.streams.take(client):
        async with eye:
            run = await eye.open()
            await outbox.put(_ready(run, start, limits))
            session = Session(websocket, outbox, eye, start.wanted(), limits)
            return await first_of(session.run(house.streams), access.revoked(client))


async def _read_start(websocket: WebSocket, settings: Settings) -> Start:
    message = await receive(websocket, settings.stream_idle_s, settings.max_stream_frame_bytes)
    if isinstance(message, bytes):
        raise MessageUnexpected("A stream begins with `start`; a binary message came.")
    start = read_text(message)
    if not isinstance(start, Start):
        raise MessageUnexpected("A stream begins with `start`; `stop` came.")
    return start


def limits_of(start: Start, settings: Settings, allowed: ClientLimits) -> Limits:
    """What the operator allows the client, or less if it asks for less."""
    return Limits(
        max_frame_bytes=settings.max_stream_frame_bytes,
        max_pixels=allowed.max_pixels,
        max_fps=min(start.max_fps or allowed.max_stream_fps, allowed.max_stream_fps),
        stale_s=start.stale_s,
        idle_s=settings.stream_idle_s,
        session_s=settings.stream_session_s,
    )


def _ready(run: RunInfo, start: Start, limits: Limits) -> Ready:
    return Ready(
        skeleton=SkeletonSchema.from_skeleton(run.skeleton),
        model=ModelSchema.from_run(run),
        stages=start.wanted(),
        limits=limits,
    )


async def _part_by(problem: Problem, websocket: WebSocket, outbox: Outbox) -> None:
    await _part(websocket, outbox, ErrorMessage.from_problem(problem), close_code(problem), problem.title)


async def _part(websocket: WebSocket, outbox: Outbox, last: Outgoing, code: int, reason: str) -> None:
    """Say the last words and close, if somebody listens."""
    try:
        async with asyncio.timeout(FAREWELL_S):
            await outbox.send_rest()
            await websocket.send_text(write(last))
            await websocket.close(code, reason)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        return  # the client is gone, or does not read
