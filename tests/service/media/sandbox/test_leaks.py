"""Processes, descriptors and memory are gone when a file is done with, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from service.errors import Problem
from service.media.limits import MediaLimits
from service.media.sandbox.errors import DecoderCrashed
from service.media.sandbox.sandbox import Sandbox
from tests.running import eventually
from tests.service.media.sandbox.conftest import MakeSandbox

LIMITS = MediaLimits()
SERVICE = """
import sys, time
from pathlib import Path
from service.media.limits import MediaLimits
from service.media.sandbox.sandbox import Sandbox
sandbox = Sandbox()
video = sandbox.open_video(Path(sys.argv[1]), MediaLimits())
next(iter(video))
print(sandbox.template_pid, flush=True)
time.sleep(600)
"""


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def workers_of(template: int | None) -> list[psutil.Process]:
    return psutil.Process(template).children()


@pytest.fixture
def fresh(video: Path) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.frames_at_most(video, LIMITS)
        yield sandbox


def test_nothing_is_left_of_videos_that_end_or_are_left(fresh: Sandbox, video: Path) -> None:
    before = descriptors()
    for index in range(6):
        opened = fresh.open_video(video, LIMITS)
        if index % 2:
            next(iter(opened))
        else:
            assert len(list(opened)) == 30
        opened.close()
        opened.close()
    assert descriptors() == before
    assert eventually(lambda: len(workers_of(fresh.template_pid)) == 1)  # born ahead
    assert "memfd:flowpose" not in Path("/proc/self/maps").read_text()


def test_nothing_is_left_of_decoders_that_crash(bad: MakeSandbox, video: Path) -> None:
    for decoder in ("crash_after_three_frames", "send_no_json", "hang_up_and_live"):
        sandbox = bad(decoder)
        for attempt in range(4):
            if attempt == 1:
                before = descriptors()
            with pytest.raises(Problem), sandbox.open_video(video, LIMITS) as opened:
                list(opened)
        assert descriptors() == before
        assert eventually(lambda sandbox=sandbox: len(workers_of(sandbox.template_pid)) == 1)


def test_nothing_is_left_of_a_closed_sandbox(video: Path) -> None:
    before = descriptors()
    with Sandbox() as sandbox:
        sandbox.open_video(video, LIMITS).close()
        template = sandbox.template_pid
        everyone = [psutil.Process(template), *workers_of(template)]
    assert descriptors() == before
    assert eventually(lambda: not any(each.is_running() for each in everyone))


def test_a_killed_template_is_one_crash_and_then_there_is_another(fresh: Sandbox, video: Path) -> None:
    before = descriptors()
    template = fresh.template_pid
    assert template is not None
    with fresh.open_video(video, LIMITS) as opened:
        frames = iter(opened)
        next(frames)
        workers = workers_of(template)
        os.kill(template, signal.SIGKILL)
        # They die a moment after it; a worker that is quicker would be done with so short a video.
        assert eventually(lambda: not any(worker.is_running() for worker in workers))
        with pytest.raises(DecoderCrashed):
            list(frames)
    with fresh.open_video(video, LIMITS) as opened:
        assert len(list(opened)) == 30
    assert fresh.template_pid != template
    assert descriptors() == before


def test_a_worker_that_dies_while_it_waits_harms_nobody(fresh: Sandbox, video: Path) -> None:
    for spare in workers_of(fresh.template_pid):
        spare.kill()
        spare_is_gone = spare.pid
        assert eventually(lambda pid=spare_is_gone: not psutil.pid_exists(pid))
    with fresh.open_video(video, LIMITS) as opened:
        assert len(list(opened)) == 30


def test_a_worker_that_dies_before_it_has_seen_its_file_harms_nobody(fresh: Sandbox, video: Path) -> None:
    (spare,) = workers_of(fresh.template_pid)
    spare.suspend()
    assert eventually(lambda: spare.status() == psutil.STATUS_STOPPED)

    def frames() -> int:
        with fresh.open_video(video, LIMITS) as opened:
            return len(list(opened))

    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(frames)
        # It is given out, and the next one is born; a moment later the job is in its line.
        assert eventually(lambda: len(workers_of(fresh.template_pid)) == 2)
        time.sleep(0.1)
        spare.kill()
        assert asked.result() == 30


def test_all_processes_end_with_a_service_that_is_killed(video: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVICE, str(video)], stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        template = psutil.Process(int(service.stdout.readline()))
        everyone = [template, *template.children()]
        assert len(everyone) == 3  # the template, the video's worker and the one born ahead
        service.kill()
    assert eventually(lambda: not any(each.is_running() for each in everyone))


def test_signals_that_stop_the_service_do_not_stop_its_decoders_under_way(
    fresh: Sandbox, video: Path
) -> None:
    template = fresh.template_pid
    assert template is not None
    with fresh.open_video(video, LIMITS) as opened:
        for stop in (signal.SIGINT, signal.SIGTERM):
            os.kill(template, stop)
        assert len(list(opened)) == 30
    assert fresh.template_pid == template
