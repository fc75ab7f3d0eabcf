"""Jobs of a server, for clients."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import IO, Any

from service.client.errors import RemoteProblem, ServerGone
from service.client.flowpose import FlowPose, query_of, reaching, refuse_errors

ROOT = "/v1/jobs"
PART_BYTES = 8 << 20
PATIENCE_S = 60.0  # for a server that is away while a video is sent
WAIT_S = 1.0
OVER = ("succeeded", "failed")
HEADER, FRAME, LAST = b'{"type":"header"', b'{"type":"frame"', (b'{"type":"end"', b'{"type":"error"')


class JobsClient(FlowPose):
    """Asks one server about jobs; made as :class:`~service.client.flowpose.FlowPose` is.

    All methods raise RemoteProblem when the server refuses, and ServerGone when it cannot be reached.
    """

    def submit(self, path: str | PathLike[str], key: str | None = None, **options: Any) -> dict[str, Any]:
        """Put a video into the queue; it goes in parts, and goes on where it was after a break.

        Parameters
        ----------
        path
            A video file.
        key
            Your name for this very order: given twice, it is one job. A random one if None.
        options
            The query of ``POST /v1/jobs``: `model`, `flow`, `window`, ...

        Returns
        -------
        The job.
        """
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        query = {**query_of(options), "upload": "resumable"}
        job = self._ask("POST", ROOT, headers=headers, params=query)
        if job["state"] != "uploading":
            return job
        with Path(path).open("rb") as file:
            return self._send(file, job["links"]["upload"])

    def list(self) -> list[dict[str, Any]]:
        """All jobs that are yours, newest first."""
        jobs: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": None}
        while not jobs or page["next"] is not None:
            page = self._ask("GET", ROOT, params=query_of({"after": page["next"]}))
            jobs += page["jobs"]
            if not page["jobs"]:
                break
        return jobs

    def show(self, id_: str) -> dict[str, Any]:
        """One job."""
        return self._ask("GET", f"{ROOT}/{id_}")

    def watch(self, id_: str, every_s: float = WAIT_S) -> Iterator[dict[str, Any]]:
        """The job again and again, until it is over."""
        while True:
            job = self.show(id_)
            yield job
            if job["state"] in OVER:
                return
            time.sleep(every_s)

    def results(self, id_: str, from_frame: int = 0, follow: bool = False) -> Iterator[bytes]:
        """Lines of the result: what there is, or all as they come, also from a server that restarts."""
        headed, patience = False, time.monotonic() + PATIENCE_S
        while True:
            try:
                for line in self._lines(id_, from_frame, follow):
                    patience = time.monotonic() + PATIENCE_S
                    if not (headed and line.startswith(HEADER)):
                        yield line
                    headed |= line.startswith(HEADER)
                    from_frame += line.startswith(FRAME)
                    follow &= not line.startswith(LAST)
            except ServerGone:
                if not follow or time.monotonic() > patience:
                    raise
            if not follow:
                return
            time.sleep(WAIT_S)

    def cancel(self, id_: str) -> None:
        """Stop a job and remove all of it."""
        with reaching(self._base), self._client() as client:
            refuse_errors(client.delete(f"{ROOT}/{id_}"))

    def _lines(self, id_: str, from_frame: int, follow: bool) -> Iterator[bytes]:
        """What one answer has."""
        query = {"from_frame": str(from_frame), "follow": str(follow).lower()}
        with reaching(self._base), self._client() as client:
            if follow:
                client.timeout = None  # a job may wait for long before its first line
            with client.stream("GET", f"{ROOT}/{id_}/results", params=query) as response:
                refuse_errors(response)
                for line in response.iter_lines():
                    yield line.encode() + b"\n"

    def _send(self, file: IO[bytes], address: str) -> dict[str, Any]:
        """Send what the server does not have yet, until it has all."""
        patience = time.monotonic() + PATIENCE_S
        offset = 0
        while True:
            try:
                offset, job = self._send_part(file, address, offset)
                patience = time.monotonic() + PATIENCE_S
                if job is not None:
                    return job
            except ServerGone:
                if time.monotonic() > patience:
                    raise
                time.sleep(WAIT_S)
                offset = self._offset(address, offset)

    def _send_part(self, file: IO[bytes], address: str, offset: int) -> tuple[int, dict[str, Any] | None]:
        """Send one part; where the next begins, and the job if this was the last."""
        file.seek(offset)
        part = file.read(PART_BYTES)
        last = len(part) < PART_BYTES
        headers = {
            "Content-Type": "application/partial-upload",
            "Upload-Offset": str(offset),
            "Upload-Complete": "?1" if last else "?0",
        }
        with reaching(self._base), self._client() as client:
            response = client.patch(address, content=part, headers=headers)
        refuse_errors(response)
        return offset + len(part), json.loads(response.content) if last else None

    def _offset(self, address: str, guess: int) -> int:
        try:
            with reaching(self._base), self._client() as client:
                response = client.head(address)
        except ServerGone:
            return guess
        if not response.is_success:
            raise RemoteProblem.from_response(response.status_code, b"")
        return int(response.headers["upload-offset"])
