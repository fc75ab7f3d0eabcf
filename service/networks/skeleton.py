"""Skeletons as data: what the channels of a network mean."""

from __future__ import annotations

from dataclasses import dataclass

from service.errors import Problem


class JointUnknown(Problem):
    """The network does not know a joint of this name."""

    name = "joint-unknown"
    title = "There is no such joint"
    status = 422


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Names and structure of the joints that a network finds.

    Attributes
    ----------
    name
        Stable name, given in every result.
    joints
        One name per heatmap, in order. Left and right are the person's own.
    edges
        Pairs of joint indices to draw as limbs.
    swaps
        Pairs of joint indices that trade places when the picture is mirrored.
    """

    name: str
    joints: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    swaps: tuple[tuple[int, int], ...]

    def index(self, joint: str) -> int:
        """Index of a joint by name; ValueError when the skeleton has none of that name."""
        return self.joints.index(joint)

    def check(self, joint: str) -> None:
        """Raise JointUnknown when the skeleton has no joint of that name."""
        if joint not in self.joints:
            raise JointUnknown(f"{joint!r} is none of the joints of {self.name}: {', '.join(self.joints)}")
