from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import cv2
import numpy as np
import pytest

from service.flow.cpu import ESTIMATORS
from service.flow.cuda import ALGORITHMS
from service.flow.cuda.card import Card, why_no_card
from service.flow.motion import Motion
from service.options import FlowMethod
from tests.moving import picture
from tests.service.flow.cuda.fake import FakeCuda

GREYS = [cv2.cvtColor(picture(n), cv2.COLOR_RGB2GRAY) for n in range(4)]


@pytest.fixture
def cuda() -> FakeCuda:
    return FakeCuda()


@pytest.fixture
def card(cuda: FakeCuda) -> Iterator[Card]:
    card = Card(cuda)
    yield card
    card.close()


@pytest.mark.parametrize("method", list(ALGORITHMS))
def test_each_method_answers_from_the_thread_of_the_card(card: Card, method: FlowMethod) -> None:
    vectors = card.estimator(method)(GREYS[0], GREYS[1])
    assert vectors.dtype == np.float32
    expected = ESTIMATORS[FlowMethod.DIS]()(GREYS[0], GREYS[1])
    np.testing.assert_allclose(vectors, expected, atol=0.02)  # the engine has 1/32 pixel


@pytest.mark.parametrize("method", list(ALGORITHMS))
def test_each_picture_goes_to_the_card_once(card: Card, cuda: FakeCuda, method: FlowMethod) -> None:
    estimate = card.estimator(method)
    for source, target in pairwise(GREYS):
        forward, backward = estimate(source, target), estimate(target, source)
        assert np.median(forward[60:-60, 60:-60, 0]) * np.median(backward[60:-60, 60:-60, 0]) < 0
    assert cuda.uploads == len(GREYS)


def test_motion_uploads_a_frame_once_as_long_as_its_view_serves(card: Card, cuda: FakeCuda) -> None:
    motion = Motion(card.estimator(FlowMethod.CUDA_FARNEBACK))
    for n in range(5):
        motion.between(n, picture(n), picture(n + 1), [(90, 60, 140, 120)])
    assert cuda.uploads == 6


def test_the_same_picture_twice_has_no_motion(card: Card) -> None:
    vectors = card.estimator(FlowMethod.CUDA_BROX)(GREYS[0], GREYS[0])
    assert np.abs(vectors).max() < 0.1


def test_streams_in_many_threads_take_turns_in_one(card: Card) -> None:
    expected = [card.estimator(FlowMethod.CUDA_TVL1)(GREYS[0], grey) for grey in GREYS[1:]]
    with ThreadPoolExecutor(3) as streams:
        got = list(streams.map(lambda grey: card.estimator(FlowMethod.CUDA_TVL1)(GREYS[0], grey), GREYS[1:]))
    np.testing.assert_array_equal(got, expected)


def test_the_engine_is_made_anew_for_another_size_only(card: Card, cuda: FakeCuda) -> None:
    estimate = card.estimator(FlowMethod.CUDA_NVOF)
    for size in ((160, 160), (120, 160), (120, 160)):
        small = [cv2.resize(grey, size) for grey in GREYS[:2]]
        assert estimate(*small).shape == (size[1], size[0], 2)
    assert cuda.engine_sizes == [(160, 160), (120, 160)]


def test_a_picture_that_did_not_arrive_is_sent_again(card: Card, cuda: FakeCuda) -> None:
    estimate = card.estimator(FlowMethod.CUDA_FARNEBACK)
    cuda.stumbles = True
    with pytest.raises(cv2.error, match="out of memory"):
        estimate(GREYS[0], GREYS[1])
    estimate(GREYS[0], GREYS[1])
    assert cuda.uploads == 1 + 2


def test_what_opencv_cannot_make_is_told_with_its_words() -> None:
    card = Card(FakeCuda(broken=("nvof",)))
    assert card.why_not(FlowMethod.CUDA_BROX) is None
    assert "no nvof here" in (card.why_not(FlowMethod.CUDA_NVOF) or "")
    card.close()


def test_without_cuda_or_without_a_card_it_says_which() -> None:
    assert why_no_card(object()) == "this OpenCV was built without CUDA"
    assert why_no_card(FakeCuda(devices=-1)) == "OpenCV finds no CUDA card here (it counts -1)"
    assert why_no_card(FakeCuda()) is None
