from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest
import torch

from export.thin_slicing import slicing_to_onnx
from models.thin_slicing import ThinSlicing
from tests.service.refine import plain

CELLS = 24


@pytest.mark.parametrize("reach", [0, 1])
def test_onnxruntime_infers_what_pytorch_infers(reach: int) -> None:
    rng = np.random.default_rng(reach)
    springs = plain.random_springs(rng, plain.CHAIN, 0.5)
    network = ThinSlicing(springs, reach, reach, dense=True)
    frames = 2 * reach + 1
    model = slicing_to_onnx(network, frames, CELLS)
    assert {opset.version for opset in model.opset_import if not opset.domain} == {18}
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for count in (1, 3):
        maps = rng.uniform(0, 1, (count, frames, 4, CELLS, CELLS)).astype(np.float32)
        (answer,) = session.run(None, {"maps": maps})
        with torch.no_grad():
            expected = ThinSlicing(springs, reach, reach)(torch.from_numpy(maps)).numpy()
        np.testing.assert_allclose(answer, expected, atol=1e-5)


def test_what_routes_gradients_is_not_exported() -> None:
    network = ThinSlicing(plain.random_springs(np.random.default_rng(0), plain.CHAIN, 0.5))
    with pytest.raises(ValueError, match="dense"):
        slicing_to_onnx(network, 1)
