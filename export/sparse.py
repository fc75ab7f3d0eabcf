"""Sparse TFLite tensors made dense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a compressed tensor, outermost first.

    Attributes
    ----------
    size
        Extent of a dense level; unused where the level is compressed.
    segments, indices
        Of a compressed level, as in compressed sparse rows: the children of entry p of the level above are
        ``indices[segments[p]:segments[p + 1]]``. None where the level is dense.
    """

    size: int
    segments: NDArray[np.int64] | None = None
    indices: NDArray[np.int64] | None = None

    def expand(self, parents: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Parent and index of every child entry when the level above has ``parents`` entries."""
        if self.segments is None or self.indices is None:
            return np.repeat(np.arange(parents), self.size), np.tile(np.arange(self.size), parents)
        return np.repeat(np.arange(parents), np.diff(self.segments)), self.indices


def densify(
    values: NDArray[np.generic],
    shape: Sequence[int],
    levels: Sequence[Level],
    traversal_order: Sequence[int],
    block_map: Sequence[int] = (),
) -> NDArray[np.generic]:
    """Put stored values at their places and zeros everywhere else.

    Follows ``SparsityParameters`` of TFLite's schema, which follows the TACO format (Kjolstad et al., OOPSLA
    2017): every level is one dimension, the last ``len(block_map)`` of them positions within a block.

    Parameters
    ----------
    values
        (S,) stored values in storage order.
    shape
        Of the dense tensor.
    levels
        In storage order; level i describes dimension ``traversal_order[i]``.
    traversal_order
        A permutation of the tensor's dimensions followed by its block dimensions.
    block_map
        The tensor's dimension that each block dimension divides.

    Returns
    -------
    The dense tensor, of ``values``' dtype.

    Raises
    ------
    ValueError
        The levels do not describe as many values as are stored, or name a place outside the tensor.
    """
    places = np.zeros((len(levels), 1), np.int64)
    for depth, level in enumerate(levels):
        parents, indices = level.expand(places.shape[1])
        places = places[:, parents]
        places[depth] = indices
    if places.shape[1] != values.size:
        raise ValueError(f"{values.size} values stored, {places.shape[1]} described")
    by_dimension = places[np.argsort(traversal_order)]
    coordinates = by_dimension[: len(shape)]
    for block, dimension in enumerate(block_map):
        size = levels[list(traversal_order).index(len(shape) + block)].size
        coordinates[dimension] = coordinates[dimension] * size + by_dimension[len(shape) + block]
    dense = np.zeros(tuple(shape), values.dtype)
    dense.reshape(-1)[np.ravel_multi_index(tuple(coordinates), tuple(shape))] = values
    return dense
