"""The graph of a body over a slice of time (Thin-Slicing Networks, section 3.3 and figure 2e)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from service.networks.skeleton import Skeleton

ROUNDS = 3  # Thin-Slicing, section 5.2: three rounds already give satisfactory results

LIMBS = (
    ("head", "right_shoulder"),
    ("head", "left_shoulder"),
    ("right_shoulder", "right_elbow"),
    ("left_shoulder", "left_elbow"),
    ("right_elbow", "right_wrist"),
    ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_hip"),
    ("left_shoulder", "left_hip"),
    ("right_hip", "right_knee"),
    ("left_hip", "left_knee"),
    ("right_knee", "right_ankle"),
    ("left_knee", "left_ankle"),
)
"""Pairs of joints that a limb, the neck or the trunk holds together."""

PAIRED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
"""Left and right are joined, too, so that one hand in the picture does not become both."""

ANSWERS_HEAD = ("head", "nose")  # what skeletons call the joint that stands for the head

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Body:
    """The spatial graph of a skeleton.

    Attributes
    ----------
    names
        The joints that take part, by their common names.
    joints
        Their indices in the skeleton.
    edges
        Pairs of places in ``names``: limbs first, then left and right. Each holds both ways.
    """

    names: tuple[str, ...]
    joints: tuple[int, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class SliceGraph:
    """A body in the output frame and in its neighbours, unrolled into directed edges.

    Nodes count frame by frame, joint by joint: the output frame, those before it going back, those after it
    going on.

    Attributes
    ----------
    source, target, reverse
        (E,) int64: nodes of each directed edge, and the edge that goes the other way.
    spring
        (E,) int64: which spring; edge number of the body, or the number of those plus the joint's place.
    sign
        (E,) float32: -1 where the spring is looked at from its other end.
    needed
        (R, E) bool: the messages of each round on which beliefs in the output frame depend.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    reverse: NDArray[np.int64]
    spring: NDArray[np.int64]
    sign: NDArray[np.float32]
    needed: NDArray[np.bool_]


def body_of(skeleton: Skeleton) -> Body:
    """The limbs and the left-right pairs that a skeleton has."""
    head = next((name for name in ANSWERS_HEAD if name in skeleton.joints), None)
    ends = dict.fromkeys(name for limb in LIMBS for name in limb)
    own = {name: head if name == "head" else name for name in ends}
    names = tuple(name for name in ends if own[name] in skeleton.joints)
    pairs = tuple((f"right_{part}", f"left_{part}") for part in PAIRED)
    edges = tuple(
        (names.index(one), names.index(other))
        for one, other in (*LIMBS, *pairs)
        if one in names and other in names
    )
    return Body(names, tuple(skeleton.index(own[name] or name) for name in names), edges)


def unroll(body: Body, before: int, after: int, rounds: int = ROUNDS) -> SliceGraph:
    """Join a body with itself over time: each joint with the same one in the adjacent frame.

    Parameters
    ----------
    before, after
        Neighbours on each side.
    rounds
        Of message passing.
    """
    size = len(body.names)
    frames = _adjacent(before, after)
    spatial = [
        (frame * size + one, frame * size + other, spring)
        for frame in range(1 + before + after)
        for spring, (one, other) in enumerate(body.edges)
    ]
    temporal = [
        (one * size + joint, other * size + joint, len(body.edges) + joint)
        for one, other in frames
        for joint in range(size)
    ]
    one, other, spring = (np.array(column, np.int64) for column in zip(*spatial, *temporal, strict=True))
    source, target = np.concatenate([one, other]), np.concatenate([other, one])
    count = len(one)
    reverse = np.concatenate([np.arange(count) + count, np.arange(count)])
    sign = np.repeat(np.array([1, -1], np.float32), count)
    needed = _needed(source, target, size, rounds)
    return SliceGraph(source, target, reverse, np.concatenate([spring, spring]), sign, needed)


def _adjacent(before: int, after: int) -> list[Edge]:
    """Pairs of frames that follow each other; 0 is the output frame."""
    back = [0, *range(1, 1 + before)]
    on = [0, *range(1 + before, 1 + before + after)]
    return [*pairwise(back), *pairwise(on)]


def _needed(
    source: NDArray[np.int64], target: NDArray[np.int64], asked: int, rounds: int
) -> NDArray[np.bool_]:
    """(R, E): walk back from the first ``asked`` nodes, round by round."""
    needed = np.zeros((rounds, len(source)), bool)
    wanted = np.arange(asked)
    for turn in reversed(range(rounds)):
        needed[turn] = np.isin(target, wanted)
        wanted = np.union1d(wanted, source[needed[turn]])
    return needed
