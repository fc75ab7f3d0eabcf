"""High accuracy flow by warping (Brox, Bruhn, Papenberg, Weickert, ECCV 2004) on CUDA: the papers' choice."""

from __future__ import annotations

from typing import Any, ClassVar

from service.flow.cuda.dense import Dense

# OpenCV's own example (opencv_contrib, samples/optical_flow.cpp), of the order of the publication's values.
SMOOTHNESS = 0.197
GRADIENT_CONSTANCY = 50.0
SCALE = 0.8  # of one level of the pyramid to the next
INNER_ITERATIONS = 10
OUTER_ITERATIONS = 77  # also the most levels of the pyramid, which ends at 15 pixels long before
SOLVER_ITERATIONS = 10


class Brox(Dense):
    """OpenCV's CUDA Brox; Flowing ConvNets (section 4) found no flow to be better for pooling.

    Notes
    -----
    Some of its kernels run on CUDA's null stream, the others on the one given (NPP_staging.cu keeps a stream
    of its own for the whole process and Brox never sets it). That is right only with a stream that waits for
    the null stream, as `cv2.cuda.Stream()` does, and only from one thread at a time.
    """

    in_unit_range: ClassVar[bool] = True

    def __init__(self, cuda: Any, stream: Any) -> None:
        algorithm = cuda.BroxOpticalFlow_create(
            alpha=SMOOTHNESS,
            gamma=GRADIENT_CONSTANCY,
            scale_factor=SCALE,
            inner_iterations=INNER_ITERATIONS,
            outer_iterations=OUTER_ITERATIONS,
            solver_iterations=SOLVER_ITERATIONS,
        )
        super().__init__(cuda, stream, algorithm)
