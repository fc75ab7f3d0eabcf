"""The whole format; what is drawn, and when, is tested beside `service.media.drawn_video`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from service.api.answer import document
from service.api.formats import FormatName, Source, format_of
from service.api.schemas import HeaderSchema
from service.media.errors import VideoDamaged
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import HEIGHT, PEOPLE, RATE, START_S, WIDTH
from tests.videos import steady, write_video


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    images = (np.full((HEIGHT, WIDTH, 3), 90, np.uint8) for _ in PEOPLE)
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return write_video(path, images, steady(len(PEOPLE), RATE, START_S))


def decoded(data: bytes, path: Path) -> list[av.VideoFrame]:
    path.write_bytes(data)
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        return list(container.decode(video=0))


@pytest.mark.parametrize("skeleton", [None, SkeletonName.BODY25])
def test_the_video_comes_back_drawn_at_the_same_times(
    film: Path, body: HeaderSchema, walk: list[FramePoses], tmp_path: Path, skeleton: SkeletonName | None
) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    form = format_of(FormatName.MP4, Source(video=film, temp_dir=folder))
    data = b"".join(document(body, walk, form, "/v1/poses", skeleton))
    assert list(folder.iterdir()) == []
    frames = decoded(data, tmp_path / "drawn.mp4")
    assert [frame.time for frame in frames] == pytest.approx([START_S + n / RATE for n in range(6)], abs=1e-9)
    changed = [
        float((np.abs(frame.to_ndarray(format="rgb24").astype(int) - 90).max(axis=2) > 40).mean())
        for frame in frames
    ]
    assert changed[0] < 0.001 < 0.01 < min(changed[1:])


def test_what_could_be_read_can_be_played(
    film: Path, body: HeaderSchema, walk: list[FramePoses], tmp_path: Path
) -> None:
    def broken() -> Iterator[FramePoses]:
        yield from walk[:3]
        raise VideoDamaged("at 0:03")

    form = format_of(FormatName.MP4, Source(video=film, temp_dir=tmp_path))
    frames = decoded(b"".join(document(body, broken(), form, "/v1/poses")), tmp_path / "drawn.mp4")
    assert len(frames) == 3
    assert "video-damaged" in form.headers["FlowPose-Problem"]


def test_nothing_is_left_when_the_work_breaks_off(
    film: Path, body: HeaderSchema, walk: list[FramePoses], tmp_path: Path
) -> None:
    def broken() -> Iterator[FramePoses]:
        yield walk[0]
        raise KeyError("secret")

    form = format_of(FormatName.MP4, Source(video=film, temp_dir=tmp_path))
    with pytest.raises(KeyError):
        list(document(body, broken(), form, "/v1/poses"))
    assert list(tmp_path.iterdir()) == []
