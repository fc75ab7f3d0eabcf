from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from service.media.video import open_video
from service.media.write_video import VideoWriter
from tests.videos import corners, number_of, numbered, steady, uneven


def write(path: Path, times_s: list[float], size: tuple[int, int] = (160, 96)) -> None:
    with VideoWriter(path, *size) as writer:
        for index, time_s in enumerate(times_s):
            writer.write(numbered(index, *size), time_s)


@pytest.mark.parametrize("times_s", [steady(40), uneven(40), steady(20, 25, start_s=2.0)])
def test_keeps_every_picture_and_its_time(times_s: list[float], tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", times_s)
    with open_video(tmp_path / "a.mp4") as video:
        assert (video.info.width, video.info.height) == (160, 96)
        frames = list(video)
    assert [number_of(frame.image) for frame in frames] == list(range(len(times_s)))
    assert [frame.time_s for frame in frames] == pytest.approx(times_s, abs=1 / 90_000)
    assert {corners(frame.image) for frame in frames} == {("red", "green", "blue", "white")}


@pytest.mark.parametrize(
    "time_base",
    [Fraction(1, 1000), Fraction(1, 12_800), Fraction(1001, 30_000), Fraction(1, 90_000), Fraction(1, 30)],
    ids=str,
)
def test_times_of_another_videos_time_base_are_exact(time_base: Fraction, tmp_path: Path) -> None:
    ticks = [3, 4, 5, 9, 10, 12, 20, 21]
    with VideoWriter(tmp_path / "a.mp4", 160, 96, time_base) as writer:
        for index, tick in enumerate(ticks):
            writer.write(numbered(index), float(tick * time_base))
    with av.open(str(tmp_path / "a.mp4")) as container:
        times = [Fraction(frame.pts) * frame.time_base for frame in container.decode(video=0)]
    assert times == [tick * time_base for tick in ticks]


def test_plays_everywhere(tmp_path: Path) -> None:
    """H.264 with 4:2:0 chroma, and the index before the pictures."""
    write(tmp_path / "a.mp4", steady(5))
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(
    ("size", "even"), [((161, 96), (162, 96)), ((160, 97), (160, 98)), ((51, 33), (52, 34))]
)
def test_odd_sizes_are_made_even(size: tuple[int, int], even: tuple[int, int], tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", steady(3), size)
    with open_video(tmp_path / "a.mp4") as video:
        assert (video.info.width, video.info.height) == even
        assert [number_of(frame.image[: size[1], : size[0]]) for frame in video] == [0, 1, 2]


def test_two_images_at_one_time_are_both_kept(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", [0.0, 0.1, 0.1, 0.05, 0.2])
    with open_video(tmp_path / "a.mp4") as video:
        times = [frame.time_s for frame in video]
    assert len(times) == 5
    assert times == sorted(times)


def test_an_error_leaves_a_file_that_can_be_played(tmp_path: Path) -> None:
    def write_one_and_fail() -> None:
        with VideoWriter(tmp_path / "a.mp4", 160, 96) as writer:
            writer.write(numbered(0), 0.0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_one_and_fail()
    with open_video(tmp_path / "a.mp4") as video:
        assert len(list(video)) == 1


def test_nothing_written_is_no_error(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", 160, 96):
        pass


def test_another_size_is_refused(tmp_path: Path) -> None:
    with (
        VideoWriter(tmp_path / "a.mp4", 160, 96) as writer,
        pytest.raises(ValueError, match=r"\(90, 160, 3\)"),
    ):
        writer.write(numbered(0, 160, 90), 0.0)
