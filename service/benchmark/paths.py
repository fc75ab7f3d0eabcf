"""The whole path of a frame, from the decoded picture to the joints, for one stream and for many."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from service.benchmark.plan import Plan
from service.benchmark.section import Cell, Section
from service.benchmark.timing import median, percentile
from service.engine import Engine
from service.media.frame import Frame, Image
from service.options import FlowMethod, Options
from service.pipeline import PoseStream

MS = 1e3
WARM_FRAMES = 4
PATH_COLUMNS = ("network", "flow", "streams", "frames/s", "frames/s each")
STAGE_COLUMNS = ("network", "flow", "stage", "ms a frame")
LIVE_COLUMNS = ("network", "flow", "streams", "fps each", "median ms", "p95 ms", "in time %")


@dataclass(frozen=True, slots=True)
class Run:
    """Streams that were worked on together.

    Attributes
    ----------
    frames
        Of all of them.
    seconds
        Until the last answer of the last.
    stages
        Seconds by stage, of all streams; they go on beside each other.
    """

    frames: int
    seconds: float
    stages: dict[str, float]


def whole_path(
    plan: Plan, engine: Engine, choices: Sequence[Options], pictures: Sequence[Image]
) -> list[Section]:
    """Frames a second of one stream and of many, and where one stream's time goes.

    Parameters
    ----------
    plan
        How many.
    engine
        Runs them.
    choices
        What is to be measured: networks and flow methods.
    pictures
        What they all see, to and fro.
    """
    rates: list[tuple[Cell, ...]] = []
    stages: list[tuple[Cell, ...]] = []
    for options in choices:
        engine.warm(options)
        alone = run_files(engine, options, pictures, 1, plan.frames)
        for count in dict.fromkeys((1, plan.streams)):
            done = alone if count == 1 else run_files(engine, options, pictures, count, plan.frames)
            rate = done.frames / done.seconds
            rates.append((options.model, options.flow, count, rate, rate / count))
        for stage, seconds in sorted(alone.stages.items(), key=lambda each: -each[1]):
            stages.append((options.model, options.flow, stage, MS * seconds / alone.frames))
    size = f"{pictures[0].shape[1]} x {pictures[0].shape[0]}"
    told = f"Pictures of {size}, made here and in memory; the whole of each is the crop of one person."
    return [
        Section("path", "The whole path", PATH_COLUMNS, tuple(rates), (told,)),
        Section(
            "stages", "One stream by stage", STAGE_COLUMNS, tuple(stages), ("Stages run beside each other.",)
        ),
    ]


def live_streams(
    plan: Plan, engine: Engine, choices: Sequence[Options], pictures: Sequence[Image]
) -> Section:
    """From when a frame is there to its first answer, in live streams that all go at once.

    Parameters
    ----------
    plan, engine, choices, pictures
        As :func:`whole_path` takes them.
    """
    rows: list[tuple[Cell, ...]] = []
    for options in choices:
        engine.warm(options)
        took = run_live(engine, options, pictures, plan.live, plan.fps, plan.frames)
        in_time = 100 * sum(each <= 1 / plan.fps for each in took) / len(took)
        told = (MS * median(took), MS * percentile(took, 0.95), in_time)
        rows.append((options.model, options.flow, plan.live, plan.fps, *told))
    note = "Answers from the past alone, at once; nothing is dropped here, so that what is late stays late."
    return Section("live", "Live streams", LIVE_COLUMNS, tuple(rows), (note,))


def run_files(engine: Engine, options: Options, pictures: Sequence[Image], streams: int, count: int) -> Run:
    """So many streams at a time, each as fast as it goes."""

    def one(stream: PoseStream) -> dict[str, float]:
        before = stream.timings
        for n in range(count):
            stream.push(_frame(pictures, WARM_FRAMES + n))
        stream.finish()
        return {stage: spent - before.get(stage, 0.0) for stage, spent in stream.timings.items()}

    with (
        _warmed(engine, options, pictures, streams, live=False) as warmed,
        ThreadPoolExecutor(streams) as pool,
    ):
        began = time.perf_counter()
        each = list(pool.map(one, warmed))
        seconds = time.perf_counter() - began
    return Run(streams * count, seconds, {stage: sum(one[stage] for one in each) for stage in each[0]})


def run_live(
    engine: Engine, options: Options, pictures: Sequence[Image], streams: int, fps: float, count: int
) -> list[float]:
    """Seconds from the time at which each frame was due to its answer, sorted."""

    def one(stream: PoseStream, first_s: float) -> list[float]:
        took = []
        for n in range(count):
            due = first_s + n / fps
            time.sleep(max(0.0, due - time.perf_counter()))
            stream.push(_frame(pictures, WARM_FRAMES + n))
            took.append(time.perf_counter() - due)
        stream.finish()
        return took

    with (
        _warmed(engine, options, pictures, streams, live=True) as warmed,
        ThreadPoolExecutor(streams) as pool,
    ):
        now = time.perf_counter()
        firsts = [now + which / streams / fps for which in range(streams)]  # cameras do not go in step
        return sorted(each for took in pool.map(one, warmed, firsts) for each in took)


@contextmanager
def _warmed(
    engine: Engine, options: Options, pictures: Sequence[Image], streams: int, live: bool
) -> Iterator[list[PoseStream]]:
    """Streams that have seen their first frames."""
    with ExitStack() as stack:
        opened = [stack.enter_context(engine.stream(options, live=live)) for _ in range(streams)]
        for stream in opened:
            for n in range(WARM_FRAMES):
                stream.push(_frame(pictures, n))
        yield opened


def with_flow(options: Options, flow: FlowMethod) -> Options:
    """The same with another flow; without flow every frame stands for itself."""
    if flow is FlowMethod.NONE:
        return replace(options, flow=flow, window=0, lookahead=0)
    return replace(options, flow=flow)


def _frame(pictures: Sequence[Image], number: int) -> Frame:
    """To and fro through the pictures, so that nothing jumps."""
    if len(pictures) == 1:
        return Frame(number, number / 30, pictures[0])
    place = number % (2 * len(pictures) - 2)
    return Frame(number, number / 30, pictures[min(place, 2 * len(pictures) - 2 - place)])
