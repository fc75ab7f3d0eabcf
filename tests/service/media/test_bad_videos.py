from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import av
import pytest

from service.errors import Problem
from service.media.errors import (
    NoFrames,
    NotAVideo,
    NoVideoStream,
    PictureTooLarge,
    UnsupportedCodec,
    UnsupportedContainer,
    VideoDamaged,
)
from service.media.limits import MediaLimits
from service.media.video import open_video
from tests.service.media.conftest import COUNT, FORMATS, Copy
from tests.videos import (
    flip_bytes,
    number_of,
    numbered,
    steady,
    truncate,
    write_audio,
    write_bomb,
    write_numbered,
    write_video,
    write_without_frames,
)

pytestmark = pytest.mark.usefixtures("no_open_files_left")


def read(path: Path) -> tuple[list[int], Problem | None]:
    """The numbers of the frames that came, and the problem that came last."""
    numbers: list[int] = []
    try:
        with open_video(path) as video:
            numbers.extend(number_of(frame.image) for frame in video)
    except Problem as problem:
        return numbers, problem
    return numbers, None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", NotAVideo),
        (b"\0", NotAVideo),
        (b"hello, world\n" * 100, NotAVideo),
        (random.Random(1).randbytes(50_000), NotAVideo),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), UnsupportedContainer),
    ],
    ids=["empty", "one-byte", "text", "random", "png"],
)
def test_what_is_no_video_is_refused(content: bytes, problem: type[Problem], tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(problem):
        open_video(path)


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile other.mp4\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.mp4\n#EXT-X-ENDLIST\n",
        "<?xml version='1.0'?><MPD><Period><AdaptationSet><Representation><BaseURL>other.mp4</BaseURL>"
        "</Representation></AdaptationSet></Period></MPD>",
        "[playlist]\nFile1=other.mp4\nNumberOfEntries=1\n",
    ],
    ids=["ffconcat", "hls", "dash", "pls"],
)
def test_a_playlist_named_mp4_never_reads_the_file_beside_it(text: str, tmp_path: Path) -> None:
    other = write_numbered(tmp_path / "other.mp4", steady(5))
    with open_video(other) as video:
        assert len(list(video)) == 5
    path = tmp_path / "a.mp4"
    path.write_text(text)
    with pytest.raises((NotAVideo, UnsupportedContainer)):
        open_video(path)


def test_ffmpeg_itself_would_follow_the_playlist(tmp_path: Path) -> None:
    """The reason for the test above; should this fail one day, the danger is gone."""
    write_numbered(tmp_path / "other.mp4", steady(5))
    path = tmp_path / "a.mp4"
    path.write_text("ffconcat version 1.0\nfile other.mp4\n")
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 5


@pytest.mark.parametrize("name", ["concat:other.mp4|other.mp4", "http:", "a b%20c#d?.mp4"])
def test_a_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "x.mp4", steady(3)).rename(tmp_path / name)
    assert read(path) == ([0, 1, 2], None)


def test_a_file_that_is_not_there_is_no_fault_of_the_video(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_video(tmp_path / "none.mp4")


def test_a_relative_path_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_numbered(tmp_path / "a.mp4", steady(2))
    monkeypatch.chdir(tmp_path)
    assert read(Path("a.mp4")) == ([0, 1], None)


@pytest.mark.parametrize("name", ["a.mp4", "a.m4a", "a.mkv"])
def test_sound_alone_has_no_video_stream(name: str, tmp_path: Path) -> None:
    with pytest.raises(NoVideoStream, match="audio"):
        open_video(write_audio(tmp_path / name))


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_a_container_without_frames_says_so(name: str, tmp_path: Path) -> None:
    with pytest.raises(NoFrames):
        open_video(write_without_frames(tmp_path / name))


def test_a_video_track_without_frames_says_so(tmp_path: Path) -> None:
    path = write_numbered(
        tmp_path / "a.mp4", steady(5), muxer_options={"movflags": "frag_keyframe+empty_moov"}
    )
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moof") - 4])  # the header of a fragmented file, and no fragment
    with pytest.raises(NoFrames):
        open_video(path)


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "ffv1"), ("a.mov", "prores"), ("a.ts", "mpeg2video")])
def test_other_codecs_are_refused_by_name(name: str, codec: str, tmp_path: Path) -> None:
    pix_fmt = "yuv422p10le" if codec == "prores" else "yuv420p"
    path = write_video(
        tmp_path / name,
        [numbered(n) for n in range(9)],
        steady(9),
        codec=codec,
        pix_fmt=pix_fmt,
        time_base=Fraction(1, 30),
    )
    with pytest.raises(UnsupportedCodec, match=codec):
        open_video(path)


def test_other_containers_are_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.flv", [numbered(0)], [0.0], codec="flv")
    with pytest.raises(UnsupportedContainer, match="mp4"):
        open_video(path.rename(tmp_path / "a.mp4"))


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.ts", "libx264"),
        ("a.webm", "libvpx-vp9"),
        ("a.webm", "libvpx"),
        ("a.avi", "mpeg4"),
    ],
)
def test_a_bomb_is_refused_before_its_picture_is_allocated(name: str, codec: str, tmp_path: Path) -> None:
    path = write_bomb(tmp_path / name, codec, 1920, 1088)
    limits = MediaLimits(max_pixels=1280 * 720)
    with pytest.raises(PictureTooLarge) as caught:
        open_video(path, limits)
    assert "921,600" in caught.value.detail


def test_an_8k_bomb_of_few_bytes_is_refused_by_default(tmp_path: Path) -> None:
    path = write_bomb(tmp_path / "a.mp4")
    assert path.stat().st_size < 200_000
    with pytest.raises(PictureTooLarge, match="7680 x 4320"):
        open_video(path)


def test_a_container_that_lies_about_the_size_gains_nothing(tmp_path: Path) -> None:
    path = write_bomb(tmp_path / "a.webm", "libvpx-vp9", 1920, 1088)
    data = bytearray(path.read_bytes())
    for field, value in ((b"\xb0\x82", 160), (b"\xba\x82", 96)):  # PixelWidth, PixelHeight
        at = data.index(field) + 2
        data[at : at + 2] = value.to_bytes(2, "big")
    path.write_bytes(data)
    with pytest.raises(PictureTooLarge):
        open_video(path, MediaLimits(max_pixels=1280 * 720))


def test_a_stream_that_grows_beyond_the_limit_keeps_what_came_before(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.ts", steady(COUNT))
    path.write_bytes(path.read_bytes() + write_bomb(tmp_path / "b.ts").read_bytes())
    numbers, problem = read(path)
    assert numbers == list(range(COUNT))
    assert isinstance(problem, VideoDamaged)
    assert "too large" in problem.detail


def test_absurd_pixel_shapes_cannot_blow_up_the_picture(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(2), aspect=Fraction(50, 1))
    with pytest.raises(PictureTooLarge, match="8000 x 96"):
        open_video(path, MediaLimits(max_pixels=640 * 480))


@pytest.mark.parametrize("name", FORMATS)
def test_a_truncated_file_gives_what_it_holds_and_then_says_what_is_missing(name: str, copy: Copy) -> None:
    numbers, problem = read(truncate(copy(name), 0.61))
    assert 5 < len(numbers) < COUNT
    assert numbers == sorted(numbers)
    assert isinstance(problem, VideoDamaged)
    assert problem.detail.startswith(f"{len(numbers)} frames could be read")
    assert "too early" in problem.detail


def test_an_index_at_the_end_that_is_cut_off_is_no_video(tmp_path: Path) -> None:
    path = truncate(write_numbered(tmp_path / "a.mp4", steady(30), muxer_options={}), 0.7)
    with pytest.raises(NotAVideo, match="too early"):
        open_video(path)


@pytest.mark.parametrize("bytes_kept", [40, 200, 700])
def test_an_index_at_the_front_that_is_cut_off_is_no_video(bytes_kept: int, copy: Copy) -> None:
    path = copy("h264.mp4")
    path.write_bytes(path.read_bytes()[:bytes_kept])
    with pytest.raises(NotAVideo):
        open_video(path)


@pytest.mark.parametrize("name", FORMATS)
def test_flipped_bytes_cost_a_few_frames_and_are_reported(name: str, copy: Copy) -> None:
    numbers, problem = read(flip_bytes(copy(name), 0.5, 600))
    assert len(numbers) >= COUNT * (0.1 if name.endswith("webm") else 0.5)
    assert isinstance(problem, VideoDamaged)


@pytest.mark.parametrize("name", FORMATS)
def test_whatever_is_broken_the_only_error_is_a_problem(name: str, copy: Copy) -> None:
    for seed in range(8):
        chance = random.Random(seed)
        path = copy(name)
        for _ in range(seed + 1):
            flip_bytes(path, chance.random(), chance.choice([1, 8, 200]))
        if seed % 2:
            truncate(path, chance.uniform(0.05, 1))
        numbers, _ = read(path)
        assert len(numbers) <= COUNT


def test_a_recording_that_starts_between_key_frames_is_not_damaged(copy: Copy) -> None:
    path = copy("h264.ts")
    data = path.read_bytes()
    path.write_bytes(data[len(data) // 3 // 188 * 188 :])
    numbers, problem = read(path)
    assert numbers[0] % 15 == 0  # a key frame
    assert numbers == list(range(numbers[0], COUNT))
    assert problem is None


def test_too_many_failures_in_a_row_end_the_reading(copy: Copy) -> None:
    path = flip_bytes(copy("h264.mp4"), 0.5, 100_000)
    with (
        pytest.raises(VideoDamaged, match="in a row"),
        open_video(path, MediaLimits(max_bad_packets=5)) as video,
    ):
        for _ in video:
            pass


def test_a_transport_stream_cut_between_packets_is_a_shorter_recording(copy: Copy) -> None:
    path = copy("h264.ts")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2 // 188 * 188])
    numbers, problem = read(path)
    assert numbers[:20] == list(range(20))
    assert problem is None
