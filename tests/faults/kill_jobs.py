"""Kill -9 while jobs are worked on: every result must equal that of a run that nobody disturbed.

    python -m tests.faults.kill_jobs --kills 100

Starts the real server, learns the right answer about a short video from `POST /v1/poses`, submits jobs, and
kills the server at random moments, its start included. After each start every line that had been read before
must be there, unchanged; each job that ends must have the right answer, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import skimage.data

from service.jobs.job import Job
from service.jobs.sql_store import SqlStore
from tests.faults.served import ServedProcess
from tests.running import pulled_networks
from tests.videos import steady, write_video

MP4 = {"Content-Type": "video/mp4"}
AT_ONCE = 2  # jobs that wait or run
LIFE_FRAMES = 40  # the most new frames of one life
LIFE_S = 60.0  # and its longest time, on a machine that is busy
THEN_S = 1.5  # up to so long after them comes the end: between checkpoints, too
BEFORE_UP = 0.1  # share of lives that end during the start
EVERY = 10  # kills between two tables
VARYING = ("seconds", "fps")


@dataclass
class Tally:
    """What has happened.

    Attributes
    ----------
    kills, during_start
        How often the server was killed; how often of these before it was up.
    jobs
        Jobs that came to their end.
    frames
        Frames that were done when a job was interrupted, over all interruptions.
    redone
        Frames that went through the network a second time.
    lost
        Lines that had been read and were gone or changed after a start.
    wrong
        Jobs whose result is not the right one.
    start_s
        Seconds from each start to the first answer.
    """

    kills: int = 0
    during_start: int = 0
    jobs: int = 0
    interrupted: int = 0
    frames: int = 0
    redone: int = 0
    lost: int = 0
    wrong: int = 0
    start_s: list[float] = field(default_factory=list)

    def table(self) -> str:
        """To be printed."""
        rows = {
            "kill -9": self.kills,
            "  of these during the start": self.during_start,
            "jobs interrupted": self.interrupted,
            "jobs ended": self.jobs,
            "results that differ": self.wrong,
            "frames lost or changed": self.lost,
            "frames done when interrupted": self.frames,
            "frames redone": self.redone,
            "median start, s": round(float(np.median(self.start_s or [0])), 1),
        }
        return "\n".join(f"| {name} | {value} |" for name, value in rows.items())


def write_clip(path: Path, frames: int) -> Path:
    """A person past whom the camera moves; a cut in the middle, and frames of uneven length."""
    picture = skimage.data.astronaut()
    times = [time_s + (n % 5) / 300 for n, time_s in enumerate(steady(frames, 25))]
    return write_video(path, _pictures(picture, frames), times)


def _pictures(picture: Any, frames: int) -> Iterator[Any]:
    for n in range(frames):
        x = abs((3 * n) % 400 - 200)
        seen = picture[:288, x : x + 288] if n < frames // 2 else picture[20:308, x : x + 288][:, ::-1] // 2
        yield np.ascontiguousarray(seen)


class Run:
    """One fault run.

    Parameters
    ----------
    folder
        For everything.
    frames
        Length of the video.
    seed
        Of the moments.
    """

    def __init__(self, folder: Path, frames: int, seed: int) -> None:
        self.tally = Tally()
        self._chance = random.Random(seed)
        self._video = write_clip(folder / "clip.mp4", frames).read_bytes()
        self._server = ServedProcess(folder, device="cpu", threads=1, sandbox="off")
        self._store = f"sqlite:///{folder / 'jobs' / 'jobs.sqlite3'}"
        self._right: tuple[list[bytes], dict[str, Any]] = ([], {})
        self._seen: dict[str, list[bytes]] = {}
        self._submitted = 0

    def through(self, kills: int) -> Tally:
        """Kill so many times, then let what is left come to its end."""
        try:
            self._up()
            self._right = parted(self._poses())
            while self.tally.kills < kills:
                self._life()
            self._end()
        finally:
            self._server.stop()
        return self.tally

    def _life(self) -> None:
        """Let the server live for a while, and kill it."""
        if self._server.alive:
            self._tend()
            self._let_work(self._chance.randint(0, LIFE_FRAMES))
            time.sleep(self._chance.uniform(0, THEN_S))
            self._look()
        else:
            self._server.start()
            if self._chance.random() < BEFORE_UP:
                time.sleep(self._chance.uniform(0, 4))
                self.tally.during_start += 1
            else:
                self._wait_up()
                return
        self._server.signal(signal.SIGKILL)
        self.tally.kills += 1
        self._count_redone()
        if self.tally.kills % EVERY == 0:
            print(self.tally.table(), end="\n\n", flush=True)

    def _let_work(self, frames: int) -> None:
        """Wait until so many frames more are done, or a job has ended."""
        until, ends_at = None, time.monotonic() + LIFE_S
        with self._server.client as client:
            while time.monotonic() < ends_at:
                jobs = client.get("/v1/jobs").raise_for_status().json()["jobs"]
                done = sum(job["frames"] for job in jobs)
                until = done + frames if until is None else until
                if done >= until or any(job["state"] == "succeeded" for job in jobs):
                    return
                time.sleep(0.2)

    def _up(self) -> None:
        self._server.start()
        self._wait_up()

    def _wait_up(self) -> None:
        began = time.monotonic()
        self._server.wait_until_up()
        self.tally.start_s.append(time.monotonic() - began)
        self._look()

    def _poses(self) -> bytes:
        with self._server.client as client:
            client.timeout = httpx.Timeout(None)
            answer = client.post("/v1/poses?format=ndjson", content=self._video, headers=MP4)
            return answer.raise_for_status().content

    def _tend(self) -> None:
        """Check the jobs that have ended, and submit new ones."""
        with self._server.client as client:
            jobs = client.get("/v1/jobs").raise_for_status().json()["jobs"]
            for job in jobs:
                if job["state"] in ("succeeded", "failed"):
                    self._check(client, job["id"])
            waiting = sum(job["state"] in ("queued", "running") for job in jobs)
            for _ in range(AT_ONCE - waiting):
                self._submitted += 1
                key = {"Idempotency-Key": f"job {self._submitted}"}
                client.post("/v1/jobs", content=self._video, headers=MP4 | key).raise_for_status()

    def _check(self, client: httpx.Client, id_: str) -> None:
        """Compare the whole result, and let it go."""
        lines, end = parted(client.get(f"/v1/jobs/{id_}/results").raise_for_status().content)
        self.tally.jobs += 1
        self.tally.wrong += (lines, end) != self._right
        self._seen.pop(id_, None)
        client.delete(f"/v1/jobs/{id_}").raise_for_status()

    def _look(self) -> None:
        """Read what is there; what was there before must still be."""
        with self._server.client as client:
            for job in client.get("/v1/jobs").raise_for_status().json()["jobs"]:
                lines, _ = parted(client.get(f"/v1/jobs/{job['id']}/results").content)
                before = self._seen.get(job["id"], [])
                same = sum(one == other for one, other in zip(before, lines, strict=False))
                self.tally.lost += len(before) - same
                self._seen[job["id"]] = lines

    def _count_redone(self) -> None:
        """What the next server has to do again, from the books of the dead one."""
        store = SqlStore(self._store)
        for job in store.page(None, None, 100, None):
            if job.state == "running":
                done = self._lines_of(job)
                self.tally.interrupted += 1
                self.tally.frames += done
                self.tally.redone += done - _resumed_at(job)
        store.close()

    def _lines_of(self, job: Job) -> int:
        folder = self._server.folder / "jobs" / "files" / job.id / "results"
        return sum(path.read_bytes().count(b"\n") for path in folder.iterdir()) if folder.is_dir() else 0

    def _end(self) -> None:
        """Let all jobs come to their end."""
        if not self._server.alive:
            self._up()
        with self._server.client as client:
            while jobs := client.get("/v1/jobs").raise_for_status().json()["jobs"]:
                for job in jobs:
                    if job["state"] in ("succeeded", "failed"):
                        self._check(client, job["id"])
                time.sleep(0.5)


def _resumed_at(job: Job) -> int:
    """The first frame that goes through the network again."""
    return 0 if job.checkpoint is None else int(json.loads(job.checkpoint)["memory"]["frame"]) + 1


def parted(document: bytes) -> tuple[list[bytes], dict[str, Any]]:
    """First line and frames as they are; the last line without what time it took."""
    lines = [line for line in document.splitlines() if not line.startswith(b'{"type":"progress"')]
    end: dict[str, Any] = {}
    if lines and lines[-1].startswith((b'{"type":"end"', b'{"type":"error"')):
        end = {name: value for name, value in json.loads(lines.pop()).items() if name not in VARYING}
    return lines, end


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    pulled_networks()
    with tempfile.TemporaryDirectory() as folder:
        tally = Run(Path(folder), chosen.frames, chosen.seed).through(chosen.kills)
    print(tally.table())
    if tally.wrong or tally.lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
