from __future__ import annotations

from pathlib import Path

import fsspec  # type: ignore[import-untyped]
import pytest

from service.media.limits import MediaLimits
from service.media.reader import HERE
from service.split.errors import VideoOutOfReach
from service.split.fetch import fetched
from tests.videos import steady, write_numbered


def test_a_path_is_read_where_it_is(tmp_path: Path) -> None:
    video = write_numbered(tmp_path / "a.mp4", steady(3))
    with fetched(str(video), tmp_path) as path:
        assert path == video


@pytest.mark.parametrize("address", ["file://{folder}/a.mp4", "memory://videos/a.mp4"])
def test_an_address_becomes_a_file_that_is_gone_afterwards(address: str, tmp_path: Path) -> None:
    video = write_numbered(tmp_path / "a.mp4", steady(3))
    with fsspec.open("memory://videos/a.mp4", "wb") as stored:
        stored.write(video.read_bytes())
    spool = tmp_path / "spool"
    spool.mkdir()
    with (
        fetched(address.format(folder=tmp_path), spool) as path,
        HERE.open_video(path, MediaLimits()) as opened,
    ):
        assert len(list(opened)) == 3
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["/nowhere/a.mp4", "file:///nowhere/a.mp4", "memory://none.mp4", "odd://a"]
)
def test_what_is_not_there_is_named(address: str, tmp_path: Path) -> None:
    with pytest.raises(VideoOutOfReach, match="seen from"), fetched(address, tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
