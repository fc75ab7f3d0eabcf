from __future__ import annotations

from pathlib import Path

import pytest

from service.jobs.errors import StoreUnusable
from service.jobs.opening import check_jobs
from service.settings import Settings


def test_the_folder_is_made_and_is_nobody_elses(tmp_path: Path) -> None:
    check_jobs(Settings(jobs_dir=str(tmp_path / "new" / "jobs")))
    assert (tmp_path / "new" / "jobs" / "jobs.sqlite3").is_file()
    assert (tmp_path / "new" / "jobs").stat().st_mode & 0o077 == 0


def test_without_a_choice_jobs_lie_with_the_rest(tmp_path: Path) -> None:
    check_jobs(Settings(data_dir=tmp_path, jobs_dir=""))
    assert (tmp_path / "jobs" / "jobs.sqlite3").is_file()


def test_with_an_address_only_the_spool_is_here(tmp_path: Path) -> None:
    check_jobs(Settings(data_dir=tmp_path, jobs_dir=f"memory://{tmp_path.name}"))
    assert (tmp_path / "jobs" / "spool").is_dir()
    assert not (tmp_path / "jobs" / "files").exists()


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnusable, match="FLOWPOSE_JOBS_DIR"):
        check_jobs(Settings(jobs_dir=str(tmp_path / "file" / "jobs")))
