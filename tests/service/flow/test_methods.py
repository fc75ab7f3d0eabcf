from __future__ import annotations

import cv2
import numpy as np
import pytest

from service.flow.cuda.card import why_no_card
from service.flow.methods import FlowMethods, FlowUnavailable
from service.options import FlowMethod
from tests.service.flow.cuda.fake import FakeCuda

ON_CPU = (FlowMethod.DIS, FlowMethod.FARNEBACK, FlowMethod.DEEPFLOW, FlowMethod.TVL1)
ON_CARD = tuple(method for method in FlowMethod if method.startswith("cuda-"))
BLANK = np.full((40, 40), 90, np.uint8)


def test_every_method_has_an_estimator_where_there_is_a_card() -> None:
    methods = FlowMethods(cuda=FakeCuda())
    assert set(methods.usable()) == set(FlowMethod)
    for method in set(FlowMethod) - {FlowMethod.NONE}:
        assert methods.make(method)(BLANK, BLANK).shape == (40, 40, 2)
    methods.close()


@pytest.mark.skipif(why_no_card(cv2.cuda) is None, reason="this machine's OpenCV has a card")
def test_with_the_opencv_at_hand_only_the_cpus_methods_are_listed_and_the_others_say_why() -> None:
    methods = FlowMethods()
    assert methods.usable() == (*ON_CPU, FlowMethod.NONE)
    for method in ON_CARD:
        with pytest.raises(FlowUnavailable, match=rf"{method}: .*CUDA"):
            methods.make(method)


def test_an_opencv_without_the_flow_engine_lists_the_others() -> None:
    methods = FlowMethods(cuda=FakeCuda(broken=("nvof",)))
    assert FlowMethod.CUDA_BROX in methods.usable()
    assert FlowMethod.CUDA_NVOF not in methods.usable()
    with pytest.raises(FlowUnavailable, match="no nvof here"):
        methods.check(FlowMethod.CUDA_NVOF)
    methods.close()


def test_a_card_that_opencv_cannot_use_is_told_too() -> None:
    methods = FlowMethods(cuda=FakeCuda(broken=("stream",)))
    assert methods.usable() == (*ON_CPU, FlowMethod.NONE)
    assert "the driver is too old" in (methods.why_not(FlowMethod.CUDA_BROX) or "")


def test_where_the_operator_wants_the_cpu_the_card_is_left_alone() -> None:
    cuda = FakeCuda()
    methods = FlowMethods(card_allowed=False, cuda=cuda)
    assert methods.usable() == (*ON_CPU, FlowMethod.NONE)
    with pytest.raises(FlowUnavailable, match="FLOWPOSE_DEVICE=cpu"):
        methods.make(FlowMethod.CUDA_BROX)
    assert cuda.made == []


def test_what_needs_no_card_never_looks_for_one() -> None:
    methods = FlowMethods(cuda=None)
    assert methods.make(FlowMethod.DIS)(BLANK, BLANK).shape == (40, 40, 2)
    methods.check(FlowMethod.NONE)


def test_closed_it_can_be_used_anew() -> None:
    methods = FlowMethods(cuda=FakeCuda())
    methods.make(FlowMethod.CUDA_BROX)
    methods.close()
    again = FlowMethods(cuda=FakeCuda())
    assert again.make(FlowMethod.CUDA_BROX)(BLANK, BLANK).shape == (40, 40, 2)
    again.close()
