"""Answers in the joints of another skeleton."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from service.api.schemas import HeaderSchema, SkeletonSchema
from service.networks.joint_map import JointMap
from service.networks.skeletons import SKELETONS, SkeletonName, to_skeleton
from service.temporal.pose import FramePoses, Pose


def as_skeleton(
    header: HeaderSchema, poses: Iterable[FramePoses], target: SkeletonName
) -> tuple[HeaderSchema, Iterator[FramePoses]]:
    """Give header and answers in the joints of `target`.

    Joints that cannot be made of the given ones are NaN, with score 0 and spread NaN; see
    :class:`~service.networks.joint_map.JointMap` for means.
    """
    skeleton = SkeletonSchema.from_skeleton(SKELETONS[target])
    joints = to_skeleton(header.skeleton.joints, target)
    return header.model_copy(update={"skeleton": skeleton}), _mapped(poses, joints)


def _mapped(poses: Iterable[FramePoses], joints: JointMap) -> Iterator[FramePoses]:
    for frame in poses:
        yield replace(frame, people=tuple(_pose(person, joints) for person in frame.people))


def _pose(pose: Pose, joints: JointMap) -> Pose:
    return replace(
        pose,
        joints=joints.points(pose.joints),
        scores=joints.scores(pose.scores),
        spread=joints.spread(pose.spread),
    )
