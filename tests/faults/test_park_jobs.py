"""SIGTERM parks the job at a frame; the next process goes on at once and comes to the right answer."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.jobs.job import Job, JobState
from service.jobs.sql_store import SqlStore
from tests.faults.kill_jobs import MP4, parted, write_clip
from tests.faults.served import ServedProcess
from tests.running import eventually, pulled_networks


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServedProcess]:
    pulled_networks()
    server = ServedProcess(tmp_path, device="cpu", sandbox="off")
    server.start()
    yield server
    server.stop()


def test_a_stopped_server_parks_its_job(server: ServedProcess, tmp_path: Path) -> None:
    video = write_clip(tmp_path / "clip.mp4", 70).read_bytes()
    server.wait_until_up()
    with server.client as client:
        job = client.post("/v1/jobs", content=video, headers=MP4).json()["links"]
        assert eventually(lambda: client.get(job["self"]).json()["frames"] > 0)
    server.signal(signal.SIGTERM)
    (left,) = _jobs(tmp_path)
    assert (left.state, left.owner, left.crashes) == (JobState.QUEUED, None, 0)
    assert 0 < left.frames < 70
    server.start()
    server.wait_until_up()
    with server.client as client:
        before = client.get(job["results"]).content
        with client.stream("GET", job["results"], params={"follow": True}) as answer:
            whole = answer.read()
        right = client.post("/v1/poses?format=ndjson", content=video, headers=MP4).content
    assert parted(whole) == parted(right)
    assert parted(whole)[0][: left.frames] == parted(before)[0][: left.frames]


def _jobs(folder: Path) -> list[Job]:
    store = SqlStore(f"sqlite:///{folder / 'jobs' / 'jobs.sqlite3'}")
    try:
        return store.page(None, None, 9, None)
    finally:
        store.close()
