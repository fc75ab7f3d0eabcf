"""The body of a request, landed in a temporary file while it arrives (stack notes: decoders need a file)."""

from __future__ import annotations

import asyncio
import errno
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import IO

from fastapi import Request

from service.api.body_sink import BodySink, MultipartSink, PartsSink, RawSink
from service.api.problems import DiskFull, EmptyBody, RequestRefused, TooLarge, UploadStalled, WrongMediaType
from service.settings import Settings

PIECE_BYTES = 1 << 20  # written at once: a thread is woken 16 times less often than the socket is read
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MULTIPART = "multipart/form-data"
UNNAMED = ("", "application/octet-stream")


@asynccontextmanager
async def received(
    request: Request, settings: Settings, kinds: Sequence[str], max_bytes: int
) -> AsyncIterator[Path]:
    """Receive the body and give the file it lies in, which is gone when the block is left.

    Parameters
    ----------
    request
        Its body is raw, or multipart with the file in a part called `file`.
    settings
        The time an upload may stand still, and the folder for temporary files.
    kinds
        Beginnings of the media types to take, such as ``video/``.
    max_bytes
        The longest body to take.

    Raises
    ------
    WrongMediaType, TooLarge, DiskFull
        Before the body is read where its head tells, else while it is.
    EmptyBody, MultipartInvalid, UploadStalled
        While the body is read.
    starlette.requests.ClientDisconnect
        The client went away.
    """
    media_type = _media_type(request, kinds)
    _refuse_by_length(request, settings, max_bytes)
    with _temporary(settings) as file:
        sink = MultipartSink(file, request.headers) if media_type == MULTIPART else RawSink(file)
        await fill(sink, request, settings.upload_idle_s, max_bytes)
        yield Path(file.name)


@asynccontextmanager
async def received_parts(
    request: Request, settings: Settings, parts: Mapping[str, int | None], max_bytes: int
) -> AsyncIterator[dict[str, Path]]:
    """Receive the named parts of a multipart body, each in a file, all gone when the block is left.

    Parameters
    ----------
    request, settings, max_bytes
        As for :func:`received`.
    parts
        Name of each part, and the most bytes of it; None where `max_bytes` is the only bound.

    Raises
    ------
    MultipartInvalid
        A part is missing, or there twice.
    WrongMediaType, TooLarge, DiskFull, EmptyBody, UploadStalled, starlette.requests.ClientDisconnect
        As for :func:`received`.
    """
    if _named_type(request) != MULTIPART:
        wanted = " and ".join(f"`{name}`" for name in parts)
        raise WrongMediaType(f"Send {MULTIPART} with parts {wanted}.")
    _refuse_by_length(request, settings, max_bytes)
    with ExitStack() as held:
        files = {name: held.enter_context(_temporary(settings)) for name in parts}
        limits = {name: limit for name, limit in parts.items() if limit is not None}
        sink = PartsSink(files, request.headers, limits)
        await fill(sink, request, settings.upload_idle_s, max_bytes)
        yield {name: Path(file.name) for name, file in files.items()}


def _temporary(settings: Settings) -> IO[bytes]:
    """A file that is gone when it is closed."""
    return tempfile.NamedTemporaryFile(prefix="flowpose-", dir=settings.temp_dir, buffering=0)


def _named_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _media_type(request: Request, kinds: Sequence[str]) -> str:
    full, media_type = request.headers.get("content-type", ""), _named_type(request)
    if media_type in UNNAMED or media_type == MULTIPART or media_type.startswith(tuple(kinds)):
        return media_type
    wanted = ", ".join(f"{kind}*" for kind in kinds)
    raise WrongMediaType(
        f"Content-Type is {full!r}; send {wanted} or application/octet-stream, "
        "or multipart/form-data with a part `file`."
    )


def _refuse_by_length(request: Request, settings: Settings, max_bytes: int) -> None:
    """Refuse by what the head announces, before a byte is read."""
    announced = request.headers.get("content-length")
    if announced is None:
        return
    if not announced.isdecimal():
        raise RequestRefused(f"Content-Length is {announced!r}.")
    length = int(announced)
    _refuse_too_large(length, max_bytes)
    if length > shutil.disk_usage(settings.temp_dir or tempfile.gettempdir()).free:
        raise DiskFull(f"The upload has {length} bytes, more than are free.")


def _refuse_too_large(length: int, allowed: int) -> None:
    if length > allowed:
        raise TooLarge(f"The upload has {length} bytes or more; {allowed} are allowed.")


async def fill(sink: BodySink, request: Request, idle_s: float, max_bytes: int) -> None:
    """Read the body into a sink.

    Parameters
    ----------
    sink
        Takes it in pieces of a megabyte.
    request
        Nobody has read its body.
    idle_s
        How long nothing may come.
    max_bytes
        The longest body to take.

    Raises
    ------
    TooLarge, DiskFull, EmptyBody, MultipartInvalid, UploadStalled, starlette.requests.ClientDisconnect
    """
    received_bytes = 0
    async for piece in _pieces(request, idle_s):
        received_bytes += len(piece)
        _refuse_too_large(received_bytes, max_bytes)
        await asyncio.to_thread(write_piece, sink, piece)
    sink.finish()
    if sink.written == 0:
        raise EmptyBody("Expected the bytes of a file and got none.")


async def _pieces(request: Request, idle_s: float) -> AsyncIterator[bytes]:
    """Gather what the socket gives to pieces worth a write."""
    waiting = bytearray()
    stream = request.stream()
    while chunk := await _next_chunk(stream, idle_s):
        waiting += chunk
        if len(waiting) >= PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


async def _next_chunk(stream: AsyncIterator[bytes], idle_s: float) -> bytes:
    try:
        async with asyncio.timeout(idle_s):
            return await anext(stream)
    except TimeoutError:
        raise UploadStalled(f"Nothing came for {idle_s:g} s.") from None


def write_piece(sink: BodySink, piece: bytes) -> None:
    """Write and tell a full disk from other faults.

    Raises
    ------
    DiskFull
        There was no room.
    """
    try:
        sink.write(piece)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskFull("The disk filled up while the upload was written.") from error
        raise
