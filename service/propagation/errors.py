"""What can be wrong with labels that are to be carried through a video, and with carrying them."""

from __future__ import annotations

from service.errors import Problem


class LabelsInvalid(Problem):
    """The labels are not a COCO keypoint document, or parts of it are missing or make no sense."""

    name = "labels-invalid"
    title = "The labels cannot be used"
    status = 422


class KeypointCount(Problem):
    """An annotation has another number of keypoints than its category names."""

    name = "keypoint-count"
    title = "The labels have a wrong number of keypoints"
    status = 422


class NoLabels(Problem):
    """No frame has an annotation with a visible keypoint, so there is nothing to carry."""

    name = "no-labels"
    title = "No frame is labelled"
    status = 422


class TrackTwice(Problem):
    """Two annotations of one frame have the same category and track, or both no track."""

    name = "track-twice"
    title = "One track has two labels on a frame"
    status = 422


class FrameOutOfRange(Problem):
    """A label belongs to a frame that the video does not have."""

    name = "frame-out-of-range"
    title = "A labelled frame is not in the video"
    status = 422


class OtherVideo(Problem):
    """The labels say another picture size than the video has, as displayed."""

    name = "other-video"
    title = "The labels belong to another video"
    status = 422


class LabelsUnsuitable(Problem):
    """The labels are fine, but not of what this method carries; `method=flow` carries anything."""

    name = "labels-unsuitable"
    title = "This method cannot carry these labels"
    status = 422


class MethodUnavailable(Problem):
    """The way of propagating labels is known, but needs something that this server does not have."""

    name = "method-unavailable"
    title = "This method is not available here"
    status = 501


class WorkspaceFull(Problem):
    """There is no room left for the flow between two labelled frames."""

    name = "workspace-full"
    title = "The machine has no room for the work"
    status = 507
