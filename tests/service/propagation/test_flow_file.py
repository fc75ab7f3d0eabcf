from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from service.flow.field import FlowPair
from service.propagation.errors import WorkspaceFull
from service.propagation.flow_file import FlowFile

SIZE = 16


def pair(value: float, height: int = SIZE, width: int = SIZE) -> FlowPair:
    field = np.full((height, width, 2), value, np.float32)
    return FlowPair(field, -field, np.array([[value, 0, 1], [0, value, 2]], np.float64))


def test_flow_comes_back_with_its_place_in_the_frame() -> None:
    with FlowFile(4, SIZE) as file:
        file.put(5, pair(3.14, 9, 12))
        kept = file.get(5)
    assert kept is not None
    assert kept.forward.shape == (9, 12, 2)
    np.testing.assert_allclose(kept.forward, 3.14, atol=2e-3)
    np.testing.assert_array_equal(kept.backward, -kept.forward)
    np.testing.assert_array_equal(kept.to_flow, pair(3.14).to_flow)


def test_only_the_newest_are_kept_and_the_file_does_not_grow() -> None:
    with FlowFile(4, SIZE) as file:
        for frame in range(50):
            file.put(frame, pair(frame))
        assert [file.get(frame) is not None for frame in range(44, 51)] == [False, False] + [True] * 4 + [
            False
        ]
        assert file.size_bytes <= 4 * SIZE * SIZE * 8


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    with FlowFile(4, SIZE, tmp_path) as file:
        file.put(0, pair(1))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_has_its_own_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with FlowFile(4, SIZE) as file:
        monkeypatch.setattr(os, "pwrite", full)
        with pytest.raises(WorkspaceFull):
            file.put(0, pair(1))
