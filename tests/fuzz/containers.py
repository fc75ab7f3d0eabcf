"""Broken videos, pictures and labels, each of which must be answered by name.

    python -m tests.fuzz.containers --cases 2000

Takes small true files of every container, makes them wrong, and sends them to the real server, which
decodes them in its sandbox. Every answer is 200, in which an end or an error is stated, or a named 4xx; none
takes long, and nothing is left: no process, no descriptor, no file. A case is its number, and
`--first N --cases 1` repeats it.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import httpx

from service.api.problem_details import MEDIA_TYPE
from tests.fuzz.bodies import JPEG, labels, write_strange, write_videos
from tests.fuzz.held import Held, leaked
from tests.fuzz.mutate import mutated
from tests.fuzz.tally import Tally
from tests.running import RunningServer, pulled_networks
from tests.videos import numbered

SLOW_S = 30.0
IDLE_S = 5.0  # of a decoder
FAST = {"window": 1, "flow": "none", "crop": "full"}
FOUND = Path(__file__).with_name("found")  # files that once were too much


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind of file goes, and true ones of it."""

    address: str
    part: str
    whole: tuple[bytes, ...]
    query: dict[str, Any]
    with_it: dict[str, bytes]


class Log(logging.Handler):
    """Hears what the service calls an error: also a decoder that failed and was answered for by name."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []
        logging.getLogger("service").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.told.append(record.getMessage()[-1500:])


class Attack:
    """One run.

    Parameters
    ----------
    server
        Running.
    folder
        For the true files.
    """

    def __init__(self, server: RunningServer, folder: Path) -> None:
        self.tally = Tally()
        self._server = server
        self._client = server.client
        self._log = Log()
        videos = write_videos(folder)
        pictures = [cv2.imencode(ending, numbered(1))[1].tobytes() for ending in (".png", ".webp")]
        films = Kind("/v1/poses", "file", (*videos, *write_strange(folder)), FAST | {"format": "ndjson"}, {})
        self._kinds = (
            *(films, films, films),  # so often in six
            Kind("/v1/images", "file", (JPEG, *pictures), {}, {}),
            Kind("/v1/propagate", "video", tuple(videos), {"flow": "none"}, {"labels": labels()}),
            Kind("/v1/propagate", "labels", (labels(),), {"flow": "none"}, {"video": videos[0]}),
        )

    def run(self, first: int, cases: int) -> Tally:
        """Send so many, and see that nothing is left of them."""
        for kind in self._kinds:  # true ones, so that all that stays is there when it is counted
            assert self._send(kind, kind.whole[0]).status_code == 200
        before = Held.by(self._server)
        for number in range(first, first + cases):
            chance = random.Random(number)
            kind = chance.choice(self._kinds)
            self.attempt(kind, mutated(chance.choice(kind.whole), chance), f"--first {number} --cases 1")
        if left := leaked(self._server, before):
            self.tally.found["something is left"] = left
        return self._heard()

    def again(self) -> Tally:
        """Send what was once found."""
        kinds = {kind.address.rpartition("/")[2]: kind for kind in self._kinds}
        for path in sorted(FOUND.glob("*.bin")):
            self.attempt(kinds[path.name.partition("-")[0]], path.read_bytes(), path.name)
        return self._heard()

    def _heard(self) -> Tally:
        for told in self._log.told:
            self.tally.found.setdefault("the service logged an error", told)
        return self.tally

    def attempt(self, kind: Kind, body: bytes, name: str) -> None:
        """Send one file and look at the answer."""
        began_s = time.monotonic()
        try:
            answer = self._send(kind, body)
        except httpx.HTTPError as error:
            self.tally.found.setdefault(f"{kind.address}: {error!r}", name)
            return
        took_s = time.monotonic() - began_s
        end, wrong = judged(kind, answer)
        self.tally.note(f"{kind.address} {kind.part}", end, took_s)
        if wrong or took_s > SLOW_S:
            self.tally.found.setdefault(
                f"{kind.address} {kind.part}: {end}", f"{name} {took_s:.1f} s {wrong}"
            )

    def _send(self, kind: Kind, body: bytes) -> httpx.Response:
        files = {kind.part: body, **kind.with_it}
        return self._client.post(kind.address, params=kind.query, files=files)


def judged(kind: Kind, answer: httpx.Response) -> tuple[str, str]:
    """What came of it in a word, and what is wrong with that."""
    if answer.status_code != 200:
        named = answer.headers.get("content-type") == MEDIA_TYPE and answer.json()["type"]
        good = named and 400 <= answer.status_code < 500
        return f"{answer.status_code} {named}", "" if good else answer.text[:500]
    if kind.address == "/v1/poses":
        last = json.loads(answer.text.splitlines()[-1])
        said, good = last.get("problem", last["type"]), last["type"] in ("end", "error")
        return f"200 {said}", "" if good and said != "/problems/internal" else str(last)
    told = answer.json().get("error", {}).get("type", "end")
    return f"200 {told}", "" if told != "/problems/internal" else answer.text[-500:]


def served(folder: Path) -> RunningServer:
    """A server that decodes in processes of their own, and does not wait long for them."""
    temp = folder / "temp"
    temp.mkdir()
    jobs = str(folder / "jobs")
    return RunningServer(temp, device="cpu", sandbox="on", decode_idle_s=IDLE_S, jobs_dir=jobs)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    chosen = parser.parse_args()
    pulled_networks()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server:
        tally = Attack(server, Path(folder)).run(chosen.first, chosen.cases)
    print(tally.report())
    if tally.found:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
