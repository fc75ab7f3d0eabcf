"""A server under requests of every kind for an hour: does anything grow?

python -m tests.benchmarks.soak --minutes 60 [--out .artefacts/soak] [--only videos streams]

Videos in several formats, pictures, broken files, labels, jobs and live streams, one after the other. Memory
of the server and its decoders, threads, descriptors and temporary files are sampled; prints how each of them
grows, by a robust line through all samples after the warm-up, and saves samples and a plot.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import httpx
import numpy as np
import psutil
from matplotlib.figure import Figure
from scipy.stats import theilslopes

from tests.benchmarks.clips import PERIOD, moving_person, write_person
from tests.benchmarks.stream_load import WARM_UP_S, drive
from tests.faults.places import server_on, workers
from tests.faults.served import ServedProcess
from tests.fuzz.bodies import JPEG, labels, write_videos
from tests.fuzz.mutate import mutated
from tests.running import pulled_networks
from tests.videos import jpeg

EVERY_S = 2.0
WARM_UP = 0.2  # of the time: networks are compiled, and pools fill up
FRAMES, SIZE = 24, (320, 240)
FORMATS = ("json", "ndjson", "csv", "coco", "openpose", "mediapipe", "trc", "c3d", "mp4")
STREAM_S = 1.0  # and up to one more
KINDS = ("videos", "pictures", "broken", "labels", "jobs", "streams", "others")
PATIENT = httpx.Timeout(300)
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Sample:
    """What the server held at a moment, and how many requests it had had."""

    seconds: float
    requests: int
    rss_mib: float
    decoders_mib: float
    threads: int
    descriptors: int
    processes: int
    temp_files: int


class Soak:
    """The requests, and what is seen meanwhile.

    Parameters
    ----------
    server
        Up.
    folder
        For small videos; the server's temporary files are in its `temp`.
    """

    def __init__(self, server: ServedProcess, folder: Path) -> None:
        self.samples: list[Sample] = []
        self.requests = 0
        self._server = server
        self._folder = folder
        self._process = server_on(server.port)
        self._client = server.client
        self._client.timeout = PATIENT
        self._chance = random.Random(1)
        self._person = write_person(folder / "person.mp4", FRAMES, SIZE).read_bytes()
        self._small = write_videos(folder)
        self._pictures = [jpeg(picture) for picture in moving_person(PERIOD, SIZE)]
        self._began_s = time.monotonic()

    @property
    def kinds(self) -> dict[str, Callable[[], None]]:
        """What can be asked, by name."""
        asked = self._video, self._picture, self._broken, self._labels, self._job, self._stream, self._others
        return dict(zip(KINDS, asked, strict=True))

    def run(self, minutes: float, only: Collection[str]) -> None:
        """Ask for all these, again and again."""
        kinds = [kind for name, kind in self.kinds.items() if name in only]
        ends_s, next_s = self._began_s + 60 * minutes, 0.0
        while time.monotonic() < ends_s:
            self._chance.choice(kinds)()
            if time.monotonic() >= next_s:
                self.samples.append(self._look())
                next_s = time.monotonic() + EVERY_S

    def _look(self) -> Sample:
        with self._process.oneshot():
            rss, threads = self._process.memory_info().rss, self._process.num_threads()
            descriptors = self._process.num_fds()
        family = [*self._process.children(), *workers(self._process)]
        decoders = sum(_rss(each) for each in family)
        files = len(list((self._server.folder / "temp").iterdir()))
        passed = round(time.monotonic() - self._began_s, 1)
        held = threads, descriptors, len(family), files
        return Sample(passed, self.requests, round(rss / MIB, 2), round(decoders / MIB, 2), *held)

    def _post(self, address: str, well: bool = True, **more: object) -> httpx.Response:
        self.requests += 1
        answer: httpx.Response = self._client.post(address, **more)  # type: ignore[arg-type]
        if well:
            answer.raise_for_status()
        assert answer.status_code < 500, answer.text
        return answer

    def _video(self) -> None:
        params = {"format": self._chance.choice(FORMATS), "people": self._chance.randint(1, 3)}
        self._post("/v1/poses", content=self._person, params=params)

    def _picture(self) -> None:
        self._post("/v1/images", content=self._chance.choice(self._pictures))

    def _broken(self) -> None:
        body = mutated(self._chance.choice((*self._small, self._person)), self._chance)
        self._post("/v1/poses?window=1", well=False, content=body)
        self._post("/v1/images", well=False, content=mutated(JPEG, self._chance))

    def _labels(self) -> None:
        self._post("/v1/propagate", files={"video": self._chance.choice(self._small), "labels": labels()})

    def _job(self) -> None:
        links = self._post("/v1/jobs", content=self._chance.choice((*self._small, self._person))).json()[
            "links"
        ]
        self._get(links["results"] + "?follow=true")
        self._client.delete(links["self"]).raise_for_status()
        self.requests += 1

    def _stream(self) -> None:
        self.requests += 1
        url = f"http://127.0.0.1:{self._server.port}"
        asyncio.run(drive(url, self._pictures, None, STREAM_S + self._chance.random() - WARM_UP_S))

    def _others(self) -> None:
        for address in (
            "/livez",
            "/readyz",
            "/metrics",
            "/v1/models",
            "/v1/jobs",
            "/openapi.json",
            "/problems",
        ):
            self._get(address)

    def _get(self, address: str) -> None:
        self.requests += 1
        self._client.get(address).raise_for_status()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # a decoder that has done its work
        return 0


def slopes(samples: list[Sample]) -> dict[str, float]:
    """Growth of each column by 1,000 requests: the median of all slopes between samples (Theil and Sen)."""
    kept = samples[int(WARM_UP * len(samples)) :]
    thousands = np.array([each.requests for each in kept]) / 1000
    names = [each.name for each in fields(Sample)][2:]
    return {name: float(theilslopes([getattr(each, name) for each in kept], thousands)[0]) for name in names}


def save(samples: list[Sample], out: Path) -> None:
    """Write the samples and a plot of them."""
    out.mkdir(parents=True, exist_ok=True)
    names = [each.name for each in fields(Sample)]
    with (out / "soak.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(astuple(each) for each in samples)
    figure = Figure(figsize=(8, 11), layout="constrained")
    axes = figure.subplots(len(names) - 2, sharex=True)
    for axis, name in zip(axes, names[2:], strict=True):
        axis.plot([each.requests for each in samples], [getattr(each, name) for each in samples], lw=0.8)
        axis.set_ylabel(name)
        axis.set_ylim(0, 1.1 * axis.get_ylim()[1])
    axes[-1].set_xlabel("requests")
    figure.savefig(out / "soak.png", dpi=110)


def _report(samples: list[Sample], out: Path) -> str:
    first, last = samples[int(WARM_UP * len(samples))], samples[-1]
    rows = [
        f"| {name} | {getattr(first, name)} | {getattr(last, name)} | {slope:+.2f} |"
        for name, slope in slopes(samples).items()
    ]
    head = [f"{last.requests} requests in {last.seconds:.0f} s, {len(samples)} samples", ""]
    table = ["| | after the warm-up | at the end | growth by 1,000 requests |", "|---|---|---|---|", *rows]
    return "\n".join([*head, *table, "", f"plot and samples: {out}"])


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--out", type=Path, default=Path(".artefacts/soak"))
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, help="to find out what grows")
    chosen = parser.parse_args()
    pulled_networks()
    with tempfile.TemporaryDirectory() as folder:
        server = ServedProcess(Path(folder), device="cpu")
        server.start()
        try:
            server.wait_until_up()
            soak = Soak(server, Path(folder))
            try:
                soak.run(chosen.minutes, chosen.only)
            finally:
                soak.close()
        finally:
            server.stop()
    save(soak.samples, chosen.out)
    print(_report(soak.samples, chosen.out))


if __name__ == "__main__":
    main()
