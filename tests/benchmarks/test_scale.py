"""The model of scale: its arithmetic, and the page that it fills."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.scale_model import Costs, Line, Pod, archive, halo, live
from tests.benchmarks.scale_page import (
    BEGIN,
    END,
    FileCost,
    LiveCost,
    Start,
    costs_of,
    put_into,
    report,
    ring_bytes,
)

PAGE = Path(__file__).parents[2] / "deploy/scale.md"
COSTS = Costs(
    file_cpu_s=Line(0.020, 0.010),
    live_cpu_s=0.025,
    memory_bytes=Line(400e6, 40e6),
    picture_bytes=50_000,
    answers_bytes=4_000,
    result_bytes=1_500,
    packed_bytes=500,
)
FILES = [FileCost((640, 360), 0.2304, 0.022, 1500, 500), FileCost((1280, 720), 0.9216, 0.029, 1500, 500)]
STREAMS = [LiveCost(n, 80, 80, 0.025, 400e6 + n * 40e6, 5e4, 4e3) for n in (1, 2, 4)]


def test_a_line_goes_through_its_points_and_on() -> None:
    line = Line.through((1, 440), (2, 480))
    assert (line.at(1), line.at(2), line.at(8)) == (440, 480, 720)
    with pytest.raises(ValueError, match="two points"):
        Line.through((1, 2), (1, 3))


def test_cameras_fill_pods() -> None:
    need = live(COSTS, cameras=10, rate=20, pod=Pod(cores=4, busy=0.5))  # half a core each, two cores to fill
    assert (need.streams_of_a_pod, need.pods, need.cores) == (4, 3, 12)
    assert need.pod_memory_bytes == 560e6
    assert (need.in_bytes_s, need.out_bytes_s) == (1e7, 8e5)
    assert need.kept_bytes_day == 10 * 20 * 86400 * 500


def test_a_stream_that_is_too_much_for_a_pod_is_said_to_be() -> None:
    with pytest.raises(ValueError, match="do not carry"):
        live(COSTS, cameras=1, rate=60, pod=Pod(cores=1, busy=0.5))


def test_hours_of_video_become_hours_of_cores() -> None:
    need = archive(COSTS, hours=100, rate=30, mpx=1, bits_s=8e6, days=1, pod=Pod(5, 1.0), again=0.1)
    assert need.frames == 100 * 3600 * 30
    assert need.core_hours == pytest.approx(100 * 30 * 1.1 * 0.030)
    assert need.pods == 1
    assert need.read_bytes == 100 * 3600 * 1e6
    assert need.packed_bytes == need.frames * 500
    assert archive(COSTS, 1000, 30, 1, 8e6, 1, Pod(5, 1.0), 0.1).pods == 9  # 990 core hours, 120 of each


def test_short_segments_cost_more() -> None:
    assert halo(1800, worked=30, decoded=100, decode_part=0.2) == pytest.approx(50 / 1800)
    assert halo(600, 30, 100, 0.2) == pytest.approx(3 * halo(1800, 30, 100, 0.2))


def test_predictions_come_from_the_smaller_loads_alone() -> None:
    largest = FileCost((1920, 1080), 2.0736, 9.9, 1, 1)
    most = replace(STREAMS[0], streams=8, memory_bytes=9e9)
    costs = costs_of([*FILES, largest], [*STREAMS, most])
    assert costs.file_cpu_s.at(0.9216) == pytest.approx(0.029)
    assert costs.memory_bytes.at(8) == pytest.approx(720e6)


def test_a_page_is_filled_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    largest = FileCost((1920, 1080), 2.0736, 0.040, 1500, 500)
    put_into(page, report([*FILES, largest], STREAMS, [Start("first", 20.0, 15.0, 4e8)]))
    text = page.read_text()
    assert text.startswith("before")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| 100,000 hours in 30 days |" in text
    page.write_text("no marks")
    with pytest.raises(ValueError, match="has no"):
        put_into(page, "text")


def test_rings_grow_with_people_and_joints() -> None:
    one, two = ring_bytes(33, 1), ring_bytes(33, 2)
    assert two - one == one - ring_bytes(33, 0)
    assert ring_bytes(7, 1) < one


def test_the_page_of_scale_can_be_filled(tmp_path: Path) -> None:
    copy = tmp_path / "scale.md"
    copy.write_text(PAGE.read_text())
    put_into(copy, "")
    assert BEGIN in copy.read_text()
