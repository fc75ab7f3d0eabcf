"""The same server on PostgreSQL and an object store."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from tests.running import RunningServer, eventually, pulled_networks
from tests.service.jobs.postgres import Postgres, why_not

MP4 = {"Content-Type": "video/mp4"}


def test_a_job_on_other_stores(tmp_path: Path, small: Path) -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(f"no PostgreSQL: {reason}")
    data, temp, objects = tmp_path / "data", tmp_path / "temp", f"/{tmp_path.name}"
    for folder in (data, temp, tmp_path / "postgres"):
        folder.mkdir()
    (data / "models").symlink_to(pulled_networks())
    with (
        Postgres(tmp_path / "postgres") as postgres,
        RunningServer(
            temp, data_dir=data, store=postgres.url, jobs_dir=f"memory:/{objects}", sandbox="off"
        ) as server,
    ):
        client = server.client
        job = client.post("/v1/jobs", content=small.read_bytes(), headers=MP4).json()
        there = job["links"]["self"]
        assert eventually(lambda: client.get(there).json()["state"] == "succeeded")
        lines = client.get(job["links"]["results"]).text.splitlines()
        assert len(lines) == 1 + 8 + 1
        assert fsspec.filesystem("memory").exists(f"{objects}/{job['id']}/video")
        assert client.delete(there).status_code == 204
        assert not fsspec.filesystem("memory").exists(f"{objects}/{job['id']}")
    assert not (data / "jobs" / "jobs.sqlite3").exists()
