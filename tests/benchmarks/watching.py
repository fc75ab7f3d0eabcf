"""What it costs a frame to be counted, timed and named in logs: a share of the processor time of its path.

python -m tests.benchmarks.watching [--frames 200] [--size 640x480]

Both sides are processor time of this process, which other programs on the machine do not lengthen by much:
how often a frame tells its watch is counted on the real path, what one telling takes is measured by itself.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from service.carrying import CarryingPool
from service.engine import Engine
from service.media.frame import Frame
from service.options import Options
from service.settings import Settings
from service.telemetry.metrics import Metrics
from service.telemetry.visit import Visit
from service.watch import Watch, timed, watch, watched_by
from tests.benchmarks.clips import moving_person

WARM_UP = 30  # frames, not measured
CALLS = 20_000
POOLS = 2  # threads that a frame's work is handed to: flow and pooling


class Counting(Watch):
    """Counts what it is told."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def stage(self, stage: str, seconds: float) -> None:
        """Count it."""
        self.calls["stage"] += 1

    def answered(self, mode: str, stage: str) -> None:
        """Count it."""
        self.calls["answered"] += 1

    def waited(self, seconds: float) -> None:
        """Count it."""
        self.calls["waited"] += 1

    def ran(self, crops: int) -> None:
        """Count it."""
        self.calls["ran"] += 1


def on_the_path(frames: int, size: tuple[int, int]) -> tuple[Counter[str], float]:
    """What a watch is told in all, and seconds of processor time that a frame takes without one."""
    settings, counting = Settings(), Counting()
    pictures = list(moving_person(WARM_UP + frames, size))
    with Engine(settings.models_dir, settings.device, settings.threads) as engine:
        engine.warm(Options())
        with engine.stream(Options()) as stream:
            for n, picture in enumerate(pictures):
                if n == WARM_UP:
                    began_s = time.process_time()
                stream.push(Frame(n, n / 30, picture))
            took_s = (time.process_time() - began_s) / frames
        with watched_by(counting), engine.stream(Options()) as stream:
            for n, picture in enumerate(pictures[:frames]):
                stream.push(Frame(n, n / 30, picture))
            stream.finish()
    counting.calls["stage"] += 2 * frames  # decoding, and writing the answer
    return counting.calls, took_s


def one_call(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    for _ in range(CALLS // 10):
        work()
    began_s = time.thread_time()
    for _ in range(CALLS):
        work()
    return (time.thread_time() - began_s) / CALLS


def handing_over() -> float:
    """What it takes more to hand work to a thread with the context than without."""
    with CarryingPool(1) as carrying:
        carried = _submitted(carrying.submit)
        plain = _submitted(super(CarryingPool, carrying).submit)
    return max(0.0, carried - plain)


def _submitted(submit: Callable[[Callable[[], None]], object]) -> float:
    began_s = time.process_time()
    for _ in range(CALLS // 10):
        submit(lambda: None).result()  # type: ignore[attr-defined]
    return (time.process_time() - began_s) / (CALLS // 10)


def _stage() -> None:
    with timed("network"):
        pass


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--size", default="640x480")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    calls, frame_s = on_the_path(arguments.frames, (width, height))
    with watched_by(Visit(Metrics(), {"request_id": "benchmark"})):
        each_s = {
            "stage": one_call(_stage),
            "answered": one_call(lambda: watch().answered("file", "final")),
            "waited": one_call(lambda: watch().waited(0.001)),
            "ran": one_call(lambda: watch().ran(1)),
        }
    calls["handed to a thread"], each_s["handed to a thread"] = POOLS * arguments.frames, handing_over()
    table = Table("told", "times a frame", "us each", "us a frame")
    for name, each in each_s.items():
        times = calls[name] / arguments.frames
        table.add_row(name, f"{times:.2f}", f"{1e6 * each:.2f}", f"{1e6 * each * times:.1f}")
    total_s = sum(each * calls[name] / arguments.frames for name, each in each_s.items())
    Console(width=100).print(table)
    print(f"a frame of {arguments.size}: {1e3 * frame_s:.1f} ms of processor time")
    print(f"being watched: {1e6 * total_s:.0f} us of it, {100 * total_s / frame_s:.2f} %")


if __name__ == "__main__":
    main()
