"""What packets say of frames, against what is decoded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from service.media.limits import MediaLimits
from service.media.reader import HERE, Reader
from service.media.sandbox.sandbox import Sandbox
from service.split.timetable import Timetable, timetable_of
from tests.videos import number_of, steady, truncate, uneven, write_numbered

LIMITS = MediaLimits()
COUNT = 45
OPEN_GROUPS = {"preset": "veryfast", "g": "10", "x264-params": "open-gop=1:bframes=3:scenecut=0"}
BS = {"preset": "veryfast", "g": "10", "bf": "3"}
SOUGHT: dict[str, Callable[[Path], Path]] = {
    "mp4": lambda folder: write_numbered(folder / "a.mp4", steady(COUNT), options=BS),
    "mkv": lambda folder: write_numbered(folder / "a.mkv", steady(COUNT), options=BS),
    "uneven": lambda folder: write_numbered(folder / "a.mp4", uneven(COUNT), options=BS),
    "late": lambda folder: write_numbered(folder / "a.mkv", steady(COUNT, start_s=7.5), options=BS),
    "turned": lambda folder: write_numbered(folder / "a.mp4", steady(COUNT), options=BS, rotation=90),
    "open groups": lambda folder: write_numbered(folder / "a.mp4", steady(COUNT), options=OPEN_GROUPS),
    "vp9": lambda folder: write_numbered(
        folder / "a.webm", steady(COUNT), codec="libvpx-vp9", options={"g": "10"}
    ),
}
COUNTED: dict[str, Callable[[Path], Path]] = {
    "ts": lambda folder: write_numbered(folder / "a.ts", steady(COUNT), options=BS),
    "cut": lambda folder: truncate(write_numbered(folder / "a.mp4", steady(COUNT), options=BS), 0.7),
}


def timetable(path: Path, reader: Reader = HERE) -> Timetable | None:
    with reader.open_video(path, LIMITS) as video:
        return timetable_of(reader.read_packets(path, LIMITS), video.time_base)


@pytest.mark.parametrize("kind", SOUGHT)
def test_a_stretch_is_the_frames_that_a_whole_run_numbers_so(kind: str, tmp_path: Path) -> None:
    path = SOUGHT[kind](tmp_path)
    table = timetable(path)
    with HERE.open_video(path, LIMITS) as video:
        whole = list(video)
    assert table is not None
    assert table.times_s.tolist() == [frame.time_s for frame in whole]
    assert len(table.keys) > 1
    for begin, end in ((0, 9), (13, 31), (31, 45), (44, None)):
        stretch = table.stretch(begin, end)
        with HERE.open_video(path, LIMITS, stretch.part) as part:
            frames = list(part)
        last = COUNT if end is None else end
        assert stretch.first <= begin
        assert [frame.time_s for frame in frames] == stretch.times_s.tolist()
        assert [number_of(frame.image) for frame in frames] == list(range(stretch.first, last))
        for frame in frames:
            np.testing.assert_array_equal(frame.image, whole[stretch.first + frame.index].image)


@pytest.mark.parametrize("kind", COUNTED)
def test_frames_are_counted_where_packets_cannot_be_relied_on(kind: str, tmp_path: Path) -> None:
    assert timetable(COUNTED[kind](tmp_path)) is None


def test_a_sandbox_lists_and_reads_the_same(tmp_path: Path) -> None:
    path = SOUGHT["uneven"](tmp_path)
    here = timetable(path)
    with Sandbox() as sandbox:
        there = timetable(path, sandbox)
        assert here is not None
        assert there is not None
        assert there.times_s.tolist() == here.times_s.tolist()
        assert there.keys.tolist() == here.keys.tolist()
        stretch = there.stretch(25, 33)
        with sandbox.open_video(path, LIMITS, stretch.part) as part:
            assert [number_of(frame.image) for frame in part] == list(range(stretch.first, 33))
        assert timetable(COUNTED["cut"](tmp_path), sandbox) is None
