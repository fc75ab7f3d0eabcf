from __future__ import annotations

import cv2
import numpy as np
import pytest

from service.flow import ESTIMATORS
from service.options import FlowMethod

MATRIX = cv2.getRotationMatrix2D((96, 96), 2.0, 1.01) + np.array([[0, 0, 3.0], [0, 0, -2.0]])


@pytest.fixture(scope="module")
def pair(astronaut: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    grey = cv2.cvtColor(cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    moved = cv2.warpAffine(grey, MATRIX, (256, 256), borderMode=cv2.BORDER_REFLECT)
    return np.ascontiguousarray(grey[:192, :192]), np.ascontiguousarray(moved[:192, :192])


@pytest.mark.parametrize(
    ("method", "error_px"),
    [(FlowMethod.DIS, 0.3), (FlowMethod.FARNEBACK, 0.4), (FlowMethod.DEEPFLOW, 0.2), (FlowMethod.TVL1, 0.4)],
)
def test_a_known_motion_is_found_both_ways(
    pair: tuple[np.ndarray, np.ndarray], method: FlowMethod, error_px: float
) -> None:
    estimate = ESTIMATORS[method]()
    rows, columns = np.mgrid[0:192, 0:192].astype(np.float64)
    inside = (slice(24, -24), slice(24, -24))
    for matrix, (source, target) in (
        (MATRIX, pair),
        (cv2.invertAffineTransform(MATRIX), pair[::-1]),
    ):
        vectors = estimate(source, target)
        assert vectors.shape == (192, 192, 2)
        assert vectors.dtype == np.float32
        true_x = matrix[0, 0] * columns + matrix[0, 1] * rows + matrix[0, 2] - columns
        true_y = matrix[1, 0] * columns + matrix[1, 1] * rows + matrix[1, 2] - rows
        error = np.hypot(vectors[..., 0] - true_x, vectors[..., 1] - true_y)[inside]
        assert np.median(error) < error_px


def test_every_method_that_needs_no_card_has_an_estimator() -> None:
    on_card = {method for method in FlowMethod if method.startswith("cuda-")}
    assert set(ESTIMATORS) == set(FlowMethod) - on_card - {FlowMethod.NONE}
