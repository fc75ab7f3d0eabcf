"""The client: one object for one server."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import httpx

from service.client.errors import RemoteProblem, ServerGone
from service.client.lasting import LastingStream
from service.client.live import UNANSWERED, LiveStream
from service.client.poses import Poses
from service.media.frame import Image

TIMEOUT_S = 60.0
AWAY_S = 30.0  # a server that starts anew is back by then
STREAM = "/v1/stream"
SECURE = {"http": False, "https": True, "ws": False, "wss": True}


class FlowPose:
    """Asks one server; keeps no connection open between the calls.

    Parameters
    ----------
    url
        Where the server is: ``http://host:port``, or the same with https, ws or wss; may have a path, if a
        proxy gives it one, and may be that of the stream itself.
    timeout_s
        The longest that the server may keep silent while something is awaited of it.
    key
        Where the server asks for one; never part of an address.

    Raises
    ------
    ValueError
        The address is not one of these.
    """

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S, key: str | None = None) -> None:
        self._base = _base_of(url)
        self._timeout_s = timeout_s
        self._headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    def poses(self, path: str | PathLike[str], **options: Any) -> Poses:
        """Send a video, and give its frames while the server works on it; memory does not grow with it.

        Parameters
        ----------
        path
            A video file.
        options
            The query of ``POST /v1/poses``: `model`, `flow`, `pooling`, `window`, `lookahead`, `people`,
            `crop`, `box` (four numbers).

        Returns
        -------
        An iterator over the frames, with the answer's `header`.

        Raises
        ------
        RemoteProblem
            The server does not take it. A damaged video gives its frames first, then raises.
        ServerGone
            The server cannot be reached.
        OSError
            The file cannot be read.
        """
        query = {**query_of(options), "format": "ndjson"}
        with ExitStack() as held:
            file = held.enter_context(Path(path).open("rb"))
            client = held.enter_context(self._client())
            with reaching(self._base):
                request = client.stream("POST", "/v1/poses", content=file, params=query)
                response = held.enter_context(request)
                refuse_errors(response)
            return Poses(response, held.pop_all())

    def picture(self, path: str | PathLike[str], **options: Any) -> dict[str, Any]:
        """Find the people in one picture: JPEG, PNG or WebP.

        Parameters
        ----------
        path
            The picture's file.
        options
            The query of ``POST /v1/images``: `model`, `people`, `crop`, `box` (four numbers).

        Returns
        -------
        The answer as about a video of one frame: `schema`, `skeleton`, `video`, `model`, `frames`.

        Raises
        ------
        RemoteProblem, ServerGone, OSError
            As :meth:`poses`.
        """
        with Path(path).open("rb") as file:
            answer: dict[str, Any] = self._ask("POST", "/v1/images", content=file, params=query_of(options))
        return answer

    def models(self) -> list[dict[str, Any]]:
        """All networks that the server knows; those `present` can be used.

        Raises
        ------
        RemoteProblem, ServerGone
        """
        models: list[dict[str, Any]] = self._ask("GET", "/v1/models")["models"]
        return models

    def stream(
        self,
        frames: Iterable[tuple[float, bytes | Image]] | AsyncIterable[tuple[float, bytes | Image]],
        *,
        unanswered: int = UNANSWERED,
        paced: bool = False,
        **options: Any,
    ) -> LiveStream:
        """Send pictures as they come and give the answers as they come: ``async for answer in ...``.

        Parameters
        ----------
        frames
            Capture time in seconds, increasing, and a picture: the bytes of a JPEG, PNG or WebP, or
            (H, W, 3) uint8 RGB. All have one size. An iterable that is not asynchronous is asked in a thread.
        unanswered
            Pictures that may be on their way without an answer; the next is asked for when one comes, and
            sent no faster than the server allows, unless `max_fps` says what it is to drop.
        paced
            Send each picture when its capture time has come instead, counted from the first; the server
            then drops what it cannot do in time.
        options
            Members of the ``start`` message: `model`, `flow`, `pooling`, `window`, `lookahead`, `people`,
            `crop`, `box`, `stages`, `max_fps`, `stale_s`, `heatmap`.

        Returns
        -------
        An asynchronous iterator of `Answer`: exactly one for each picture and stage.
        """
        scheme = "wss" if SECURE[self._base.scheme] else "ws"
        url = self._base.copy_with(scheme=scheme, path=self._base.path.rstrip("/") + STREAM)
        given = {name: value for name, value in options.items() if value is not None}
        at_once = None if paced else unanswered
        return LiveStream(str(url), frames, given, at_once, self._timeout_s, self._headers)

    def lasting_stream(
        self,
        frames: Iterable[tuple[float, bytes | Image]] | AsyncIterable[tuple[float, bytes | Image]],
        *,
        patience_s: float = AWAY_S,
        unanswered: int = UNANSWERED,
        paced: bool = False,
        **options: Any,
    ) -> LastingStream:
        """Do as :meth:`stream`, and go on over a new connection when the server stops, dies or is full.

        Parameters
        ----------
        patience_s
            Seconds that it may be away.
        frames, unanswered, paced, options
            As there.
        """

        def connect(shots: AsyncIterable[tuple[float, bytes | Image]]) -> LiveStream:
            return self.stream(shots, unanswered=unanswered, paced=paced, **options)

        return LastingStream(connect, frames, patience_s, again=not paced)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()  # takes 30 ms, so once

    def _client(self) -> httpx.Client:
        scheme = "https" if SECURE[self._base.scheme] else "http"
        base = self._base.copy_with(scheme=scheme)
        return httpx.Client(base_url=base, timeout=self._timeout_s, verify=self._trust, headers=self._headers)

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        with reaching(self._base), self._client() as client:
            response = client.request(method, path, **request)
        refuse_errors(response)
        answer: dict[str, Any] = response.json()
        return answer


def _base_of(url: str) -> httpx.URL:
    try:
        base = httpx.URL(url)
    except httpx.InvalidURL:
        base = httpx.URL("")
    if base.scheme not in SECURE or not base.host:
        raise ValueError(f"{url!r} is not an address such as http://127.0.0.1:8000")
    return base.copy_with(path=base.path.rstrip("/").removesuffix(STREAM) + "/")


def query_of(options: dict[str, Any]) -> dict[str, str]:
    """Options as a query; those that are None are left out."""
    return {name: _text(value) for name, value in options.items() if value is not None}


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


@contextmanager
def reaching(base: httpx.URL) -> Iterator[None]:
    """Tell by ServerGone when the server cannot be reached in the block."""
    try:
        yield
    except httpx.TransportError as error:
        raise ServerGone(f"{base} cannot be reached: {error or type(error).__name__}.") from error


def refuse_errors(response: httpx.Response) -> None:
    """Tell by RemoteProblem what the server refuses."""
    if not response.is_success:
        raise RemoteProblem.from_response(response.status_code, response.read())
