"""Whatever a decoder does, it is one file's named problem; frames before it stay delivered."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from service.errors import Problem
from service.media.errors import NoFrames
from service.media.frame import Frame
from service.media.limits import MediaLimits
from service.media.sandbox.errors import DecoderCrashed, DecoderMisbehaved, DecoderStalled
from service.media.sandbox.sandbox import Sandbox
from tests.service.media.sandbox.conftest import MakeSandbox
from tests.videos import steady, write_numbered

LITTLE = MediaLimits(max_pixels=1 << 16)


def frames_until_it_breaks(sandbox: Sandbox, path: Path) -> tuple[list[Frame], Problem]:
    frames: list[Frame] = []
    with pytest.raises(Problem) as caught, sandbox.open_video(path, LITTLE) as video:
        frames.extend(video)
    return frames, caught.value


def read(sandbox: Sandbox, path: Path) -> tuple[int, Problem | None]:
    count = 0
    try:
        with sandbox.open_video(path, LITTLE) as video:
            for _ in video:
                count += 1
    except Problem as problem:
        return count, problem
    return count, None


@pytest.mark.parametrize(
    ("decoder", "says"),
    [
        ("crash_after_three_frames", "SIGSEGV"),
        ("be_killed_after_three_frames", "SIGKILL"),
        ("leave_after_three_frames", "status 7"),
    ],
)
def test_a_crash_comes_after_the_frames_before_it(
    decoder: str, says: str, bad: MakeSandbox, video: Path
) -> None:
    frames, problem = frames_until_it_breaks(bad(decoder), video)
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert isinstance(problem, DecoderCrashed)
    assert says in problem.detail


def test_a_crash_before_the_first_frame_is_the_same_problem(bad: MakeSandbox, video: Path) -> None:
    for _ in range(3):  # and the next file has a fresh process
        with pytest.raises(DecoderCrashed, match="SIGSEGV"):
            bad("crash_at_once").open_video(video, LITTLE)
    with pytest.raises(DecoderCrashed, match="SIGSEGV"):
        bad("crash_at_once").read_image(video, LITTLE)
    with pytest.raises(DecoderCrashed, match="SIGSEGV"):
        bad("crash_at_once").frames_at_most(video, LITTLE)


def test_a_decoder_that_hangs_is_ended(bad: MakeSandbox, video: Path) -> None:
    frames, problem = frames_until_it_breaks(bad("sleep_after_three_frames", idle_s=0.5), video)
    assert len(frames) == 3
    assert isinstance(problem, DecoderStalled)
    assert "0.5 s" in problem.detail
    with pytest.raises(DecoderStalled):
        bad("sleep_at_once", idle_s=0.5).open_video(video, LITTLE)


def test_memory_has_a_bound(bad: MakeSandbox, video: Path) -> None:
    with pytest.raises(DecoderCrashed, match="262 MiB of memory"):
        bad("eat_memory").open_video(video, LITTLE)


def test_cpu_time_has_a_bound(bad: MakeSandbox, video: Path) -> None:
    with pytest.raises(DecoderCrashed, match="CPU time"):
        bad("spin").open_video(video, LITTLE)


def test_an_unforeseen_error_is_logged_as_text_that_cannot_do_harm(
    bad: MakeSandbox, video: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DecoderCrashed, match="nobody foresaw"):
        bad("fail").open_video(video, LITTLE)
    assert "ZeroDivisionError" in caplog.text
    assert "\x1b" not in caplog.text


@pytest.mark.parametrize(
    "decoder",
    [
        *("claim_a_huge_picture", "claim_a_negative_picture", "claim_a_codec", "claim_no_time_base"),
        *("send_no_json", "send_too_much", "send_deep_json", "send_frames_unasked", "invent_a_problem"),
    ],
)
def test_a_decoder_that_lies_is_ended(decoder: str, bad: MakeSandbox, video: Path) -> None:
    with pytest.raises(DecoderMisbehaved):
        bad(decoder).open_video(video, LITTLE)


def test_a_time_that_is_none_ends_the_video(bad: MakeSandbox, video: Path) -> None:
    frames, problem = frames_until_it_breaks(bad("give_a_time_that_is_none"), video)
    assert len(frames) == 2
    assert isinstance(problem, DecoderMisbehaved)


def test_a_decoder_that_hangs_up_and_lives_on_is_ended(bad: MakeSandbox, video: Path) -> None:
    with pytest.raises(DecoderCrashed):
        bad("hang_up_and_live").open_video(video, LITTLE)


def test_the_ring_cannot_be_cut_off(bad: MakeSandbox, video: Path) -> None:
    frames, problem = frames_until_it_breaks(bad("cut_the_ring"), video)
    assert frames == []
    assert isinstance(problem, NoFrames)
    assert problem.detail == "PermissionError"


def test_fuzzed_files_give_frames_or_a_problem(sandbox: Sandbox, tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(12))
    whole = path.read_bytes()
    for seed in range(25):
        chance = random.Random(seed)
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        frames, problem = read(sandbox, path)
        assert frames <= 12
        assert problem is None or problem.status < 500, problem
