from __future__ import annotations

import numpy as np

from service.people.box import box_round


def test_the_box_reaches_from_the_first_to_the_last_point_on_both_axes() -> None:
    assert box_round(np.array([[10, 20], [40, 25], [30, 80]], np.float32)) == (10, 20, 30, 60)


def test_one_point_has_a_box_without_size() -> None:
    assert box_round(np.array([[3, 4]], np.float32)) == (3, 4, 0, 0)
