"""What the operator allows: the queue, the room, the time; and that jobs go on after the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.running import RunningServer, eventually, pulled_networks

MP4 = {"Content-Type": "video/mp4"}


def served(folder: Path, **settings: object) -> RunningServer:
    pulled_networks()
    (folder / "temp").mkdir(exist_ok=True)
    return RunningServer(folder / "temp", jobs_dir=str(folder / "jobs"), sandbox="off", **settings)


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that only takes jobs in."""
    folder = tmp_path_factory.mktemp("idle")
    with served(folder, jobs_workers=0, jobs_max_queued=2, jobs_max_bytes=9000) as server:
        yield server


@pytest.fixture
def client(idle: RunningServer) -> Iterator[httpx.Client]:
    client = idle.client
    yield client
    for job in client.get("/v1/jobs").json()["jobs"]:
        client.delete(job["links"]["self"])


def name(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].removeprefix("/problems/")


def test_a_full_queue_is_told_with_when_to_come_again(client: httpx.Client) -> None:
    for _ in range(2):
        assert client.post("/v1/jobs", content=b"x", headers=MP4).status_code == 202
    full = client.post("/v1/jobs", content=b"x", headers=MP4)
    assert name(full) == (503, "queue-full")
    assert int(full.headers["retry-after"]) > 0


def test_what_does_not_fit_is_told(client: httpx.Client) -> None:
    assert name(client.post("/v1/jobs", content=b"x" * 9001, headers=MP4)) == (507, "jobs-full")
    assert client.post("/v1/jobs", content=b"x" * 9000, headers=MP4).status_code == 202
    assert name(client.post("/v1/jobs", content=b"x", headers=MP4)) == (507, "jobs-full")


def test_what_does_not_fit_is_told_of_parts_too(client: httpx.Client) -> None:
    begun = client.post("/v1/jobs", params={"upload": "resumable"})
    assert begun.headers["upload-limit"] == "max-size=9000"
    there = begun.headers["location"]
    part = client.patch(there, content=b"x" * 8000, headers={"Upload-Offset": "0"})
    assert part.status_code == 204
    more = client.patch(there, content=b"x" * 1001, headers={"Upload-Offset": "8000"})
    assert name(more) == (507, "jobs-full")


def test_a_queued_job_is_there_after_a_restart_and_is_worked_on(tmp_path: Path, small: Path) -> None:
    with served(tmp_path, jobs_workers=0) as server:
        job = server.client.post("/v1/jobs", content=small.read_bytes(), headers=MP4).json()
        assert job["state"] == "queued"
    with served(tmp_path, jobs_max_s=600) as server:
        client, there = server.client, job["links"]["self"]
        assert eventually(lambda: client.get(there).json()["state"] == "succeeded")
        assert client.get(there).json()["frames"] == 8
