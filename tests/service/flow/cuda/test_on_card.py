"""The real `cv2.cuda` on a real card."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from service.flow.cpu import ESTIMATORS
from service.flow.cuda import ALGORITHMS
from service.flow.methods import FlowMethods
from service.options import FlowMethod

pytestmark = pytest.mark.gpu("flow")

MATRIX = cv2.getRotationMatrix2D((96, 96), 2.0, 1.01) + np.array([[0, 0, 3.0], [0, 0, -2.0]])
INSIDE = (slice(24, -24), slice(24, -24))
Pair = tuple[np.ndarray, np.ndarray]

# Pixels, median; the flow engine has blocks where the others have pixels.
ERRORS_PX = {
    FlowMethod.CUDA_FARNEBACK: 0.4,
    FlowMethod.CUDA_BROX: 0.3,
    FlowMethod.CUDA_TVL1: 0.4,
    FlowMethod.CUDA_NVOF: 0.8,
}


@pytest.fixture(scope="module")
def methods() -> Iterator[FlowMethods]:
    methods = FlowMethods()
    yield methods
    methods.close()


@pytest.fixture(scope="module")
def pair(astronaut: np.ndarray) -> Pair:
    grey = cv2.cvtColor(cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    moved = cv2.warpAffine(grey, MATRIX, (256, 256), borderMode=cv2.BORDER_REFLECT)
    return np.ascontiguousarray(grey[:192, :192]), np.ascontiguousarray(moved[:192, :192])


def need(methods: FlowMethods, method: FlowMethod) -> None:
    reason = methods.why_not(method)
    if reason is not None:
        pytest.skip(f"{method}: {reason}")


@pytest.mark.parametrize("method", [FlowMethod.CUDA_FARNEBACK, FlowMethod.CUDA_BROX, FlowMethod.CUDA_TVL1])
def test_what_every_cuda_build_has_can_be_made(methods: FlowMethods, method: FlowMethod) -> None:
    assert methods.why_not(method) is None


@pytest.mark.parametrize("method", list(ALGORITHMS))
def test_a_known_motion_is_found_both_ways(methods: FlowMethods, pair: Pair, method: FlowMethod) -> None:
    need(methods, method)
    estimate = methods.make(method)
    rows, columns = np.mgrid[0:192, 0:192].astype(np.float64)
    for matrix, (source, target) in ((MATRIX, pair), (cv2.invertAffineTransform(MATRIX), pair[::-1])):
        vectors = estimate(source, target)
        assert vectors.shape == (192, 192, 2)
        true_x = matrix[0, 0] * columns + matrix[0, 1] * rows + matrix[0, 2] - columns
        true_y = matrix[1, 0] * columns + matrix[1, 1] * rows + matrix[1, 2] - rows
        error = np.hypot(vectors[..., 0] - true_x, vectors[..., 1] - true_y)[INSIDE]
        assert np.median(error) < ERRORS_PX[method]


@pytest.mark.parametrize("method", list(ALGORITHMS))
@pytest.mark.parametrize("size", [(160, 90), (90, 160), (64, 160), (33, 47)])
def test_pictures_of_any_shape_and_changing_shapes_are_taken(
    methods: FlowMethods, pair: Pair, method: FlowMethod, size: tuple[int, int]
) -> None:
    need(methods, method)
    estimate = methods.make(method)
    for shape in (size, (160, 160), size):
        small = [cv2.resize(grey, shape, interpolation=cv2.INTER_AREA) for grey in pair]
        vectors = estimate(*small)
        assert vectors.shape == (shape[1], shape[0], 2)
        assert np.isfinite(vectors).all()


@pytest.mark.parametrize("method", list(ALGORITHMS))
def test_asked_again_and_from_many_threads_it_says_the_same(
    methods: FlowMethods, pair: Pair, method: FlowMethod
) -> None:
    need(methods, method)
    first = methods.make(method)(*pair)
    with ThreadPoolExecutor(4) as streams:
        answers = list(
            streams.map(lambda _: methods.make(method)(*[grey.copy() for grey in pair]), range(12))
        )
    for answer in answers:
        np.testing.assert_allclose(answer, first, atol=0.05)


def test_farneback_is_that_of_the_cpu(methods: FlowMethods, pair: Pair) -> None:
    got = methods.make(FlowMethod.CUDA_FARNEBACK)(*pair)[INSIDE]
    expected = ESTIMATORS[FlowMethod.FARNEBACK]()(*pair)[INSIDE]
    assert np.median(np.linalg.norm(got - expected, axis=2)) < 0.1
