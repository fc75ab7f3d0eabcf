"""What a teacher's labels amount to, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.table import Table

from models.labelling.teacher import Labelled
from models.labelling.verdict import Verdict
from service.networks.skeleton import Skeleton


def verdict_table(people: Sequence[Labelled], skeleton: Skeleton) -> Table:
    """Each joint's verdicts, in percent of the people judged, one at least."""
    verdicts = np.stack([person.verdicts for person in people])
    useful = sum(person.useful for person in people)
    table = Table(title=f"{len(people)} people judged, {useful} kept, {labels_of(people)} labels")
    table.add_column("joint")
    for verdict in Verdict:
        table.add_column(verdict.name.lower().replace("_", " ") + " %", justify="right")
    for joint, column in zip(skeleton.joints, verdicts.T, strict=True):
        table.add_row(joint, *(f"{100 * (column == verdict).mean():.1f}" for verdict in Verdict))
    return table


def labels_of(people: Sequence[Labelled]) -> int:
    """How many joints are kept in the people that are kept."""
    return sum(int((person.verdicts == Verdict.KEPT).sum()) for person in people if person.useful)
