from __future__ import annotations

import numpy as np
import pytest

from models.skeletons.body13 import BODY13
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.skeleton import Skeleton
from service.networks.upper7 import UPPER7
from service.refine.graph import body_of, unroll
from tests.service.refine import plain


def test_a_whole_body_has_twelve_limbs_and_six_pairs() -> None:
    body = body_of(BODY13)
    assert sorted(body.names) == sorted(BODY13.joints)
    assert len(body.edges) == len(set(body.edges)) == 18
    assert (body.names.index("right_knee"), body.names.index("left_knee")) in body.edges


def test_the_nose_stands_for_the_head_where_there_is_none() -> None:
    body = body_of(BLAZEPOSE33)
    assert body.names == body_of(BODY13).names
    assert BLAZEPOSE33.joints[body.joints[0]] == "nose"


@pytest.mark.parametrize(("skeleton", "edges"), [(UPPER7, 9), (plain.STICKS, 9)])
def test_a_skeleton_has_the_edges_of_the_joints_it_has(skeleton: Skeleton, edges: int) -> None:
    body = body_of(skeleton)
    assert len(body.edges) == edges
    assert set(body.names) <= {"head", *skeleton.joints}


def test_every_edge_goes_both_ways() -> None:
    graph = unroll(body_of(UPPER7), 2, 1)
    np.testing.assert_array_equal(graph.reverse[graph.reverse], np.arange(len(graph.source)))
    np.testing.assert_array_equal(graph.source[graph.reverse], graph.target)
    np.testing.assert_array_equal(graph.sign[graph.reverse], -graph.sign)
    np.testing.assert_array_equal(graph.spring[graph.reverse], graph.spring)


def test_time_joins_a_joint_with_itself_in_adjacent_frames_only() -> None:
    body = body_of(UPPER7)
    graph = unroll(body, 2, 1)
    size = len(body.names)
    temporal = graph.spring >= len(body.edges)
    np.testing.assert_array_equal(graph.source[temporal] % size, graph.target[temporal] % size)
    frames = set(zip(graph.source[temporal] // size, graph.target[temporal] // size, strict=True))
    assert frames == {(0, 1), (1, 0), (1, 2), (2, 1), (0, 3), (3, 0)}
    np.testing.assert_array_equal(graph.source[~temporal] // size, graph.target[~temporal] // size)


def test_messages_far_from_the_output_frame_are_needed_early_or_never() -> None:
    body = body_of(UPPER7)
    graph = unroll(body, 2, 2)
    size = len(body.names)
    frame = graph.target // size
    assert (frame[graph.needed[2]] == 0).all()
    assert set(frame[graph.needed[1]]) == {0, 1, 3}
    assert set(frame[graph.needed[0]]) == {0, 1, 2, 3, 4}
