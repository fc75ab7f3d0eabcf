"""How long `/livez` takes while live streams, videos and jobs ask for more than the machine has.

python -m tests.benchmarks.livez_under_load [--seconds 30] [--streams 3] [--videos 2] [--jobs 2]

The server is a process of its own, and so is the one that asks; the driver of the load and whatever else runs
share the cores with them. Each question comes on a connection of its own, as a health check's does.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import threading
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.clips import PERIOD, moving_person, write_person
from tests.benchmarks.stream_load import drive, serving
from tests.videos import jpeg

EVERY_S = 0.05
IDLE_S = 5.0
SIZE = (640, 480)
FRAMES = 400  # of a video, which is sent again when it is done
MP4 = {"Content-Type": "video/mp4"}
MS = 1e3


def ask(url: str, seconds: float) -> list[float]:
    """Milliseconds of each answer, one question after the other."""
    took = []
    ends_s = time.perf_counter() + seconds
    while time.perf_counter() < ends_s:
        began_s = time.perf_counter()
        with closing(HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
            connection.request("GET", "/livez")
            answer = connection.getresponse()
            answer.read()
        took.append(MS * (time.perf_counter() - began_s))
        assert answer.status == 200, answer.status
        time.sleep(EVERY_S)
    return took


def video(url: str, body: bytes, stopped: threading.Event) -> None:
    """Read answers until told to stop."""
    while not stopped.is_set():
        with httpx.stream(
            "POST", f"{url}/v1/poses?format=ndjson", content=body, headers=MP4, timeout=60
        ) as answer:
            for _ in answer.iter_lines():
                if stopped.is_set():
                    return


def jobs(url: str, body: bytes, count: int) -> list[str]:
    """Put videos into the queue; where they are."""
    answers = [httpx.post(f"{url}/v1/jobs", content=body, headers=MP4, timeout=60) for _ in range(count)]
    return [answer.raise_for_status().headers["location"] for answer in answers]


async def streams(url: str, pictures: list[bytes], count: int, seconds: float) -> int:
    """Drive live streams, each as fast as it is answered; pictures answered in all."""
    tallies = await asyncio.gather(*(drive(url, pictures, None, seconds, n) for n in range(count)))
    return sum(tally.provisional for tally in tallies)


def loaded(url: str, body: bytes, asker: Executor, arguments: argparse.Namespace) -> tuple[list[float], int]:
    """Ask while everything runs; also the pictures that streams were answered meanwhile."""
    pictures = [jpeg(picture) for picture in moving_person(PERIOD, SIZE)]
    stopped = threading.Event()
    begun = jobs(url, body, arguments.jobs)
    videos = [threading.Thread(target=video, args=(url, body, stopped)) for _ in range(arguments.videos)]
    for thread in videos:
        thread.start()
    asking = asker.submit(ask, url, arguments.seconds)
    answered = asyncio.run(streams(url, pictures, arguments.streams, arguments.seconds))
    took = asking.result()
    stopped.set()
    for thread in videos:
        thread.join()
    for place in begun:
        httpx.delete(f"{url}{place}", timeout=60)
    return took, answered


def _row(name: str, took: list[float]) -> list[str]:
    p50, p95, p99 = np.percentile(took, [50, 95, 99])
    return [name, str(len(took)), f"{p50:.1f}", f"{p95:.1f}", f"{p99:.1f}", f"{max(took):.1f}"]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--streams", type=int, default=3)
    parser.add_argument("--videos", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    table = Table("/livez", "asked", "p50 ms", "p95 ms", "p99 ms", "most ms")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving() as (_, url),
        ProcessPoolExecutor(1, get_context("spawn")) as asker,
    ):
        body = write_person(Path(folder) / "clip.mp4", FRAMES, SIZE).read_bytes()
        table.add_row(*_row("idle", asker.submit(ask, url, IDLE_S).result()))
        took, answered = loaded(url, body, asker, arguments)
    what = f"{arguments.streams} streams, {arguments.videos} videos, {arguments.jobs} jobs"
    table.add_row(*_row(what, took))
    Console(width=100).print(table)
    rate = answered / arguments.seconds
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {rate:.1f} live pictures/s")


if __name__ == "__main__":
    main()
