from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from service.engine import Engine
from service.flow import ESTIMATORS
from service.media.errors import VideoDamaged
from service.media.frame import Frame
from service.media.video import open_video
from service.options import CropSource, FlowMethod, Options, Pooling
from service.temporal.pose import FramePoses
from service.video_poses import poses_of_video
from tests.videos import truncate, write_video

SIZE = (360, 480)  # height, width
RELIABLE = [0, 2, 5, 7, 8, 9, 10]  # nose, eyes, ears, mouth: sharp and in view all the time


def motion(n: int) -> np.ndarray:
    """(2, 3): pixels of the astronaut's picture -> pixels of frame n."""
    angle = np.radians(4 * np.sin(n / 9))
    turn = 0.62 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.array([225.0, 200.0])
    at = np.array([215 + 40 * np.sin(n / 12), 150 + 12 * np.cos(n / 7)])
    return np.hstack([turn, (at - turn @ centre)[:, None]])


def picture(n: int) -> np.ndarray:
    """Frame n of the moving astronaut, with a camera's noise."""
    seen = cv2.warpAffine(skimage.data.astronaut(), motion(n), SIZE[::-1], borderValue=(90, 100, 110))
    noise = np.random.default_rng(n).normal(0, 6, seen.shape)
    return np.clip(seen + noise, 0, 255).astype(np.uint8)


def frames(count: int, first: int = 0) -> Iterator[Frame]:
    for n in range(first, first + count):
        yield Frame(n, n / 25, picture(n))


def run(engine: Engine, options: Options, video: Iterator[Frame]) -> list[FramePoses]:
    with engine.stream(options) as stream:
        answers = [answer for frame in video for answer in stream.push(frame)]
        return answers + stream.finish()


def back_in_the_picture(answer: FramePoses) -> np.ndarray:
    """(7, 2) reliable joints of the first person in the astronaut's own pixels."""
    joints = answer.people[0].joints[RELIABLE]
    inverse = cv2.invertAffineTransform(motion(answer.index))
    return joints @ inverse[:, :2].T + inverse[:, 2]


@pytest.fixture(scope="module")
def pooled(engine: Engine) -> list[FramePoses]:
    return run(engine, Options(), frames(50))


@pytest.fixture(scope="module")
def alone(engine: Engine) -> list[FramePoses]:
    return run(engine, Options(pooling=Pooling.NONE), frames(50))


def test_every_frame_has_one_answer_in_order(pooled: list[FramePoses]) -> None:
    assert [answer.index for answer in pooled] == list(range(50))
    assert [answer.time_s for answer in pooled] == [n / 25 for n in range(50)]
    assert all([person.id for person in answer.people] == [1] for answer in pooled)


def test_as_many_frames_are_pooled_as_the_window_holds(
    pooled: list[FramePoses], alone: list[FramePoses]
) -> None:
    assert [answer.pooled for answer in pooled] == [1 + min(n, 15) + min(49 - n, 15) for n in range(50)]
    assert {answer.pooled for answer in alone} == {1}


def test_joints_stay_on_the_body_as_it_moves(pooled: list[FramePoses]) -> None:
    at = np.array([back_in_the_picture(answer) for answer in pooled])
    off = np.linalg.norm(at - np.median(at, axis=0), axis=-1)
    assert np.quantile(off, 0.95) < 8, "pixels of a face about 110 wide"


def test_pooling_takes_most_of_the_jitter_away(pooled: list[FramePoses], alone: list[FramePoses]) -> None:
    def jitter(answers: list[FramePoses]) -> float:
        at = np.array([back_in_the_picture(answer) for answer in answers])
        return float(np.median(np.linalg.norm(np.diff(at, n=2, axis=0), axis=-1)))

    assert jitter(pooled) < jitter(alone) / 2


@pytest.mark.parametrize(
    ("lookahead", "window", "expected"), [(0, 15, [1, 2, 3, 4]), (2, 15, [3, 4, 4, 4]), (1, 1, [2, 3, 3, 2])]
)
def test_look_ahead_and_window_say_who_takes_part(
    engine: Engine, lookahead: int, window: int, expected: list[int]
) -> None:
    answers = run(engine, Options(lookahead=lookahead, window=window), frames(4))
    assert [answer.pooled for answer in answers] == expected


def test_without_look_ahead_nothing_waits_for_later_frames(engine: Engine) -> None:
    with engine.stream(Options(lookahead=0)) as stream:
        got = [len(stream.push(frame)) for frame in frames(20)]
        assert sum(got) >= 20 - 5
        assert len(stream.finish()) == 20 - sum(got)


@pytest.mark.parametrize("method", [*ESTIMATORS, FlowMethod.NONE])
def test_every_flow_method_that_needs_no_card_runs(engine: Engine, method: FlowMethod) -> None:
    answers = run(engine, Options(flow=method, window=1, lookahead=1), frames(3))
    assert [answer.pooled for answer in answers] == [2, 3, 2]


def test_no_frames_no_answers(engine: Engine) -> None:
    assert run(engine, Options(), iter(())) == []


def test_nobody_in_view_is_an_empty_list_for_every_frame(engine: Engine) -> None:
    blank = (Frame(n, n / 25, np.full((*SIZE, 3), 128, np.uint8)) for n in range(6))
    answers = run(engine, Options(), blank)
    assert [(answer.index, answer.people, answer.pooled) for answer in answers] == [
        (n, (), 0) for n in range(6)
    ]


def test_the_same_frames_give_the_same_answers(engine: Engine, pooled: list[FramePoses]) -> None:
    again = run(engine, Options(), frames(50))
    for one, other in zip(pooled, again, strict=True):
        np.testing.assert_array_equal(one.people[0].joints, other.people[0].joints)


def test_a_scene_cut_cuts_the_window_and_starts_new_people(engine: Engine) -> None:
    def two_scenes() -> Iterator[Frame]:
        yield from frames(12)
        for frame in frames(12, 12):
            yield replace(frame, image=np.ascontiguousarray(255 - frame.image[:, ::-1] // 3))

    answers = run(engine, Options(), two_scenes())
    assert [answer.pooled for answer in answers[:12]] == [12] * 12
    assert {person.id for answer in answers[:12] for person in answer.people} == {1}
    assert 1 not in {person.id for answer in answers[12:] for person in answer.people}


def test_a_dropped_frame_is_bridged(engine: Engine, pooled: list[FramePoses]) -> None:
    answers = run(engine, Options(), (frame for frame in frames(50) if frame.index != 20))
    assert [answer.index for answer in answers] == [n for n in range(50) if n != 20]
    near = answers[20]
    assert (near.index, near.pooled) == (21, 30)
    np.testing.assert_allclose(back_in_the_picture(near), back_in_the_picture(pooled[21]), atol=5)


def test_two_people_keep_their_ids(engine: Engine) -> None:
    def pair() -> Iterator[Frame]:
        for frame in frames(25):
            yield replace(frame, image=np.hstack([frame.image, frame.image]))

    answers = run(engine, Options(people=3), pair())
    assert all([person.id for person in answer.people] == [1, 2] for answer in answers)
    for answer in answers:
        left, right = sorted(answer.people, key=lambda person: person.joints[0, 0])
        np.testing.assert_allclose(
            right.joints[RELIABLE] - left.joints[RELIABLE], [[SIZE[1], 0]] * len(RELIABLE), atol=8
        )
    assert len({answer.people[0].joints[0, 0] < SIZE[1] for answer in answers}) == 1


def test_the_whole_frame_can_be_the_crop(engine: Engine) -> None:
    answers = run(engine, Options(crop=CropSource.FULL), frames(3))
    assert all([person.id for person in answer.people] == [1] for answer in answers)


def test_a_box_can_say_where_to_begin(engine: Engine, pooled: list[FramePoses]) -> None:
    options = Options(crop=CropSource.BOX, box=(-130, -100, 700, 700))
    answers = run(engine, options, frames(25))
    np.testing.assert_allclose(back_in_the_picture(answers[20]), back_in_the_picture(pooled[20]), atol=12)


def test_a_stream_that_is_left_leaves_no_threads(engine: Engine) -> None:
    before = threading.active_count()
    with engine.stream(Options()) as stream:
        for frame in frames(5):
            stream.push(frame)
        assert threading.active_count() > before
    assert threading.active_count() == before
    stream.close()


def test_the_stages_are_timed(engine: Engine) -> None:
    with engine.stream(Options()) as stream:
        for frame in frames(3):
            stream.push(frame)
        stream.finish()
        timings = stream.timings
    assert set(timings) == {"cut", "find", "crop", "network", "remember", "flow", "pool"}
    assert all(seconds > 0 for seconds in timings.values())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "astronaut.mp4"
    write_video(path, [picture(n) for n in range(40)], [n / 25 for n in range(40)])
    return path


def test_a_video_file_gives_an_answer_a_frame(engine: Engine, clip: Path) -> None:
    with open_video(clip) as video:
        answers = list(poses_of_video(video, engine, Options()))
    assert [answer.index for answer in answers] == list(range(40))
    assert all(len(answer.people) == 1 for answer in answers)


def test_a_damaged_video_gives_what_can_be_read_and_then_its_problem(
    engine: Engine, clip: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "cut.mp4"
    damaged.write_bytes(clip.read_bytes())
    truncate(damaged, 0.6)
    answers: list[FramePoses] = []
    with open_video(damaged) as video, pytest.raises(VideoDamaged):
        answers.extend(poses_of_video(video, engine, Options()))
    assert 5 < len(answers) < 40
    assert [answer.index for answer in answers] == list(range(len(answers)))


def test_a_cancelled_video_stops_at_once_and_leaves_no_threads(engine: Engine, clip: Path) -> None:
    before = threading.active_count()
    cancelled = threading.Event()
    with open_video(clip) as video:
        answers = poses_of_video(video, engine, Options(lookahead=0), cancelled)
        next(answers)
        cancelled.set()
        assert list(answers) == []
    assert threading.active_count() == before
