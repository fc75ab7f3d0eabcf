"""What comes out of a sandbox is what comes without one, frame by frame and word by word."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.errors import Problem
from service.media.frame import Frame, Image
from service.media.limits import MediaLimits
from service.media.reader import HERE, Reader
from service.media.sandbox.sandbox import Sandbox
from tests.service.media.conftest import FORMATS, Copy
from tests.videos import (
    flip_bytes,
    jpeg,
    numbered,
    steady,
    truncate,
    uneven,
    write_audio,
    write_bomb,
    write_numbered,
    write_without_frames,
)

WHOLE: dict[str, Callable[[Path], Path]] = {
    "hevc": lambda folder: write_numbered(folder / "a.mp4", steady(9), codec="libx265"),
    "av1": lambda folder: write_numbered(folder / "a.mp4", steady(9), codec="libsvtav1"),
    "vp8": lambda folder: write_numbered(folder / "a.webm", steady(9), codec="libvpx"),
    "ten bits": lambda folder: write_numbered(folder / "a.mp4", steady(9), pix_fmt="yuv420p10le"),
    "turned": lambda folder: write_numbered(folder / "a.mp4", steady(9), rotation=90),
    "mirrored": lambda folder: write_numbered(folder / "a.mp4", steady(9), rotation=180, mirrored=True),
    "wide pixels": lambda folder: write_numbered(folder / "a.mp4", steady(9), aspect=Fraction(4, 3)),
    "uneven": lambda folder: write_numbered(folder / "a.mp4", uneven(25)),
    "before 0": lambda folder: write_numbered(folder / "a.mkv", steady(9, start_s=12.5)),
    "one frame": lambda folder: write_numbered(folder / "a.mp4", [0.0]),
}
BROKEN: dict[str, Callable[[Path], Path]] = {
    "sound alone": lambda folder: write_audio(folder / "a.mp4"),
    "no frames": lambda folder: write_without_frames(folder / "a.mp4"),
    "a bomb": lambda folder: write_bomb(folder / "a.mp4"),
    "text": lambda folder: _written(folder / "a.mp4", b"hello, world\n" * 100),
    "nothing": lambda folder: _written(folder / "a.mp4", b""),
    "a playlist": lambda folder: _written(folder / "a.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
    "a picture": lambda folder: _written(folder / "a.mp4", jpeg(numbered(1))),
}


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _read(reader: Reader, path: Path, limits: MediaLimits) -> tuple[list[object], list[Frame]]:
    """All that can be seen of a video: what is told of it and what it ends with, and its frames."""
    told: list[object] = []
    frames: list[Frame] = []
    try:
        with reader.open_video(path, limits) as video:
            told += [video.info, video.time_base]
            frames += video
    except Problem as problem:
        told += [type(problem), problem.detail]
    return told, frames


def check_same(sandbox: Sandbox, path: Path, limits: MediaLimits | None = None) -> int:
    """Compare; gives the number of frames."""
    limits = limits or MediaLimits()
    (told, frames), (here_told, here_frames) = _read(sandbox, path, limits), _read(HERE, path, limits)
    assert told == here_told
    assert [replace(frame, image=None) for frame in frames] == [  # type: ignore[arg-type]
        replace(frame, image=None)  # type: ignore[arg-type]
        for frame in here_frames
    ]
    for frame, here in zip(frames, here_frames, strict=True):
        assert np.array_equal(frame.image, here.image)
    return len(frames)


@pytest.mark.parametrize("name", FORMATS)
def test_every_container_gives_the_same(name: str, originals: Path, sandbox: Sandbox) -> None:
    assert check_same(sandbox, originals / name) == 60


@pytest.mark.parametrize("name", WHOLE)
def test_every_kind_of_video_gives_the_same(name: str, tmp_path: Path, sandbox: Sandbox) -> None:
    assert check_same(sandbox, WHOLE[name](tmp_path)) > 0


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_video_is_refused_in_the_same_words(name: str, tmp_path: Path, sandbox: Sandbox) -> None:
    assert check_same(sandbox, BROKEN[name](tmp_path)) == 0


@pytest.mark.parametrize("name", FORMATS)
def test_a_cut_file_ends_the_same(name: str, copy: Copy, sandbox: Sandbox) -> None:
    check_same(sandbox, truncate(copy(name), 0.6))


@pytest.mark.parametrize("start", [0.02, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_gives_the_same(name: str, start: float, copy: Copy, sandbox: Sandbox) -> None:
    check_same(sandbox, flip_bytes(copy(name), start))


@pytest.mark.parametrize(
    "limits", [MediaLimits(max_frames=7), MediaLimits(max_seconds=0.5), MediaLimits(max_pixels=100)]
)
def test_limits_hold_the_same(limits: MediaLimits, originals: Path, sandbox: Sandbox) -> None:
    for name in ("h264.mp4", "h264.ts"):
        check_same(sandbox, originals / name, limits)


def test_frames_are_counted_the_same(originals: Path, copy: Copy, sandbox: Sandbox) -> None:
    limits = MediaLimits()
    for name in FORMATS:
        assert sandbox.frames_at_most(originals / name, limits) == 60
    assert sandbox.frames_at_most(truncate(copy("h264.mp4"), 0.5), limits) is None


def _picture(suffix: str, image: Image) -> bytes:
    return bytes(cv2.imencode(suffix, image[:, :, ::-1])[1])


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_pictures_are_the_same(suffix: str, tmp_path: Path, sandbox: Sandbox) -> None:
    path = _written(tmp_path / "a", _picture(suffix, numbered(5, 321, 123)))
    limits = MediaLimits()
    assert np.array_equal(sandbox.read_image(path, limits), HERE.read_image(path, limits))


@pytest.mark.parametrize(
    "data", [b"", b"hello", _picture(".png", numbered(5))[:300], jpeg(numbered(5))[:200]]
)
def test_what_is_no_picture_is_refused_in_the_same_words(
    data: bytes, tmp_path: Path, sandbox: Sandbox
) -> None:
    path = _written(tmp_path / "a", data)
    said = []
    for reader in (sandbox, HERE):
        with pytest.raises(Problem) as problem:
            reader.read_image(path, MediaLimits())
        said.append((problem.type, problem.value.detail))
    assert said[0] == said[1]


def test_a_file_that_is_not_there_is_no_fault_of_the_video(tmp_path: Path, sandbox: Sandbox) -> None:
    with pytest.raises(FileNotFoundError):
        sandbox.open_video(tmp_path / "none.mp4")


def test_many_threads_decode_side_by_side(originals: Path, sandbox: Sandbox) -> None:
    names = list(FORMATS)
    with ThreadPoolExecutor(len(names)) as threads:
        counts = threads.map(lambda name: len(_read(sandbox, originals / name, MediaLimits())[1]), names)
        assert list(counts) == [60] * len(names)
