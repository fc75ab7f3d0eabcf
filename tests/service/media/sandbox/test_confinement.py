"""What a worker cannot do, found out by trying in one."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from service.media.errors import NoFrames
from service.media.limits import MediaLimits
from service.media.sandbox.job import Job, Task, cpu_seconds_for
from service.media.sandbox.messages import Confined
from service.media.sandbox.sandbox import Sandbox
from tests.service.media.sandbox.bad_decoders import ACTS
from tests.service.media.sandbox.conftest import MakeSandbox


@pytest.fixture(scope="module")
def outcomes(bad: MakeSandbox, video: Path) -> dict[str, str]:
    """What became of each act."""
    worker = bad("escape")._nursery.worker()
    try:
        with video.open("rb") as file:
            worker.begin(Job(Task.VIDEO, MediaLimits()), file.fileno())
            return worker.hear(Confined).missing
    finally:
        worker.close()


@pytest.mark.parametrize("act", ACTS)
def test_a_worker_cannot(act: str, outcomes: dict[str, str]) -> None:
    assert outcomes[act] in {"PermissionError", "RuntimeError", "ValueError"}


def test_the_same_acts_are_possible_without_a_sandbox() -> None:
    """Or the test above would show nothing."""
    for act in ("read a file", "read its program", "list a folder", "start a thread", "kill the service"):
        ACTS[act]()
    for act in ("open a socket", "open a local socket"):
        opened = ACTS[act]()
        assert isinstance(opened, socket.socket)
        opened.close()


def test_everything_is_applied_here(sandbox: Sandbox) -> None:
    told = sandbox.confinement()
    assert told.missing == {}
    assert len(told.by) == 6


def test_files_that_a_worker_sends_are_not_taken(bad: MakeSandbox, video: Path) -> None:
    with pytest.raises(NoFrames):
        bad("send_files").open_video(video)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with pytest.raises(NoFrames):
            bad("send_files").open_video(video)
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_environment_stays_outside(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWPOSE_SECRET", "x")
    with Sandbox() as fresh:
        fresh.confinement()
        environment = Path(f"/proc/{fresh.template_pid}/environ").read_bytes()
    assert b"SECRET" not in environment
    assert {line.split(b"=")[0] for line in environment.split(b"\0")[:-1]} == {
        *(b"PYTHONPATH", b"OPENBLAS_NUM_THREADS", b"OMP_NUM_THREADS", b"MKL_NUM_THREADS"),
    }


def test_what_a_job_may_use_goes_by_its_limits() -> None:
    small, large = (Job(Task.VIDEO, MediaLimits(max_pixels=pixels)) for pixels in (1 << 20, 1 << 23))
    assert large.memory_bytes - small.memory_bytes == 96 * 7 << 20
    assert small.cpu_s is None
    assert Job(Task.VIDEO, MediaLimits(max_seconds=10)).cpu_s == cpu_seconds_for(10) == 140
    assert Job.from_message(small.to_message()) == small
