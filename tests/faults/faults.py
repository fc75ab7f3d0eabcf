"""The faults of the storm: each harms one client of its own, and looks what that one is told."""

from __future__ import annotations

import json
import random
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from service.api.problem_details import MEDIA_TYPE
from tests.faults.kill_jobs import MP4
from tests.faults.places import filled, reading, server_on, workers
from tests.faults.served import ServedProcess
from tests.fuzz.mutate import mutated
from tests.running import eventually
from tests.streaming import bare_stream, masked

ABRUPT = struct.pack("ii", 1, 0)  # SO_LINGER: a reset instead of an end
PATIENT = httpx.Timeout(60)
HELD = 12  # clients that do not read, at once
PILE = 4000  # messages of one of them
STOPPED_S = 0.5
FULL_S = 1.0
TRIES = 5
SLOW = "/v1/poses?format=ndjson&lookahead=1"
STALLED_CLIENT = """
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
connection.request("POST", sys.argv[2], open(sys.argv[3], "rb"), {"Content-Type": "video/mp4"})
answer = connection.getresponse()
print(answer.status, flush=True)
while answer.read(64):
    pass
"""


class Faults:
    """Each method injects one fault and says whether the server answered it as it promises.

    Parameters
    ----------
    server
        Up.
    folder
        For a file of the harmed clients.
    temp
        A small disk that the server keeps uploads on; None if there is none.
    long, short
        Videos; nobody else sends any as long as the first.
    chance
        For everything.
    """

    def __init__(
        self,
        server: ServedProcess,
        folder: Path,
        temp: Path | None,
        long: bytes,
        short: bytes,
        chance: random.Random,
    ) -> None:
        self._server = server
        self._process = server_on(server.port)
        self._temp = temp
        self._long, self._short = long, short
        self._file = folder / "long.mp4"
        self._file.write_bytes(long)
        self._chance = chance
        self._held: list[socket.socket] = []

    @property
    def all(self) -> dict[str, Callable[[], bool]]:
        """By name."""
        faults: dict[str, Callable[[], bool]] = {
            "kill -9 of a decoder at work": self.kill_decoder,
            "kill -9 of the decoder that waits": self.kill_spare,
            "connection cut in an upload": self.cut_upload,
            "connection cut in an answer": self.cut_answer,
            "broken file": self.break_file,
            "live client that does not read": self.never_read,
            "SIGSTOP of a client": self.stop_client,
        }
        return faults | ({"disk full": self.fill_disk} if self._temp else {})

    def close(self) -> None:
        """Let go of the clients that do not read."""
        for connection in self._held:
            connection.close()

    def kill_decoder(self) -> bool:
        """Its own client is told; its frames up to there are good."""
        with self._sending() as answer:
            lines = answer.iter_lines()
            if answer.status_code != 200 or "header" not in next(lines):
                return answer.status_code in (503, 507)
            for worker in workers(self._process):
                if reading(worker, len(self._long)):
                    worker.kill()
            last: dict[str, Any] = [json.loads(line) for line in lines][-1]
        return last.get("problem") == "/problems/decoder-crashed"

    def kill_spare(self) -> bool:
        """Nobody is harmed: the next one gets another."""
        for worker in workers(self._process):
            with suppress(psutil.NoSuchProcess):  # it has just ended
                worker.suspend()  # it may be given a good client's file while one looks
                eventually(lambda worker=worker: worker.status() == psutil.STATUS_STOPPED)
                if reading(worker, len(self._long)) or reading(worker, len(self._short)):
                    worker.resume()
                else:
                    worker.kill()
        return self._fine()

    def fill_disk(self) -> bool:
        """An upload is refused by name, and taken when there is room again."""
        assert self._temp is not None
        with filled(self._temp) as fill, self._server.client as client:
            for _ in range(TRIES):  # another's upload may end between filling and sending, and leave its room
                fill()
                answer = client.post("/v1/poses", content=self._short, headers=MP4)
                if answer.status_code != 200:
                    break
            time.sleep(FULL_S)  # so that good clients meet it, too
        return answer.status_code in (503, 507) and _named(answer) and self._fine()

    def cut_upload(self) -> bool:
        """Nothing comes of it."""
        head = f"POST /v1/poses HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(self._long)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self._server.port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
            connection.sendall(head.encode() + self._long[: self._chance.randrange(len(self._long))])
        return self._alive()

    def cut_answer(self) -> bool:
        """The work on it ends soon."""
        with self._sending() as answer:
            stream = answer.extensions["network_stream"].get_extra_info("socket")
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
            for _ in zip(range(self._chance.randint(1, 6)), answer.iter_lines(), strict=False):
                pass
        return eventually(lambda: not any(reading(each, len(self._long)) for each in workers(self._process)))

    def break_file(self) -> bool:
        """An answer, or an error by name."""
        with self._server.client as client:
            answer = client.post("/v1/poses", content=mutated(self._short, self._chance), headers=MP4)
        return answer.status_code == 200 or (
            _named(answer) and answer.status_code in (413, 415, 422, 503, 507)
        )

    def never_read(self) -> bool:
        """It is cut off in the end, and in nobody's way until then."""
        connection = bare_stream(self._server, 4096)  # type: ignore[arg-type]  # its port is all that is asked
        self._held.append(connection)
        connection.setblocking(False)
        with suppress(OSError):  # full, or cut off already
            for _ in range(PILE):
                connection.send(masked(bytes(8) + b"no picture"))
        while len(self._held) > HELD:
            self._held.pop(0).close()
        return self._alive()

    def stop_client(self) -> bool:
        """A client that stands still in the middle of an answer, and then is killed."""
        command = [sys.executable, "-c", STALLED_CLIENT, str(self._server.port), SLOW, str(self._file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as client:
            assert client.stdout is not None
            client.stdout.readline()  # its answer has begun
            client.send_signal(signal.SIGSTOP)
            time.sleep(STOPPED_S)
            alive = self._alive()
            client.kill()
        return alive

    def _sending(self) -> Any:
        """The long video, and its answer as it comes."""
        return httpx.stream(
            "POST",
            f"http://127.0.0.1:{self._server.port}{SLOW}",
            content=self._long,
            headers=MP4,
            timeout=PATIENT,
        )

    def _fine(self) -> bool:
        """Whether a short video is answered well, as soon as there is a place for it."""

        def answered() -> bool:
            with closing(self._server.client) as client:
                answer = client.post("/v1/poses?flow=none&window=1", content=self._short, headers=MP4)
            return answer.status_code == 200

        return eventually(answered)

    def _alive(self) -> bool:
        with closing(self._server.client) as client:
            return client.get("/livez").status_code == 200


def _named(answer: httpx.Response) -> bool:
    return answer.headers["content-type"] == MEDIA_TYPE and answer.json()["type"] != "/problems/internal"
