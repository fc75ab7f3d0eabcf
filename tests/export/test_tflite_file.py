from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from export.errors import UnreadableModel, UnsupportedNode
from export.tflite_file import read_graph


def add_one(new: Any, weights: Any) -> bytes:
    image = new.tensor((1, 2, 2, 3))
    total = new.node("ADD", [image, weights], (1, 2, 2, 3), "AddOptions", fusedActivationFunction=3)
    return bytes(new.finish([image], [total]))


def test_nodes_carry_their_kind_tensors_and_options(new: Any) -> None:
    graph = read_graph(add_one(new, new.constant(np.ones((1, 2, 2, 3), np.float32))))
    (node,) = graph.nodes
    assert (node.kind, node.inputs, node.outputs) == ("ADD", (1, 0), (2,))
    assert node.options == {"FusedActivationFunction": 3}
    assert graph.shapes[2] == (1, 2, 2, 3)
    assert graph.tensor("t2") == 2
    assert (graph.inputs, graph.outputs) == ((1,), (2,))


def test_half_precision_behind_dequantize_becomes_a_float32_constant(new: Any, random: Any) -> None:
    half = random.random((1, 2, 2, 3)).astype(np.float16)
    weights = new.node("DEQUANTIZE", [new.constant(half)], half.shape)
    graph = read_graph(add_one(new, weights))
    assert [node.kind for node in graph.nodes] == ["ADD"]
    assert graph.constants[weights].dtype == np.float32
    np.testing.assert_array_equal(graph.constants[weights], half.astype(np.float32))


@pytest.mark.parametrize(("kind", "dtype"), [(1, np.int32), (2, np.uint16), (3, np.uint8)])
def test_sparse_half_precision_becomes_dense(new: Any, random: Any, kind: int, dtype: Any) -> None:
    dense = np.where(random.random((4, 1, 1, 6)) < 0.5, 0, random.random((4, 1, 1, 6))).astype(np.float16)
    rows = dense.reshape(4, 6)
    stored = new.tensor(dense.shape, "float16", rows[rows != 0].tobytes())
    sizes = [dimension_metadata(size) for size in (4, 1, 1, 6)]
    sizes[3].format, sizes[3].arraySegmentsType, sizes[3].arrayIndicesType = 1, kind, kind
    sizes[3].arraySegments = index_vector(kind, np.cumsum([0, *(rows != 0).sum(1)]).astype(dtype))
    sizes[3].arrayIndices = index_vector(kind, np.nonzero(rows)[1].astype(dtype))
    sparsity = schema.SparsityParametersT()
    sparsity.traversalOrder, sparsity.dimMetadata = [0, 1, 2, 3], sizes
    new.tensors[stored].sparsity = sparsity
    weights = new.node("DEQUANTIZE", [new.node("DENSIFY", [stored], dense.shape)], dense.shape)
    graph = read_graph(add_one(new, weights))
    np.testing.assert_array_equal(graph.constants[weights], dense.astype(np.float32))


def dimension_metadata(size: int) -> Any:
    metadata = schema.DimensionMetadataT()
    metadata.denseSize = size
    return metadata


def index_vector(kind: int, values: Any) -> Any:
    vector = {1: schema.Int32VectorT, 2: schema.Uint16VectorT, 3: schema.Uint8VectorT}[kind]()
    vector.values = values
    return vector


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(UnreadableModel, match="no TFLite identifier"):
        read_graph(b"PK\x03\x04 a zip file")


def test_a_file_cut_short_is_refused(new: Any) -> None:
    whole = add_one(new, new.constant(np.ones((1, 2, 2, 3), np.float32)))
    for length in (8, 20, len(whole) // 3, len(whole) * 2 // 3):
        with pytest.raises(UnreadableModel):
            read_graph(whole[:length])


def test_eight_bit_weights_are_refused_by_name(new: Any) -> None:
    with pytest.raises(UnsupportedNode, match="'t0' has TFLite type 9"):
        read_graph(add_one(new, new.constant(np.ones((1, 2, 2, 3), np.int8))))
