from __future__ import annotations

import cv2
import numpy as np
import pytest

from service.split.memory import lacks_memory


def test_every_library_says_it_in_its_own_way() -> None:
    with pytest.raises(MemoryError) as of_numpy:
        np.empty(1 << 60, np.uint8)
    with pytest.raises(cv2.error) as of_opencv:
        cv2.resize(np.zeros((1, 1), np.uint8), (1 << 30, 1 << 22))
    assert lacks_memory(of_numpy.value)
    assert lacks_memory(of_opencv.value)
    assert lacks_memory(RuntimeError("std::bad_alloc"))


def test_other_errors_are_others() -> None:
    with pytest.raises(cv2.error) as wrong:
        cv2.resize(np.zeros((0, 0), np.uint8), (1, 1))
    assert not lacks_memory(wrong.value)
    assert not lacks_memory(ValueError("no"))
