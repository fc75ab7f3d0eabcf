"""The tables of deploy/scale.md: what was measured, how far the model was off, what it says of large runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.flow.view import FLOW_SIZE
from service.stream_memory import WARM_UP
from service.temporal.grid import HALF_WINDOW
from service.temporal.ring import WINDOW, FlowRing, MapRing
from tests.benchmarks.scale_model import ArchiveNeed, Costs, Line, LiveNeed, Pod, archive, halo, live

BEGIN, END = "<!-- begin: python -m tests.benchmarks.scale -->", "<!-- end -->"
MIB, GIB = 2**20, 2**30
GB, TB = 1e9, 1e12

POD = Pod(cores=4, busy=0.7)  # of live streams: room for bursts, and for pods that come
WORKER = Pod(cores=4, busy=0.9)  # of archives: only the ends of segments are idle
CAMERAS = ((1000, 30.0), (1000, 10.0))  # and pictures a second of each
HOURS = ((100_000.0, 30.0), (1_000_000.0, 90.0))  # and days to do them in
RATE, MPX_720, BITS_S = 30.0, 0.9216, 4e6  # of the archive's videos: 720p at 30 frames/s and 4 Mbit/s
SEGMENT = 1800  # frames of a segment of a split video
WORKED = WARM_UP + HALF_WINDOW  # frames around a segment that are worked on
DECODED = WINDOW + 125  # and decoded only: x264 has a key frame every 250, half of that before, on average
DECODE_PART = 0.17  # of a frame's processor time (deploy/operations.md: 5.9 of 34.2 ms)


@dataclass(frozen=True, slots=True)
class FileCost:
    """A frame of a video file: processor seconds of all processes, bytes of its line, plain and gzipped."""

    size: tuple[int, int]
    mpx: float
    cpu_s: float
    result_bytes: float
    packed_bytes: float


@dataclass(frozen=True, slots=True)
class LiveCost:
    """Some open streams: processor seconds of a picture answered, the server's memory, bytes of a picture."""

    streams: int
    sent: int
    answered: int
    cpu_s: float
    memory_bytes: float
    picture_bytes: float
    answers_bytes: float


@dataclass(frozen=True, slots=True)
class Start:
    """A start: seconds until it is ready, processor seconds, memory."""

    name: str
    wall_s: float
    cpu_s: float
    memory_bytes: float


def costs_of(files: Sequence[FileCost], live_costs: Sequence[LiveCost]) -> Costs:
    """The model's figures, out of all but the largest load of each kind."""
    low, high = files[:2]
    few, more = live_costs[0], live_costs[-2]
    return Costs(
        file_cpu_s=Line.through((low.mpx, low.cpu_s), (high.mpx, high.cpu_s)),
        live_cpu_s=(few.cpu_s * few.answered + more.cpu_s * more.answered) / (few.answered + more.answered),
        memory_bytes=Line.through((few.streams, few.memory_bytes), (more.streams, more.memory_bytes)),
        picture_bytes=few.picture_bytes,
        answers_bytes=few.answers_bytes,
        result_bytes=high.result_bytes,
        packed_bytes=high.packed_bytes,
    )


def report(files: Sequence[FileCost], live_costs: Sequence[LiveCost], starts: Sequence[Start]) -> str:
    """All tables, as Markdown."""
    costs = costs_of(files, live_costs)
    load, cores = os.getloadavg()[1], os.cpu_count() or 1
    told = f"Measured on {cores} cores, on which {load:.1f} programs wanted to run at the end."
    parts = (
        told,
        _measured(files, live_costs, starts),
        _checked(costs, files, live_costs),
        _cameras(costs),
        _archives(costs),
    )
    return "\n\n".join(parts)


def _measured(files: Sequence[FileCost], live_costs: Sequence[LiveCost], starts: Sequence[Start]) -> str:
    rows = [
        *(_file_row(each) for each in files),
        *(_live_row(each) for each in live_costs),
        ("rings of a stream, by their sizes", "", f"{ring_bytes(33, 1) / MIB:.0f} MiB of it", ""),
        *(_start_row(each) for each in starts),
    ]
    return _table(("measured", "processor time", "memory of the server", "bytes"), rows)


def _file_row(cost: FileCost) -> tuple[str, ...]:
    size = f"{cost.size[0]} x {cost.size[1]}"
    told = f"result {cost.result_bytes:,.0f}, gzipped {cost.packed_bytes:,.0f}"
    return f"a frame of a video, {size}", f"{cost.cpu_s * 1e3:.1f} ms", "", told


def _live_row(cost: LiveCost) -> tuple[str, ...]:
    name = f"a picture of {cost.streams} live stream{'s' * (cost.streams > 1)}"
    sizes = f"in {cost.picture_bytes:,.0f}, answers {cost.answers_bytes:,.0f}"
    told = f"{sizes}; {cost.answered / cost.sent:.0%} answered"
    return name, f"{cost.cpu_s * 1e3:.1f} ms", f"{cost.memory_bytes / MIB:.0f} MiB", told


def _start_row(start: Start) -> tuple[str, ...]:
    took = f"{start.cpu_s:.0f} s, {start.wall_s:.0f} s on the clock"
    return f"a start ({start.name})", took, f"{start.memory_bytes / MIB:.0f} MiB", ""


def ring_bytes(joints: int, people: int) -> int:
    """What the rings of one stream hold: flow, and each person's heatmaps."""
    rings = (FlowRing(FLOW_SIZE), *(MapRing(joints) for _ in range(people)))
    held = (value for ring in rings for value in vars(ring).values())
    return sum(value.nbytes for value in held if isinstance(value, np.ndarray))


def _checked(costs: Costs, files: Sequence[FileCost], live_costs: Sequence[LiveCost]) -> str:
    largest, most = files[-1], live_costs[-1]
    width, height = largest.size
    predicted = (
        (f"ms of a frame, {width} x {height}", 1e3 * costs.file_cpu_s.at(largest.mpx), 1e3 * largest.cpu_s),
        (f"ms of a picture, {most.streams} streams", 1e3 * costs.live_cpu_s, 1e3 * most.cpu_s),
        (
            f"MiB of memory, {most.streams} streams",
            costs.memory_bytes.at(most.streams) / MIB,
            most.memory_bytes / MIB,
        ),
    )
    rows = [
        (name, f"{said:.1f}", f"{found:.1f}", f"{100 * (said / found - 1):+.0f} %")
        for name, said, found in predicted
    ]
    return _table(("model", "predicted from smaller loads", "measured", "off by"), rows)


def _cameras(costs: Costs) -> str:
    needs = [live(costs, cameras, rate, POD) for cameras, rate in CAMERAS]
    head = [f"{cameras:,} cameras, {rate:g} pictures/s" for cameras, rate in CAMERAS]
    return _table(("", *head), _across([_live_lines(need) for need in needs]))


def _live_lines(need: LiveNeed) -> dict[str, str]:
    return {
        f"streams of a pod of {POD.cores} cores": f"{need.streams_of_a_pod}",
        "pods, cores": f"{need.pods:,}, {need.cores:,}",
        "memory of a pod": f"{need.pod_memory_bytes / GIB:.1f} GiB",
        "network in, out": f"{need.in_bytes_s * 8 / 1e9:.1f}, {need.out_bytes_s * 8 / 1e9:.2f} Gbit/s",
        "results kept, gzipped": f"{need.kept_bytes_day / GB:,.0f} GB a day",
    }


def _archives(costs: Costs) -> str:
    again = halo(SEGMENT, WORKED, DECODED, DECODE_PART)
    needs = [archive(costs, hours, RATE, MPX_720, BITS_S, days, WORKER, again) for hours, days in HOURS]
    head = [f"{hours:,.0f} hours in {days:.0f} days" for hours, days in HOURS]
    return _table(("", *head), _across([_archive_lines(need) for need in needs]))


def _archive_lines(need: ArchiveNeed) -> dict[str, str]:
    return {
        "frames": f"{need.frames / 1e9:,.1f} thousand million",
        "core hours": f"{need.core_hours:,.0f}",
        f"pods of {WORKER.cores} cores": f"{need.pods:,}",
        "video to read": f"{need.read_bytes / TB:,.0f} TB, {need.read_bytes_s * 8 / 1e9:.1f} Gbit/s",
        "results, gzipped": f"{need.result_bytes / TB:,.1f} TB, {need.packed_bytes / TB:,.1f} TB",
        "results to write": f"{need.packed_bytes / need.read_bytes * 100:.0f} % of what is read",
    }


def _across(columns: Sequence[dict[str, str]]) -> list[tuple[str, ...]]:
    """A row for each name, with its value in each column."""
    return [(name, *(column[name] for column in columns)) for name in columns[0]]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def put_into(page: Path, text: str) -> None:
    """Replace what is between the page's marks.

    Raises
    ------
    ValueError
        It has none.
    """
    before, begun, rest = page.read_text().partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise ValueError(f"{page} has no {BEGIN} ... {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
