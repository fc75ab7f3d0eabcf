from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from service.media.length import frames_at_most
from service.media.limits import MediaLimits
from service.media.video import open_video
from tests.videos import steady, truncate, uneven, write_numbered


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi", "a.ts"])
def test_no_video_has_more_frames(tmp_path: Path, name: str) -> None:
    codec = "mjpeg" if name.endswith("avi") else "libx264"
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    base = Fraction(1, 30)
    video = write_numbered(tmp_path / name, steady(23), codec=codec, pix_fmt=pix_fmt, time_base=base)
    with open_video(video) as opened:
        assert frames_at_most(video, MediaLimits()) == len(list(opened)) == 23


def test_uneven_times_do_not_matter(tmp_path: Path) -> None:
    assert frames_at_most(write_numbered(tmp_path / "a.mkv", uneven(31)), MediaLimits()) == 31


def test_nobody_knows_how_long_a_cut_file_was(tmp_path: Path) -> None:
    video = truncate(write_numbered(tmp_path / "a.mp4", steady(23)), 0.6)
    assert frames_at_most(video, MediaLimits()) is None
