from __future__ import annotations

from collections import Counter

import numpy as np
import onnx
import pytest

from service.temporal.device.graph import NOWHERE, GraphShape, pooling_model, round_peak
from service.temporal.grid import CELLS
from service.temporal.kernel import blockwise_cells

# The registry of onnxruntime-gpu 1.31.1 has CUDA kernels of all of them, up to opset 21, for the types used.
WITH_CUDA_KERNELS = {
    *("Add", "ArgMax", "Cast", "Concat", "Gather", "GatherElements", "GridSample", "Identity", "Max", "Min"),
    *("Mul", "ReduceMax", "ReduceSum", "Reshape", "Split", "Transpose"),
}


@pytest.mark.parametrize("keep_largest", [False, True])
@pytest.mark.parametrize("steps", [0, 1, 15])
def test_the_graph_is_valid_and_made_of_what_cuda_can_do(steps: int, keep_largest: bool) -> None:
    model = onnx.load_from_string(pooling_model(GraphShape(7, steps, 160, keep_largest)))
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version <= 21
    kinds = Counter(node.op_type for node in model.graph.node)
    assert set(kinds) <= WITH_CUDA_KERNELS
    assert kinds["GridSample"] == steps + 1


def test_the_square_round_a_peak_ends_at_the_edge_of_the_map() -> None:
    cells = blockwise_cells().astype(int)
    ramp = np.zeros(CELLS * CELLS, int)
    ramp[:] = 100 * cells[:, 1] + cells[:, 0]
    table = round_peak()
    inside = int(np.flatnonzero(ramp == 100 * 20 + 30)[0])
    np.testing.assert_array_equal(
        ramp[table[inside]].reshape(11, 11), 100 * np.arange(15, 26)[:, None] + np.arange(25, 36)
    )
    corner = table[int(np.flatnonzero(ramp == 0)[0])].reshape(11, 11)
    assert (corner[:5] == NOWHERE).all()
    assert (corner[:, :5] == NOWHERE).all()
    np.testing.assert_array_equal(ramp[corner[5:, 5:]], 100 * np.arange(6)[:, None] + np.arange(6))
