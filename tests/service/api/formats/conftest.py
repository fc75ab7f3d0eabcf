"""A walk, and what writes it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from service.api.answer import document
from service.api.formats import FileFormat, Format, FormatName, Source, format_of
from service.api.schemas import HeaderSchema
from service.engine import RunInfo
from service.media.frame import VideoInfo
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import HEIGHT, PEOPLE, WIDTH, Written, frames


@pytest.fixture
def body() -> HeaderSchema:
    run = RunInfo("blazepose-full", "ab" * 32, 15, 15, "dis", "parametric", "cpu", BLAZEPOSE33)
    return HeaderSchema.from_run(VideoInfo(WIDTH, HEIGHT, 0, len(PEOPLE), "h264"), run)


@pytest.fixture
def walk() -> list[FramePoses]:
    return frames()


@pytest.fixture
def written(body: HeaderSchema, walk: list[FramePoses], tmp_path: Path) -> Written:
    """Writes a document; the test fails if a temporary file is left."""

    def write(
        name: str | FormatName,
        answers: Iterable[FramePoses] | None = None,
        skeleton: SkeletonName | None = None,
        made: list[Format | FileFormat] | None = None,
    ) -> bytes:
        folder = tmp_path / "answers"
        folder.mkdir(exist_ok=True)
        form = format_of(FormatName(name), Source("walk", temp_dir=folder))
        if made is not None:
            made.append(form)
        data = b"".join(document(body, walk if answers is None else answers, form, "/v1/poses", skeleton))
        assert list(folder.iterdir()) == []
        return data

    return write
