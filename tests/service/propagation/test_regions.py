from __future__ import annotations

import numpy as np

from service.propagation import Labels, Target
from service.propagation.regions import regions
from service.propagation.trail import Trail

AT = np.array([[100, 50], [140, 130], [-900, 0]], np.float32)
TARGET = Target(1, AT, np.array([2, 1, 0], np.uint8))
LABELS = Labels({0: [TARGET], 20: [TARGET]})


def test_labels_that_are_carried_along_are_looked_at_where_they_are() -> None:
    trail = Trail.start(0, (TARGET,))
    assert regions(0, trail, None, LABELS) == [(100, 50, 40, 80)]


def test_labels_to_come_may_be_anywhere_near() -> None:
    ((x, y, width, height),) = regions(10, None, 20, LABELS)
    (near,) = regions(19, None, 20, LABELS)
    assert x < near[0] < 100
    assert y < near[1] < 50
    assert width > near[2] > 40
    assert height > near[3] > 80


def test_with_no_label_there_is_no_region() -> None:
    assert regions(3, None, None, LABELS) == []
