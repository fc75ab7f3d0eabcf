"""What can go wrong with a training."""

from __future__ import annotations

from service.errors import Problem


class CheckpointUnusable(Problem):
    """A checkpoint or a file of weights is missing, broken, or of another training."""

    name = "checkpoint-unusable"
    title = "The checkpoint cannot be used"
    status = 422


class NoPeople(Problem):
    """The data hold nobody who can be trained on."""

    name = "no-people"
    title = "There is nobody to train on"
    status = 422


class TrainingDiverged(Problem):
    """The loss is no number any more."""

    name = "training-diverged"
    title = "The training has diverged"
    status = 500
