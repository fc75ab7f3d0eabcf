"""How many live streams one server carries, and what becomes of those it does not.

python -m tests.benchmarks.stream_load [--streams 1 2 4 8] [--seconds 20] [--fps 30] [--size 640x480]
python -m tests.benchmarks.stream_load --overload [--seconds 600]     four times what it can carry

The server is a process of its own; this one shares the cores with it, and says what it takes of them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from service.client import Dropped, FlowPose, FrameError, PoseAnswer
from tests.benchmarks.clips import PERIOD, moving_person
from tests.videos import jpeg

LOOKAHEAD = 15
WARM_UP_S = 2.0  # not measured: the first pictures find the person
OVERLOAD = 4
TRIAL_S, TRIAL_STREAMS = 6.0, 3


@dataclass
class Tally:
    """What became of the pictures of one stream; those sent before ``since`` are not counted.

    ``places`` numbers the pictures with a provisional answer: a final lags by so many of them.
    """

    since: float
    sent: dict[int, float] = field(default_factory=dict)
    provisional: int = 0
    drops: Counter[str] = field(default_factory=Counter)
    latency_ms: list[float] = field(default_factory=list)
    round_trip_ms: list[float] = field(default_factory=list)
    lags: list[int] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    stopping: bool = False

    def take(self, answer: PoseAnswer | Dropped | FrameError) -> None:
        """Note an answer."""
        now, sent = time.perf_counter(), self.sent[answer.seq]
        if isinstance(answer, PoseAnswer):
            if answer.stage == "provisional":
                self.places[answer.seq] = len(self.places)
            elif not self.stopping and sent >= self.since:
                self.lags.append(len(self.places) - 1 - self.places[answer.seq])
        if sent < self.since:
            return
        if isinstance(answer, Dropped):
            self.drops[answer.reason] += 1
        elif isinstance(answer, FrameError):
            self.drops["error"] += 1
        elif answer.stage == "provisional":
            self.provisional += 1
            self.latency_ms.append(answer.latency_ms)
            self.round_trip_ms.append((now - sent) * 1e3)

    def measured(self) -> int:
        """Pictures sent that count."""
        return sum(sent >= self.since for sent in self.sent.values())


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took over some seconds: percent of one core, and most memory."""

    cpu: float
    rss_mib: float


async def drive(url: str, pictures: list[bytes], fps: float | None, seconds: float, phase: int = 0) -> Tally:
    """Send pictures for so long, at a rate or as fast as they are answered."""
    began = time.perf_counter()
    tally = Tally(began + WARM_UP_S)

    async def shots() -> AsyncIterator[tuple[float, bytes]]:
        for seq in count():
            if fps is not None:
                await asyncio.sleep(began + (seq + phase / 8) / fps - time.perf_counter())
            now = time.perf_counter()
            if now - began >= seconds + WARM_UP_S:
                break
            tally.sent[seq] = now
            yield now - began, pictures[(seq + 7 * phase) % len(pictures)]
        tally.stopping = True

    unanswered = 2 if fps is None else 1 << 30
    async for answer in FlowPose(url).stream(shots(), unanswered=unanswered, lookahead=LOOKAHEAD):
        tally.take(answer)
    return tally


async def drive_many(
    server: psutil.Process, url: str, pictures: list[bytes], streams: int, fps: float, seconds: float
) -> tuple[list[Tally], Usage, Usage, list[float]]:
    """Drive streams side by side; also what server and driver took, and the server's memory as it went."""
    own = psutil.Process()
    watch = asyncio.create_task(_watch(server, seconds))
    before, began = (_cpu_s(server), _cpu_s(own)), time.perf_counter()
    tallies = await asyncio.gather(*(drive(url, pictures, fps, seconds, n) for n in range(streams)))
    took = time.perf_counter() - began
    used = [(_cpu_s(each) - start) / took * 100 for each, start in zip((server, own), before, strict=True)]
    course = await watch
    return list(tallies), Usage(used[0], max(course)), Usage(used[1], _rss_mib(own)), course


async def _watch(server: psutil.Process, seconds: float) -> list[float]:
    """The server's memory, about a hundred times."""
    course = []
    ends = time.perf_counter() + WARM_UP_S + seconds
    await asyncio.sleep(WARM_UP_S)
    while time.perf_counter() < ends:
        course.append(_rss_mib(server))
        await asyncio.sleep(max(0.1, seconds / 100))
    return course


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _rss_mib(process: psutil.Process) -> float:
    return float(process.memory_info().rss / 2**20)


@contextmanager
def serving() -> Iterator[tuple[psutil.Process, str]]:
    """The real server, on any port."""
    command = [sys.executable, "-m", "service.cli", "serve", "--port", "0"]
    environment = os.environ | {"NO_COLOR": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        told = ""
        for line in process.stderr:
            told += line
            if found := re.search(r"FlowPose is at (http://\S+?),", line):
                break
        else:
            raise RuntimeError(f"the server did not start: {told}")
        rest = threading.Thread(target=process.stderr.read)  # or the server waits for a reader
        rest.start()
        try:
            yield psutil.Process(process.pid), found[1]
        finally:
            process.terminate()
            rest.join()


def _percentiles(values: list[float]) -> str:
    return " / ".join(f"{value:.0f}" for value in np.percentile(values, [50, 95, 99])) if values else "-"


def _row(tallies: list[Tally], seconds: float, usage: Usage, driver: Usage, idle_mib: float) -> list[str]:
    drops = sum((tally.drops for tally in tallies), Counter[str]())
    lags = [lag for tally in tallies for lag in tally.lags]
    return [
        str(len(tallies)),
        f"{sum(tally.measured() for tally in tallies) / seconds:.1f}",
        f"{sum(tally.provisional for tally in tallies) / seconds:.1f}",
        ", ".join(f"{reason} {number}" for reason, number in sorted(drops.items())) or "0",
        _percentiles([value for tally in tallies for value in tally.latency_ms]),
        _percentiles([value for tally in tallies for value in tally.round_trip_ms]),
        f"{min(lags)}..{max(lags)}" if lags else "-",
        f"{usage.cpu:.0f} + {driver.cpu:.0f}",
        f"{usage.rss_mib:.0f}",
        f"{(usage.rss_mib - idle_mib) / len(tallies):.0f}",
    ]


def _table() -> Table:
    return Table(
        "streams",
        "sent/s",
        "answered/s",
        "dropped",
        "latency ms\np50/p95/p99",
        "round trip ms\np50/p95/p99",
        "final lag\nframes",
        "CPU %\nserver + driver",
        "RSS MiB",
        "per stream",
    )


def table(streams: list[int], pictures: list[bytes], fps: float, seconds: float) -> None:
    """Measure each number of streams against one server."""
    rows = _table()
    with serving() as (server, url):
        asyncio.run(drive(url, pictures, None, 1.0))  # compiles, and fills what is kept
        idle_mib = _rss_mib(server)
        for number in streams:
            tallies, used, driver, _ = asyncio.run(drive_many(server, url, pictures, number, fps, seconds))
            rows.add_row(*_row(tallies, seconds, used, driver, idle_mib))
    print(f"{fps:g} frames/s each, {seconds:g} s, {os.cpu_count()} cores; idle server {idle_mib:.0f} MiB")
    Console(width=150).print(rows)


def overload(pictures: list[bytes], fps: float, seconds: float) -> None:
    """Find out what the server can carry, give it four times that, and watch its memory."""
    with serving() as (server, url):
        carried = asyncio.run(_carried(url, pictures))
        streams = max(1, round(OVERLOAD * carried / fps))
        idle_mib = _rss_mib(server)
        print(
            f"carries {carried:.1f} frames/s; gets {streams} streams of {fps:g} for {seconds:g} s", flush=True
        )
        tallies, used, driver, course = asyncio.run(drive_many(server, url, pictures, streams, fps, seconds))
    rows = _table()
    rows.add_row(*_row(tallies, seconds, used, driver, idle_mib))
    Console(width=150).print(rows)
    parts = [course[int(part * (len(course) - 1))] for part in (0, 0.25, 0.5, 0.75, 1)]
    print("RSS MiB at the start, quarter by quarter, at the end:", " ".join(f"{mib:.0f}" for mib in parts))


async def _carried(url: str, pictures: list[bytes]) -> float:
    """Pictures a second that are answered when some streams send as fast as that."""
    tallies = await asyncio.gather(*(drive(url, pictures, None, TRIAL_S, n) for n in range(TRIAL_STREAMS)))
    return sum(tally.provisional for tally in tallies) / TRIAL_S


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--fps", type=float, default=30)
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--overload", action="store_true")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    pictures = [jpeg(picture) for picture in moving_person(PERIOD, (width, height))]
    if arguments.overload:
        overload(pictures, arguments.fps, arguments.seconds)
    else:
        table(arguments.streams, pictures, arguments.fps, arguments.seconds)


if __name__ == "__main__":
    main()
