from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from service.media.errors import VideoTooLong
from service.media.frame import Frame
from service.media.limits import MediaLimits
from service.media.video import open_video
from tests.videos import (
    corners,
    number_of,
    numbered,
    steady,
    uneven,
    write_numbered,
    write_video,
)

UPRIGHT = ("red", "green", "blue", "white")
MILLISECOND = Fraction(1, 1000)
B_FRAMES = {"bf": "3", "preset": "medium", "b_strategy": "0", "x264-params": "b-pyramid=normal"}

CASES: dict[str, tuple[str, list[float], dict[str, Any]]] = {
    "h264 at a constant rate": ("a.mp4", steady(40), {}),
    "h264 in mov": ("a.mov", steady(10), {}),
    "h264 at a variable rate": ("a.mp4", uneven(40), {}),
    "h264 with B-frames": ("a.mp4", steady(40), {"options": B_FRAMES}),
    "h264 with B-frames at a variable rate": ("a.mp4", uneven(40), {"options": B_FRAMES}),
    "h264 in a fragmented mp4": (
        "a.mp4",
        steady(40),
        {"muxer_options": {"movflags": "frag_keyframe+empty_moov"}},
    ),
    "h264 that starts late": ("a.mp4", steady(20, start_s=1.5), {}),
    "h264 of ten bits": ("a.mp4", steady(10), {"pix_fmt": "yuv420p10le"}),
    "h264 of 4:4:4": ("a.mp4", steady(10), {"pix_fmt": "yuv444p"}),
    "h264 in mkv": ("a.mkv", uneven(40), {"options": B_FRAMES, "time_base": MILLISECOND}),
    "h264 in mpeg-ts": ("a.ts", steady(40), {"options": B_FRAMES}),
    "h264 with B-frames in avi": ("a.avi", steady(40), {"options": B_FRAMES, "time_base": Fraction(1, 30)}),
    "hevc": ("a.mp4", steady(20), {"codec": "libx265"}),
    "av1": ("a.mp4", steady(20), {"codec": "libsvtav1"}),
    "vp8 in webm": ("a.webm", uneven(20), {"codec": "libvpx", "time_base": MILLISECOND}),
    "vp9 in webm": ("a.webm", uneven(20), {"codec": "libvpx-vp9", "time_base": MILLISECOND}),
    "mpeg-4 in avi": ("a.avi", steady(20, 25), {"codec": "mpeg4", "rate": 25, "time_base": Fraction(1, 25)}),
    "motion jpeg in avi": (
        "a.avi",
        steady(20),
        {"codec": "mjpeg", "pix_fmt": "yuvj420p", "time_base": Fraction(1, 30)},
    ),
}


def frames_of(path: Path) -> list[Frame]:
    with open_video(path) as video:
        return list(video)


def stored_times(path: Path) -> list[float]:
    """The packets' pts x time_base, read without our code."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        ticks = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        assert stream.time_base is not None
        return [float(tick * stream.time_base) for tick in ticks]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_gives_every_picture_once_in_order_with_its_own_time(case: str, tmp_path: Path) -> None:
    name, times, how = CASES[case]
    path = write_numbered(tmp_path / name, times, **how)
    frames = frames_of(path)
    assert [frame.index for frame in frames] == list(range(len(times)))
    assert [number_of(frame.image) for frame in frames] == list(range(len(times)))
    if not name.endswith("avi"):  # whose packets have no presentation times
        assert [frame.time_s for frame in frames] == stored_times(path)
    offset = frames[0].time_s - times[0] if name.endswith("ts") or "fragmented" in case else 0.0
    assert [frame.time_s - offset for frame in frames] == pytest.approx(times, abs=1e-3)


@pytest.mark.parametrize("mirrored", [False, True], ids=["plain", "mirrored"])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_shows_pictures_as_the_display_matrix_says(rotation: int, mirrored: bool, tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(5), size=(160, 96), rotation=rotation, mirrored=mirrored)
    with open_video(path) as video:
        assert (video.info.width, video.info.height) == (160, 96)
        assert video.info.rotation_applied == rotation
        for frame in video:
            assert frame.image.shape == (96, 160, 3)
            assert frame.image.flags.c_contiguous
            assert corners(frame.image) == UPRIGHT
            assert number_of(frame.image) == frame.index


def test_a_telephone_held_upright_stores_landscape_and_is_shown_portrait(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(3), size=(96, 160), rotation=90)
    with av.open(str(path)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (160, 96)
        assert next(container.decode(video=0)).rotation == -90  # as FFmpeg reads a telephone's matrix
    with open_video(path) as video:
        assert (video.info.width, video.info.height) == (96, 160)
        assert corners(next(iter(video)).image) == UPRIGHT


@pytest.mark.parametrize("width", [160, 162, 170], ids=["aligned", "unaligned", "odd-stride"])
def test_images_are_contiguous_whatever_the_decoders_padding(width: int, tmp_path: Path) -> None:
    [frame] = frames_of(write_numbered(tmp_path / "a.mp4", [0.0], size=(width, 90)))
    assert frame.image.shape == (90, width, 3)
    assert frame.image.dtype == np.uint8
    assert frame.image.flags.c_contiguous


def test_an_image_outlives_the_video(tmp_path: Path) -> None:
    frames = frames_of(write_numbered(tmp_path / "a.mp4", steady(30)))
    assert [number_of(frame.image) for frame in frames] == list(range(30))


@pytest.mark.parametrize(
    ("aspect", "size"),
    [(Fraction(4, 3), (213, 96)), (Fraction(1, 2), (160, 192)), (Fraction(1216, 1215), (160, 96))],
)
def test_pixels_are_made_square(aspect: Fraction, size: tuple[int, int], tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(3), aspect=aspect)
    with open_video(path) as video:
        assert (video.info.width, video.info.height) == size
        for frame in video:
            assert frame.image.shape[1::-1] == size
            assert number_of(frame.image) == frame.index


def test_pictures_that_change_their_size_are_scaled_to_the_first(tmp_path: Path) -> None:
    first = write_numbered(tmp_path / "a.ts", steady(5), size=(160, 96))
    second = write_numbered(tmp_path / "b.ts", steady(5, start_s=5 / 30), size=(320, 192))
    with (
        av.open(str(first)) as small,
        av.open(str(second)) as large,
        av.open(str(tmp_path / "c.ts"), "w") as both,
    ):
        stream = both.add_stream_from_template(small.streams.video[0])
        for packet in [*small.demux(video=0), *large.demux(video=0)]:
            if packet.size:
                packet.stream = stream
                both.mux(packet)
    frames = frames_of(tmp_path / "c.ts")
    assert {frame.image.shape for frame in frames} == {(96, 160, 3)}
    assert [number_of(frame.image) for frame in frames] == [0, 1, 2, 3, 4] * 2


@pytest.mark.parametrize("space", ["ITU601", "ITU709"])
@pytest.mark.parametrize("span", ["MPEG", "JPEG"])
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv420p10le"])
def test_colours_survive_each_matrix_and_range(space: str, span: str, pix_fmt: str, tmp_path: Path) -> None:
    colour = (200, 60, 90)
    tags = {"ITU601": "smpte170m", "ITU709": "bt709"}
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as output:
        options = {"crf": "1", "preset": "ultrafast", "colorspace": tags[space]}
        stream: Any = output.add_stream("libx264", rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 64, pix_fmt
        stream.codec_context.color_range = {"MPEG": 1, "JPEG": 2}[span]
        plain = av.VideoFrame.from_ndarray(np.full((64, 64, 3), colour, np.uint8), "rgb24")
        picture = plain.reformat(format=pix_fmt, dst_colorspace=space, dst_color_range=span)
        picture.pts = 0
        output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    [frame] = frames_of(path)
    np.testing.assert_allclose(frame.image[32, 32].astype(int), colour, atol=4)


def test_info_tells_what_the_header_claims(tmp_path: Path) -> None:
    with open_video(write_numbered(tmp_path / "a.mp4", steady(12))) as video:
        assert (video.info.codec, video.info.frames_estimated) == ("h264", 12)
    with open_video(write_numbered(tmp_path / "a.webm", steady(12), codec="libvpx-vp9")) as video:
        assert (video.info.codec, video.info.frames_estimated) == ("vp9", 12)


def test_av1_is_named_for_its_coding_not_for_the_decoder(tmp_path: Path) -> None:
    with open_video(write_numbered(tmp_path / "a.mp4", steady(3), codec="libsvtav1")) as video:
        assert video.info.codec == "av1"


def test_sound_beside_the_video_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as output:
        sound = output.add_stream("aac", rate=44_100)
        stream: Any = output.add_stream("libx264", rate=30)
        stream.width, stream.height = 160, 96
        for index in range(20):
            noise = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", layout="stereo")
            noise.rate, noise.pts = 44_100, index * 1024
            output.mux(sound.encode(noise))
            picture = av.VideoFrame.from_ndarray(numbered(index), "rgb24")
            picture.pts = index
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
        output.mux(sound.encode(None))
    assert [number_of(frame.image) for frame in frames_of(path)] == list(range(20))


@pytest.mark.usefixtures("no_open_files_left")
def test_a_video_left_in_the_middle_is_closed(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(30))
    with open_video(path) as video:
        assert next(iter(video)).index == 0
    video.close()  # a second time does no harm


def test_a_header_that_claims_too_much_is_refused_at_once(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(30))
    with pytest.raises(VideoTooLong, match="30 frames"):
        open_video(path, MediaLimits(max_frames=29))
    with pytest.raises(VideoTooLong, match=r"1\.0 s"):
        open_video(path, MediaLimits(max_seconds=0.9))


def test_a_video_longer_than_its_header_claims_ends_at_the_limit(tmp_path: Path) -> None:
    """Live recordings claim nothing."""
    path = write_numbered(
        tmp_path / "a.webm", steady(30), codec="libvpx", muxer_options={"live": "1"}, time_base=MILLISECOND
    )
    numbers = []
    with open_video(path, MediaLimits(max_frames=20)) as video:
        assert video.info.frames_estimated is None
        with pytest.raises(VideoTooLong):
            numbers.extend(number_of(frame.image) for frame in video)
    assert numbers == list(range(20))


def test_no_limits_read_everything(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [numbered(n) for n in range(3)], [0.0, 7200.0, 14400.0])
    assert [frame.time_s for frame in frames_of(path)] == [0.0, 7200.0, 14400.0]
