"""Max-sum messages between joints.

A message is an exact max-plus transform of a map by a spring that lets go. A quadratic spring parts into x
and y, so the transform is two passes over shifts of whole rows; shifts that stretch the spring beyond its
hold change nothing and are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

NOWHERE = np.float32(-1e30)  # the score of cells outside the map


class Wiring(NamedTuple):
    """A graph for the kernel: V nodes, E directed edges, R rounds.

    Attributes
    ----------
    source, target
        (E,) int64 nodes.
    reverse
        (E,) int64: the edge that goes the other way.
    springs
        (E, 5) float32: stiffness in x and y (1 / cell²), rest in x and y (cells, target minus source), hold.
    needed
        (R, E) bool: messages of this round that somebody will read.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    reverse: NDArray[np.int64]
    springs: NDArray[np.float32]
    needed: NDArray[np.bool_]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _raise_once(to: NDArray[np.float32], come: NDArray[np.float32], cost: np.float32) -> None:
    """Raise one line to another less a cost: to = max(to, come - cost)."""
    for n in range(to.shape[0]):
        value = come[n] - cost
        to[n] = value if value > to[n] else to[n]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _raise_four_times(
    to: NDArray[np.float32],
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    third: NDArray[np.float32],
    fourth: NDArray[np.float32],
    costs: NDArray[np.float32],
) -> None:
    """Raise one line to four others less their costs, at a third of the memory traffic of four raises."""
    c0, c1, c2, c3 = costs[0], costs[1], costs[2], costs[3]
    for n in range(to.shape[0]):
        a, b = first[n] - c0, second[n] - c1
        c, d = third[n] - c2, fourth[n] - c3
        a = b if b > a else a
        c = d if d > c else c
        a = c if c > a else a
        to[n] = a if a > to[n] else to[n]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _pull_rows(
    lined: NDArray[np.float32],
    stiffness: np.float32,
    rest: np.float32,
    hold: np.float32,
    pulled: NDArray[np.float32],
) -> None:
    """pulled[i] = max(-hold, max over rows j of lined[n + j] - stiffness (i - j - rest)²)."""
    size = pulled.shape[0]
    # One long line, which the compiler knows to be without gaps.
    to, come = pulled.reshape(-1), lined.reshape(-1)
    to[:] = -hold
    reach = np.sqrt(hold / stiffness)
    shift, last = max(int(np.ceil(rest - reach)), 1 - size), min(int(np.floor(rest + reach)), size - 1)
    costs = np.empty(4, np.float32)
    while shift <= last:
        count = 4 if shift + 3 <= last else 1
        for n in range(count):
            costs[n] = stiffness * (shift + n - rest) ** 2
        at = (size - shift) * size
        if count == 4:
            _raise_four_times(
                to, come[at:], come[at - size :], come[at - 2 * size :], come[at - 3 * size :], costs
            )
        else:
            _raise_once(to, come[at:], costs[0])
        shift += count


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def max_plus(lined: NDArray[np.float32], spring: NDArray[np.float32], message: NDArray[np.float32]) -> None:
    """message(p) = max over q of score(q) - min(stretch(p - q), hold): an exact max-plus transform.

    Parameters
    ----------
    lined
        (3n, n) float32: NOWHERE, then the score, whose largest value is 0, then NOWHERE. Used up.
    spring
        (5,) float32, see :class:`Wiring`.
    message
        (n, n) float32 in [-hold, 0], written.
    """
    size = message.shape[0]
    # Whole rows move at once; columns are turned into rows for it.
    _pull_rows(lined, spring[1], spring[3], spring[4], message)
    for i in range(size):
        for j in range(size):
            lined[size + i, j] = message[j, i]
    _pull_rows(lined, spring[0], spring[2], spring[4], message)
    for i in range(size):
        for j in range(i):
            message[i, j], message[j, i] = message[j, i], message[i, j]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _collect(
    unary: NDArray[np.float32],
    wiring: Wiring,
    come: NDArray[np.bool_],
    messages: NDArray[np.float32],
    scores: NDArray[np.float32],
) -> None:
    """Add up the unary terms and the messages that came in (Thin-Slicing, equation 3)."""
    scores[:] = unary
    for edge in range(wiring.source.shape[0]):
        if come[edge]:
            into, message = scores[wiring.target[edge]].reshape(-1), messages[edge].reshape(-1)
            for n in range(into.shape[0]):
                into[n] += message[n]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _line_up(
    score: NDArray[np.float32], heard: NDArray[np.float32], has_heard: bool, lined: NDArray[np.float32]
) -> None:
    """Put score - heard into the middle of ``lined``; its top is brought to 0, so that sums stay small."""
    values, flat, back = lined.reshape(-1), score.reshape(-1), heard.reshape(-1)
    count = flat.shape[0]
    middle = values[count : 2 * count]
    factor = np.float32(1.0) if has_heard else np.float32(0.0)
    top = NOWHERE
    for n in range(count):
        middle[n] = flat[n] - factor * back[n]
        top = middle[n] if middle[n] > top else top
    for n in range(count):
        middle[n] -= top


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def pass_messages(
    unary: NDArray[np.float32],
    wiring: Wiring,
    lined: NDArray[np.float32],
    messages: NDArray[np.float32],
    scores: NDArray[np.float32],
) -> None:
    """Send messages along all edges at once, in both directions, round by round (Thin-Slicing, section 3.3).

    Parameters
    ----------
    unary
        (V, n, n) float32: the maps.
    lined
        (3n, n) float32, working memory: NOWHERE in the first and in the last n rows.
    messages
        (2, E or more, n, n) float32, finite; working memory.
    scores
        (V, n, n) float32, written: the beliefs of the nodes that ``wiring.needed`` was made for; others are
        not final.

    Notes
    -----
    What a node says to another leaves out what that one said to it, so that on a tree as many rounds as its
    longest path has edges give exact max-marginals, up to one constant for each node.
    """
    come = np.zeros(wiring.source.shape[0], np.bool_)
    for turn in range(wiring.needed.shape[0]):
        old, new = messages[turn % 2], messages[1 - turn % 2]
        _collect(unary, wiring, come, old, scores)
        for edge in range(wiring.source.shape[0]):
            if wiring.needed[turn, edge]:
                back = wiring.reverse[edge]
                _line_up(scores[wiring.source[edge]], old[back], come[back], lined)
                max_plus(lined, wiring.springs[edge], new[edge])
        come[:] = wiring.needed[turn]
    _collect(unary, wiring, come, messages[wiring.needed.shape[0] % 2], scores)
