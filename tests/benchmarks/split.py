"""One video on two workers of one core each against one of them, and what the overlap of segments costs.

    python -m tests.benchmarks.split [--frames 2400] [--segment 600] [--repeat 3] [--model blazepose-full]

Every worker is bound to a core of its own, and has opened its networks before the clock starts. The ways take
turns, so that whatever else the machine does falls on both; the ratio is the median over turns. The second
table is counted, not timed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from service.media.limits import MediaLimits
from service.media.reader import HERE
from service.options import Options
from service.split.crew import Crew, Worker
from service.split.identity import Identity
from service.split.join import Tally
from service.split.processes import ProcessWorker
from service.split.segment import segments_of
from service.split.split import Split
from service.split.task import Order
from service.stream_memory import WARM_UP
from tests.benchmarks.clips import write_person
from tests.running import pulled_networks

HOUR = 108_000  # frames of 30 a second
LENGTHS = (300, 600, 1200, 2400, 4800, 9600)


class Pinned(ProcessWorker):
    """A worker with one core, which outlives the crews that it is in."""

    def __init__(self, order: Order, core: int) -> None:
        super().__init__(order)
        for thread in psutil.Process(self.pid).threads():
            os.sched_setaffinity(thread.id, {core})
        self._identity = super().identity()

    def identity(self) -> Identity:
        """As it said at first."""
        return self._identity

    def close(self) -> None:
        """Stay."""

    def end(self) -> None:
        """Go."""
        super().close()


@dataclass(frozen=True, slots=True)
class Turn:
    """One pass over the video."""

    seconds: float
    tally: Tally


def turn(workers: list[Pinned], order: Order, segment: int | None) -> Turn:
    """Do the video once; in one piece if ``segment`` is None."""
    path = Path(order.video)
    idle: list[Worker] = list(workers)
    with Crew(idle.pop, len(workers)) as crew, HERE.open_video(path, order.limits) as video:
        shared = Split(crew, order, path, HERE, segment or 1 << 40)
        began = time.perf_counter()
        join = shared.join(video)
        for _ in join:
            pass
        return Turn(time.perf_counter() - began, join.tally)


def compare(order: Order, segment: int, repeat: int) -> None:
    """Print frames/s of one worker alone and of two together, and the ratio."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    with ExitStack() as held:
        workers = [Pinned(order, core) for core in cores]
        for worker in workers:
            held.callback(worker.end)
        turn(workers, order, segment)  # to warm up
        turns: list[tuple[Turn, Turn]] = []
        for _ in range(repeat):
            turns.append((turn(workers[:1], order, None), turn(workers, order, segment)))
    for name, passes in zip(("one worker, one piece", "two workers"), zip(*turns, strict=True), strict=True):
        fastest = min(passes, key=lambda each: each.seconds)
        tally = fastest.tally
        print(
            f"| {name} | {tally.segments} | {tally.delivered / fastest.seconds:.1f} "
            f"| {tally.worked / tally.delivered:.3f} | {tally.mended} |"
        )
    ratios = [one.seconds / two.seconds for one, two in turns]
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"\nTwo workers against one: {statistics.median(ratios):.2f} ({each})")


def overlaps(options: Options) -> None:
    """Print how many more frames are worked on than are answered, by length of the segments."""
    print("\n| frames in a segment | seconds at 30 a second | worked on / answered |\n|---|---|---|")
    for length in LENGTHS:
        segments = segments_of(HOUR, options, length)
        worked = sum(
            min(each.stop or HOUR, HOUR) - (each.first - WARM_UP if each.anchor is not None else 0)
            for each in segments
        )
        print(f"| {length} | {length / 30:.0f} | {worked / HOUR:.3f} |")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--frames", type=int, default=2400)
    parser.add_argument("--segment", type=int, default=600)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--model", default="blazepose-full")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    pulled_networks()
    with tempfile.TemporaryDirectory() as folder:
        clip = write_person(Path(folder) / "clip.mp4", arguments.frames, (width, height))
        options = Options(model=arguments.model, renew=arguments.segment)
        order = Order(str(clip), options, MediaLimits(), trusted=True, threads=1)
        print("| | segments | frames/s | worked on / answered | begun again |\n|---|---|---|---|---|")
        compare(order, arguments.segment, arguments.repeat)
        overlaps(order.options)


if __name__ == "__main__":
    main()
