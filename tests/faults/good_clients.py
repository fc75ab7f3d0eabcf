"""Clients that behave, work all the time, and know what the right answers are."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.exceptions import WebSocketException

from tests.faults.kill_jobs import MP4, parted
from tests.faults.served import ServedProcess
from tests.streaming import StreamClient

PICTURES = 12  # of one stream
AGAIN = {503, 507}  # no place, no room: come again
AGAIN_S = 0.1
VARYING = ("latency_ms", "seconds")
PATIENT = httpx.Timeout(120)


class GoodClients:
    """A client of each kind, in a thread of its own each, while the block lasts.

    Made while the server is quiet: that is when the right answers are learnt.

    Parameters
    ----------
    server
        Up.
    video
        What is sent.

    Attributes
    ----------
    done
        Pieces of work that came out right, by kind.
    again
        Answers that said to come again, by kind; nothing is lost by them.
    lost
        What is not as it was in the quiet run.
    """

    def __init__(self, server: ServedProcess, video: bytes) -> None:
        self.done: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        self.lost: list[str] = []
        self._server = server
        self._video = video
        self._stopped = threading.Event()
        with server.client as client:
            client.timeout = PATIENT
            answer = client.post("/v1/poses?format=ndjson", content=video, headers=MP4)
        self._poses = parted(answer.raise_for_status().content)
        self._pictures = self._streamed()
        self._threads = [
            threading.Thread(target=self._work, args=(kind, once))
            for kind, once in (("videos", self._post), ("jobs", self._job), ("streams", self._stream))
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _work(self, kind: str, once: Callable[[], str | None]) -> None:
        """Do it again and again; what has been begun is brought to its end."""
        while not self._stopped.is_set():
            try:
                wrong = once()
            except (httpx.HTTPError, WebSocketException, TimeoutError, OSError) as error:
                wrong = repr(error)
            if wrong is None:
                self.done[kind] += 1
            elif wrong in {str(status) for status in AGAIN}:
                self.again[kind] += 1
                time.sleep(AGAIN_S)
            else:
                self.lost.append(f"{kind}: {wrong}"[:600])

    def _post(self) -> str | None:
        """Send a video and compare the answer; what is wrong, or the status that says to come again."""
        with self._server.client as client:
            client.timeout = PATIENT
            answer = client.post("/v1/poses?format=ndjson", content=self._video, headers=MP4)
        return self._compared(answer)

    def _job(self) -> str | None:
        with self._server.client as client:
            client.timeout = PATIENT
            begun = client.post("/v1/jobs", content=self._video, headers=MP4)
            if begun.status_code != 202:
                return _told(begun)
            links = begun.json()["links"]
            wrong = self._compared(client.get(links["results"], params={"follow": True}))
            client.delete(links["self"]).raise_for_status()
        return wrong

    def _compared(self, answer: httpx.Response) -> str | None:
        if answer.status_code != 200:
            return _told(answer)
        lines, end = parted(answer.content)
        if (lines, end) == self._poses:
            return None
        return f"{len(lines)} of {len(self._poses[0])} lines, {end}"

    def _stream(self) -> str | None:
        got = self._streamed()
        return None if got == self._pictures else f"{len(got)} answers, the last {got[-1:]}"

    def _streamed(self) -> list[dict[str, Any]]:
        """The answers to some pictures, each sent when the one before was answered; without times."""
        answers = []
        with StreamClient(self._server) as client:  # type: ignore[arg-type]  # its port is all that is asked
            client.start(lookahead=0, stale_s=10)
            for n in range(PICTURES):
                client.send(n)
                answers.append(client.next())
            answers += client.stop()
        return [{name: each[name] for name in each if name not in VARYING} for each in answers]


def _told(answer: httpx.Response) -> str:
    return str(answer.status_code) if answer.status_code in AGAIN else f"{answer.status_code} {answer.text}"
