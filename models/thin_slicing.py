"""Thin-Slicing Networks (Song et al., CVPR 2017): max-sum inference over space and time, in PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from models.slicing.transform import max_plus
from service.refine.graph import ROUNDS, SliceGraph, unroll
from service.refine.springs import Springs


class ThinSlicing(nn.Module):
    """Three rounds of max-sum messages, broadcast both ways along limbs, left-right pairs and time.

    Parameters
    ----------
    springs
        Of the body; what training begins with.
    before, after
        Neighbour frames on each side; both 0 for the body in one frame.
    rounds
        Of message passing.
    cells_per_cell
        Width of the maps' cells, in cells of the 64 x 64 grid in which springs are given.
    dense
        Build messages of operators that ONNX has.

    Notes
    -----
    Messages are exact, and what a node says to another leaves out what that one said to it: on a tree, as
    many rounds as its longest path has edges give exact max-marginals. Stiffness and hold are kept as
    logarithms, so that no step of training makes them negative.
    """

    _target: Tensor
    _spring: Tensor
    _sign: Tensor

    def __init__(
        self,
        springs: Springs,
        before: int = 0,
        after: int = 0,
        rounds: int = ROUNDS,
        cells_per_cell: float = 1.0,
        dense: bool = False,
    ) -> None:
        super().__init__()
        table = torch.from_numpy(springs.table.copy())
        self.log_stiffness = nn.Parameter(table[:, :2].log())
        self.rest = nn.Parameter(table[:, 2:4].clone())
        self.log_hold = nn.Parameter(table[:, 4].log())
        self.body = springs.body
        self.dense = dense
        self._cells_per_cell = cells_per_cell
        graph = unroll(springs.body, before, after, rounds)
        self._turns = _turns(graph)
        for name in ("target", "spring", "sign"):
            self.register_buffer(f"_{name}", torch.from_numpy(getattr(graph, name)), persistent=False)

    def springs(self) -> Springs:
        """What has been learnt, as data."""
        with torch.no_grad():
            columns = [self.log_stiffness.exp(), self.rest, self.log_hold.exp()[:, None]]
            return Springs(self.body, torch.cat(columns, dim=1).cpu().numpy().astype(np.float32))

    def forward(self, maps: Tensor) -> Tensor:
        """What all joints together say about each in the output frame.

        Parameters
        ----------
        maps
            (N, T, J, H, W) float32 in [0, 1]: heatmaps of the output frame, then those of the frames before
            it going back, then of those after it going on, all warped to the output frame.

        Returns
        -------
        (N, J, H, W) float32, units of heatmap value: highest where the joint is. Up to a constant for each
        map.
        """
        unary = maps.flatten(1, 2)
        springs = self._springs_of_edges()
        scores, messages = unary, unary[:, :0]
        for turn in self._turns:
            silence = torch.zeros_like(unary[:, :1])
            heard = torch.cat([messages, silence], dim=1)[:, turn.heard]
            messages = max_plus(scores[:, turn.source] - heard, springs[turn.needed], self.dense)
            scores = unary.index_add(1, self._target[turn.needed], messages)
        return scores[:, : maps.shape[2]]

    def _springs_of_edges(self) -> Tensor:
        """(E, 5) springs of directed edges, for this grid; see `Springs.of_edges`."""
        stiffness = self.log_stiffness.exp()[self._spring] * self._cells_per_cell**2
        rest = self.rest[self._spring] * (self._sign[:, None] / self._cells_per_cell)
        return torch.cat([stiffness, rest, self.log_hold.exp()[self._spring, None]], dim=1)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One round of messages.

    Attributes
    ----------
    needed
        (M,) which directed edges speak.
    source
        (M,) nodes that speak.
    heard
        (M,) place, among the messages of the round before, of what each speaker heard from where it speaks
        to; one past the last for nothing.
    """

    needed: Tensor
    source: Tensor
    heard: Tensor


def _turns(graph: SliceGraph) -> list[_Turn]:
    turns = []
    come = np.array([], np.int64)
    for row in graph.needed:
        needed = np.flatnonzero(row)
        place = np.full(len(graph.source), len(come))
        place[come] = np.arange(len(come))
        indices = (needed, graph.source[needed], place[graph.reverse[needed]])
        turns.append(_Turn(*(torch.from_numpy(index) for index in indices)))
        come = needed
    return turns
