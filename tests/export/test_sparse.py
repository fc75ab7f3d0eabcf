from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from export.sparse import Level, densify


def compress(
    dense: NDArray[Any], order: list[int], blocks: list[int], sizes: list[int], compressed: list[bool]
) -> tuple[NDArray[Any], list[Level]]:
    """Cell by cell, as the TACO format is defined: an index is kept where anything below it is not zero."""
    extents = [
        dense.shape[d] // (sizes[blocks.index(d)] if d in blocks else 1) for d in range(dense.ndim)
    ] + sizes

    def cell(path: tuple[int, ...]) -> Any:
        by_dimension = dict(zip(order, path, strict=True))
        at = [by_dimension[d] for d in range(dense.ndim)]
        for block, dimension in enumerate(blocks):
            at[dimension] = at[dimension] * sizes[block] + by_dimension[dense.ndim + block]
        return dense[tuple(at)]

    def anything_below(path: tuple[int, ...]) -> bool:
        rest = [range(extents[d]) for d in order[len(path) :]]
        return any(cell((*path, *tail)) != 0 for tail in itertools.product(*rest))

    entries: list[tuple[int, ...]] = [()]
    levels = []
    for dimension, sparse in zip(order, compressed, strict=True):
        segments, indices, children = [0], [], []
        for path in entries:
            kept = [i for i in range(extents[dimension]) if not sparse or anything_below((*path, i))]
            children += [(*path, i) for i in kept]
            indices += kept
            segments.append(len(indices))
        entries = children
        both = (np.array(segments, np.int64), np.array(indices, np.int64)) if sparse else (None, None)
        levels.append(Level(extents[dimension], *both))
    return np.array([cell(path) for path in entries], dense.dtype), levels


@pytest.mark.parametrize("compressed", list(itertools.product([False, True], repeat=3)))
def test_every_mixture_of_dense_and_compressed_levels_comes_back(
    compressed: tuple[bool, ...], random: np.random.Generator
) -> None:
    dense = np.where(random.random((3, 4, 5)) < 0.4, random.random((3, 4, 5)), 0).astype(np.float32)
    for order in itertools.permutations(range(3)):
        values, levels = compress(dense, list(order), [], [], list(compressed))
        np.testing.assert_array_equal(densify(values, dense.shape, levels, order), dense)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [1, 0, 3, 2]])
def test_blocks_come_back(order: list[int], random: np.random.Generator) -> None:
    dense = np.kron(random.random((3, 2)) < 0.5, np.ones((2, 4))) * random.random((6, 8))
    values, levels = compress(dense, order, [0, 1], [2, 4], [False, True, False, False])
    assert values.size < dense.size
    np.testing.assert_array_equal(densify(values, dense.shape, levels, order, [0, 1]), dense)


def test_a_tensor_of_zeros_alone_stores_nothing() -> None:
    levels = [Level(2), Level(3, np.array([0, 0, 0]), np.array([], np.int64))]
    assert not densify(np.array([], np.float32), (2, 3), levels, [0, 1]).any()


def test_values_that_the_levels_do_not_describe_are_refused() -> None:
    with pytest.raises(ValueError, match="5 values stored, 6 described"):
        densify(np.ones(5, np.float32), (2, 3), [Level(2), Level(3)], [0, 1])


def test_a_place_outside_the_tensor_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid entry"):
        densify(np.ones(1, np.float32), (3,), [Level(3, np.array([0, 1]), np.array([3]))], [0])
