"""The hot kernel: pool heatmaps along chained flow, only where a peak can be.

All of it is compiled (numba) and runs without the interpreter lock, so that decoding, the network and flow
go on beside it.

Heatmaps are low almost everywhere, and only the highest point of the pooled map and its surroundings are
asked for. So every map keeps, for each block of 4 x 4 cells, the largest value in it and the eight blocks
round it. Carrying the centres of the output's blocks along the flow tells what each can meet in each
neighbour; the weighted sum of those largest values bounds the pooled map there. Blocks are carried cell by
cell and pooled in the order of their bounds until no bound exceeds the best value found (best first search).
The peak is that of the whole map, at a tenth of the work, as long as the cells of a block land within a block
of where its centre lands.
"""

from __future__ import annotations

from service.temporal.kernel.carry import advance, carry
from service.temporal.kernel.hills import pool_hills
from service.temporal.kernel.layout import (
    BACKWARD,
    BLOCK,
    BLOCKS,
    FORWARD,
    FULL,
    PADDED,
    RIMMED,
    Landing,
    Rings,
    Route,
    blockwise_cells,
    in_blocks,
    store,
    unblock,
)
from service.temporal.kernel.search import ROUND_PEAK, bound, pool_best_first
from service.temporal.kernel.slip import slips
from service.temporal.kernel.whole import pool_whole

__all__ = [
    "BACKWARD",
    "BLOCK",
    "BLOCKS",
    "FORWARD",
    "FULL",
    "PADDED",
    "RIMMED",
    "ROUND_PEAK",
    "Landing",
    "Rings",
    "Route",
    "advance",
    "blockwise_cells",
    "bound",
    "carry",
    "in_blocks",
    "pool_best_first",
    "pool_hills",
    "pool_whole",
    "slips",
    "store",
    "unblock",
]
