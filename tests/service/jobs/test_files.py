from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.jobs.errors import StoreUnusable
from service.jobs.files import FolderFiles, JobFiles, ObjectFiles


@pytest.fixture(params=["folder", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JobFiles]:
    if request.param == "folder":
        yield FolderFiles(tmp_path / "files")
        return
    files = ObjectFiles(f"memory://{tmp_path.name}/files", tmp_path / "spool")
    yield files
    for id_ in files.ids():
        files.remove(id_)
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"frames")
    return path


def test_a_video_is_kept_and_its_file_stays(files: JobFiles, video: Path) -> None:
    files.keep("a", video)
    video.unlink()
    with files.video("a") as path:
        assert path.read_bytes() == b"frames"
    assert files.ids() == {"a"}


def test_all_of_a_job_is_removed(files: JobFiles, video: Path) -> None:
    for id_ in "ab":
        files.keep(id_, video)
        with files.writer(id_) as results:
            results.append(b"line\n")
    files.remove("a")
    files.remove("a")
    assert files.ids() == {"b"}
    assert list(files.reader("a").blocks(0)) == []
    assert list(files.reader("b").blocks(0)) == [b"line\n"]
    with pytest.raises(FileNotFoundError), files.video("a"):
        pass


@pytest.mark.parametrize("url", ["nosuch://bucket/folder"])
def test_an_address_of_no_known_kind_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="FLOWPOSE_JOBS_DIR"):
        ObjectFiles(url, tmp_path)
