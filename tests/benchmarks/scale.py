"""What a frame, a stream and a start cost, whether the model of scale holds, and what it says of large runs.

python -m tests.benchmarks.scale [--page deploy/scale.md] [--seconds 15]

Counts processor seconds, not seconds, so that other work on the machine disturbs little. Each prediction is
made from small loads and compared with a larger one. With `--page` the tables are put into the page, between
its marks.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.benchmarks.clips import PERIOD, moving_person, write_person
from tests.benchmarks.scale_model import MPX
from tests.benchmarks.scale_page import FileCost, LiveCost, Start, put_into, report
from tests.benchmarks.stream_load import drive, drive_many, serving
from tests.running import eventually
from tests.videos import jpeg

SIZES = ((640, 360), (1280, 720), (1920, 1080))  # the last is predicted from the others
STREAMS = (1, 2, 4, 8)  # likewise
LIVE_SIZE, LIVE_RATE = (640, 480), 4.0  # pictures a second of each stream: all of them are carried
SHORT, LONG = 40, 240  # frames; their difference costs what frames cost, without the start
SECONDS = 15.0
STREAM = "/v1/stream"
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of `flowpose run`: processor seconds of all its processes, and its results."""

    cpu_s: float
    lines: list[bytes]


def run(clip: Path, output: Path) -> Ran:
    """Work on a clip as the service does, decoders in their sandbox."""
    command = [sys.executable, "-m", "service.cli", "run", str(clip), "-o", str(output)]
    environment = os.environ | {"FLOWPOSE_SANDBOX": "on"}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    frames = [line for line in output.read_bytes().splitlines() if b'"type":"frame"' in line]
    return Ran(usage.ru_utime + usage.ru_stime, frames)


def file_cost(size: tuple[int, int], folder: Path) -> FileCost:
    """What a frame of a video of this size costs."""
    runs, sizes = [], []
    for frames in (SHORT, LONG):
        clip = write_person(folder / f"{frames}.mp4", frames, size)
        sizes.append(clip.stat().st_size)
        runs.append(run(clip, folder / "out.ndjson"))
    cpu_s = (runs[1].cpu_s - runs[0].cpu_s) / (LONG - SHORT)
    text = b"\n".join(runs[1].lines)
    return FileCost(size, size[0] * size[1] / MPX, cpu_s, len(text) / LONG, len(gzip.compress(text)) / LONG)


def live_costs(streams: tuple[int, ...], seconds: float) -> Iterator[LiveCost]:
    """What pictures and open streams cost, one number of streams after the other, of one server."""
    pictures = [jpeg(picture) for picture in moving_person(PERIOD, LIVE_SIZE)]
    with serving() as (server, url):
        asyncio.run(drive(url, pictures, None, 1.0))  # compiles, and fills what is kept
        for number in streams:
            yield _live_cost(server, url, pictures, number, seconds)


def _live_cost(
    server: psutil.Process, url: str, pictures: list[bytes], streams: int, seconds: float
) -> LiveCost:
    before = _told(url)
    tallies, _, _, course = asyncio.run(drive_many(server, url, pictures, streams, LIVE_RATE, seconds))
    after = _told(url)
    grown = {name: after[name] - before.get(name, 0.0) for name in after}
    answered = grown["pose_frames_processed_total live"]
    sent = sum(len(tally.sent) for tally in tallies)
    return LiveCost(
        streams=streams,
        sent=sent,
        answered=int(answered),
        cpu_s=grown["process_cpu_seconds_total"] / answered,
        memory_bytes=statistics.median(course[len(course) // 2 :]) * MIB,
        picture_bytes=grown[f"http_received_bytes_total {STREAM}"] / sent,
        answers_bytes=grown[f"http_sent_bytes_total {STREAM}"] / answered,
    )


def _told(url: str) -> dict[str, float]:
    """What `/metrics` says, by name and the values of its labels."""
    text = httpx.get(f"{url}/metrics", timeout=60).raise_for_status().text
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {" ".join((sample.name, *sample.labels.values())): sample.value for sample in samples}


def start(kernels: Path, name: str) -> Start:
    """How long a server takes until it is ready; compiled kernels are kept in a folder."""
    os.environ["NUMBA_CACHE_DIR"] = str(kernels)  # of this program's servers from now on
    began = time.perf_counter()
    with serving() as (server, url):
        assert eventually(lambda: _ready(url))
        wall_s = time.perf_counter() - began
        times = server.cpu_times()
        cpu_s = float(times.user + times.system)
        memory = float(server.memory_info().rss)
    return Start(name, wall_s, cpu_s, memory)


def _ready(url: str) -> bool:
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--page", type=Path, help="a Markdown file to put the tables into")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each number of streams")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [file_cost(size, Path(folder)) for size in SIZES]
        live = list(live_costs(STREAMS, arguments.seconds))
        kernels = Path(folder) / "kernels"
        starts = [start(kernels, name) for name in ("first, compiles kernels", "later")]
    text = report(files, live, starts)
    print(text)
    if arguments.page:
        put_into(arguments.page, text)


if __name__ == "__main__":
    main()
