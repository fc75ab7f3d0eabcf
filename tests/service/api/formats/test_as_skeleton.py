from __future__ import annotations

import numpy as np

from service.api.formats.as_skeleton import as_skeleton
from service.api.schemas import HeaderSchema
from service.networks.body25 import BODY25
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses


def test_header_and_people_are_in_the_other_skeleton(body: HeaderSchema, walk: list[FramePoses]) -> None:
    header, frames = as_skeleton(body, walk, SkeletonName.BODY25)
    assert header.skeleton.joints == BODY25.joints
    assert header.video == body.video
    for given, made in zip(walk, frames, strict=True):
        assert (made.index, made.time_s, made.pooled) == (given.index, given.time_s, given.pooled)
        assert [person.id for person in made.people] == [person.id for person in given.people]
        for person in made.people:
            assert (person.joints.shape, person.scores.shape, person.spread.shape) == ((25, 2), (25,), (25,))
            unknown = np.isnan(person.joints).any(axis=1)
            assert [BODY25.joints[n] for n in np.flatnonzero(unknown)] == [
                "left_small_toe",
                "right_small_toe",
            ]
            assert (person.scores[unknown] == 0).all()


def test_the_same_skeleton_changes_nothing(body: HeaderSchema, walk: list[FramePoses]) -> None:
    _, frames = as_skeleton(body, walk, SkeletonName.BLAZEPOSE33)
    for given, made in zip(walk, frames, strict=True):
        for one, other in zip(given.people, made.people, strict=True):
            np.testing.assert_array_equal(one.joints, other.joints)
            np.testing.assert_array_equal(one.scores, other.scores)
            np.testing.assert_array_equal(one.spread, other.spread)
