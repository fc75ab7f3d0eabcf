"""A network of seven joints on the whole path: its own crop, flow, pooling, joints."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from service.engine import Engine
from service.media.frame import Frame
from service.networks.upper7 import UPPER7
from service.options import CropSource, Options, Pooling
from service.people.people import LOOK_EVERY
from service.temporal.pose import FramePoses
from tests.discs import PLACES, disc_network, paint

SIZE = (360, 480)  # height, width
NEAR = 4.0  # pixels; a heatmap cell is about 6 of them


def motion(n: int) -> np.ndarray:
    """(2, 3): pixels of the astronaut's picture -> pixels of frame n."""
    angle = np.radians(4 * np.sin(n / 9))
    turn = 0.62 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    at = np.array([215 + 40 * np.sin(n / 12), 150 + 12 * np.cos(n / 7)])
    return np.hstack([turn, (at - turn @ [225.0, 200.0])[:, None]])


def picture(n: int) -> np.ndarray:
    """Frame n of the moving astronaut, who wears seven discs."""
    painted = paint(skimage.data.astronaut())
    return np.asarray(cv2.warpAffine(painted, motion(n), SIZE[::-1], borderValue=(90, 100, 110)))


def truth(n: int) -> np.ndarray:
    """(7, 2) centres of the discs in frame n."""
    return PLACES @ motion(n)[:, :2].T + motion(n)[:, 2]


def frames(count: int) -> Iterator[Frame]:
    for n in range(count):
        yield Frame(n, n / 25, picture(n))


def run(engine: Engine, options: Options, video: Iterator[Frame]) -> list[FramePoses]:
    with engine.stream(options) as stream:
        answers = [answer for frame in video for answer in stream.push(frame)]
        return answers + stream.finish()


@pytest.fixture(scope="module")
def discs(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine whose `spatial-net` is the hand-made network; the detector is the real one."""
    folder = tmp_path_factory.mktemp("models")
    shutil.copy(models_dir / "person-detector.onnx", folder)
    (folder / "spatial-net.onnx").write_bytes(disc_network())
    with Engine(folder) as engine:
        yield engine


@pytest.mark.parametrize("pooling", [Pooling.NONE, Pooling.PARAMETRIC])
def test_a_person_is_found_and_followed_with_the_upper_body_crop(discs: Engine, pooling: Pooling) -> None:
    answers = run(discs, Options(model="spatial-net", pooling=pooling), frames(25))
    assert all([person.id for person in answer.people] == [1] for answer in answers)
    for answer in answers:
        (person,) = answer.people
        assert person.joints.shape == (7, 2)
        # The first crop does not know the arms: discs may touch its edge.
        np.testing.assert_allclose(
            person.joints, truth(answer.index), atol=2 * NEAR if answer.index < 5 else NEAR
        )


def test_what_is_in_the_data_folder_makes_the_answer_and_says_so(discs: Engine) -> None:
    told = discs.describe(Options(model="spatial-net"))
    assert (told.model, told.skeleton) == ("spatial-net", UPPER7)
    assert {info.name: info.present for info in discs.models()}["spatial-net"]


def test_the_whole_frame_can_be_the_crop(discs: Engine) -> None:
    answers = run(discs, Options(model="spatial-net", crop=CropSource.FULL), frames(3))
    for answer in answers:
        np.testing.assert_allclose(answer.people[0].joints, truth(answer.index), atol=NEAR)


def test_a_box_can_say_where_to_begin(discs: Engine) -> None:
    options = Options(model="spatial-net", crop=CropSource.BOX, box=(100, 20, 240, 330))
    answers = run(discs, options, frames(12))
    np.testing.assert_allclose(answers[-1].people[0].joints, truth(11), atol=NEAR)


def test_two_people_keep_their_ids(discs: Engine) -> None:
    pair = (Frame(f.index, f.time_s, np.hstack([f.image, f.image])) for f in frames(22))
    answers = run(discs, Options(model="spatial-net", people=3), pair)
    assert all([person.id for person in answer.people] == [1, 2] for answer in answers[LOOK_EVERY:])
    ends = sorted(answers[-1].people, key=lambda person: person.joints[0, 0])
    np.testing.assert_allclose(ends[1].joints - ends[0].joints, [[SIZE[1], 0]] * 7, atol=NEAR)


def test_a_still_picture_is_answered(discs: Engine, astronaut: np.ndarray) -> None:
    (person,) = discs.picture(paint(astronaut), Options(model="spatial-net")).people
    np.testing.assert_allclose(person.joints, PLACES, atol=2 * NEAR)


def test_a_person_without_discs_is_nobody_to_this_network(discs: Engine, astronaut: np.ndarray) -> None:
    assert discs.picture(astronaut, Options(model="spatial-net")).people == ()
