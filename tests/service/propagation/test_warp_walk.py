from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import onnxruntime as ort
import pytest

from service.media.errors import VideoDamaged
from service.media.frame import Frame
from service.networks.catalogue import find
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.upper7 import UPPER7
from service.propagation import CarriedFrame, Labels, Target
from service.propagation.blend import nearest
from service.propagation.errors import LabelsUnsuitable
from service.propagation.warp_walk import MOST, WarpWalk
from service.warping.warping import Warping
from tests.discs import disc_network
from tests.service.test_upper_body import frames, truth
from tests.warpers import By, opened

MODEL = "spatial-net"
SEEN = np.full(7, 2, np.uint8)
NEAR = 6.0  # pixels: a heatmap cell


@pytest.fixture(scope="module")
def warping(tmp_path_factory: pytest.TempPathFactory) -> dict[By, Warping]:
    """Finds seven discs, and knows where they go, or nothing."""
    session = ort.InferenceSession(disc_network(), providers=["CPUExecutionProvider"])
    folder = tmp_path_factory.mktemp("warpers")
    return {by: Warping(find(MODEL), HeatmapNetwork(session), opened(folder, MODEL, by)) for by in By}


def target(index: int, track: object = 1, names: tuple[str, ...] = UPPER7.joints) -> Target:
    return Target(track, truth(index).astype(np.float32), SEEN, names)


def labels(*on: int) -> Labels:
    return Labels({index: [target(index)] for index in on})


def errors(answers: Iterable[CarriedFrame]) -> list[float]:
    """Largest error of each frame, pixels."""
    return [
        float(np.linalg.norm(each.objects[0].points - truth(each.index), axis=1).max()) for each in answers
    ]


def test_joints_go_where_the_warped_maps_say(warping: dict[By, Warping]) -> None:
    answers = list(WarpWalk(warping[By.ORACLE])(frames(15), labels(0, 7, 14)))
    assert [answer.index for answer in answers] == list(range(15))
    assert [answer.labelled for answer in answers] == [index % 7 == 0 for index in range(15)]
    assert max(errors(answers)) < NEAR
    assert answers[3].objects[0].frames == (0, 7)
    assert all(answer.objects[0].score > 0.5 for answer in answers)


def test_a_warper_that_moves_nothing_copies_the_nearest_label_exactly(warping: dict[By, Warping]) -> None:
    answers = list(WarpWalk(warping[By.IDENTITY], nearest)(frames(8), labels(0, 7)))
    for answer in answers:
        np.testing.assert_allclose(answer.objects[0].points, truth(0 if answer.index < 4 else 7), atol=2e-2)
    scores = [answer.objects[0].score for answer in answers[:4]]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)


def test_labels_go_before_the_first_and_beyond_the_last(warping: dict[By, Warping]) -> None:
    answers = list(WarpWalk(warping[By.ORACLE])(frames(60), labels(6)))
    assert max(errors(answers)) < NEAR
    assert np.linalg.norm(truth(59) - truth(6), axis=1).max() > 50  # the crop had to go along
    assert {answer.objects[0].frames for answer in answers} == {(6,)}


def test_frames_far_before_a_label_are_empty(warping: dict[By, Warping]) -> None:
    answers = list(WarpWalk(warping[By.ORACLE], reach=5)(frames(14), labels(9)))
    assert [len(answer.objects) for answer in answers] == [0] * 4 + [1] * 10
    assert max(errors(answers[4:])) < NEAR


def test_frames_far_from_the_next_label_are_answered_by_the_one_before(warping: dict[By, Warping]) -> None:
    answers = list(WarpWalk(warping[By.ORACLE], reach=5)(frames(14), labels(0, 12)))
    origins = [answer.objects[0].frames for answer in answers]
    assert origins[:7] == [(0,)] * 7
    assert set(origins[7:12]) == {(12, 0)}  # the nearer one weighs more
    assert max(errors(answers)) < NEAR


def test_nothing_is_carried_over_a_scene_cut(warping: dict[By, Warping]) -> None:
    def cut() -> Iterator[Frame]:
        for frame in frames(10):
            image = frame.image if frame.index < 5 else np.ascontiguousarray(255 - frame.image[::-1])
            yield Frame(frame.index, frame.time_s, image)

    answers = list(WarpWalk(warping[By.ORACLE])(cut(), labels(0, 9)))
    assert [answer.objects[0].frames for answer in answers] == [(0,)] * 5 + [(9,)] * 5


def test_an_object_on_one_label_only_goes_half_way(warping: dict[By, Warping]) -> None:
    given = Labels({0: [target(0), target(0, "gone")], 6: [target(6)]})
    answers = list(WarpWalk(warping[By.ORACLE])(frames(7), given))
    assert [len(answer.objects) for answer in answers] == [2] * 4 + [1] * 3
    (one, other) = answers[2].objects
    np.testing.assert_allclose(one.points, other.points, atol=NEAR)


def test_joints_that_are_not_labelled_stay_unknown(warping: dict[By, Warping]) -> None:
    seen = np.array([2, 0, 2, 2, 1, 2, 2], np.uint8)
    some = Labels({0: [Target(1, truth(0).astype(np.float32), seen, UPPER7.joints)]})
    (_, answer) = WarpWalk(warping[By.ORACLE])(frames(2), some)
    assert answer.objects[0].visibility.tolist() == seen.tolist()
    assert answer.objects[0].points[1].tolist() == [0, 0]


def test_labels_in_another_order_and_of_some_joints_only_are_carried(warping: dict[By, Warping]) -> None:
    names = ("left_wrist", "head", "right_shoulder", "left_shoulder")
    places = [UPPER7.index(name) for name in names]
    point = {n: truth(n).astype(np.float32)[places] for n in (0, 2)}
    given = Labels({0: [Target(1, point[0], SEEN[:4], names)]})
    *_, answer = WarpWalk(warping[By.ORACLE])(frames(3), given)
    np.testing.assert_allclose(answer.objects[0].points, point[2], atol=NEAR)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("nose", *UPPER7.joints[1:]), "nose"),
        (("head", "head", *UPPER7.joints[2:]), "head"),
        ((), "points without names"),
    ],
)
def test_other_joints_than_the_warper_knows_are_refused(
    warping: dict[By, Warping], names: tuple[str, ...], told: str
) -> None:
    walk = WarpWalk(warping[By.ORACLE])
    with pytest.raises(LabelsUnsuitable, match=f"Frame 4 has labels of {told};.*right_wrist"):
        walk.check(Labels({0: [target(0)], 4: [target(4, names=names)]}))


def test_names_of_joints_that_are_not_labelled_do_not_matter(warping: dict[By, Warping]) -> None:
    seen = SEEN.copy()
    seen[0] = 0
    names = ("left_ear", *UPPER7.joints[1:])
    WarpWalk(warping[By.ORACLE]).check(Labels({0: [Target(1, truth(0).astype(np.float32), seen, names)]}))


def test_a_crowd_is_refused(warping: dict[By, Warping]) -> None:
    walk = WarpWalk(warping[By.ORACLE])
    walk.check(Labels({0: [target(0, n) for n in range(MOST)]}))
    with pytest.raises(LabelsUnsuitable, match="21 objects"):
        walk.check(Labels({0: [target(0, n) for n in range(MOST + 1)]}))


def test_what_is_wrong_with_the_video_comes_after_the_answers(warping: dict[By, Warping]) -> None:
    def torn() -> Iterator[Frame]:
        yield from frames(3)
        raise VideoDamaged("torn")

    answers = []
    with pytest.raises(VideoDamaged):
        answers.extend(WarpWalk(warping[By.ORACLE])(torn(), labels(0, 9)))
    assert len(answers) == 3
