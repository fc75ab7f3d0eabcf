"""The table of what was labelled and why the rest was not."""

from __future__ import annotations

import numpy as np

from models.labelling.report import labels_of, verdict_table
from models.labelling.teacher import Labelled
from models.labelling.verdict import Verdict
from service.networks.upper7 import UPPER7

KEPT, LOW, JUMPED = Verdict.KEPT, Verdict.LOW_SCORE, Verdict.JUMPED


def person(verdicts: list[Verdict], useful: bool) -> Labelled:
    return Labelled(3, np.zeros((7, 2), np.float32), np.array(verdicts, np.int8), useful)


PEOPLE = [
    person([KEPT] * 7, useful=True),
    person([KEPT] * 5 + [LOW] * 2, useful=False),
    person([LOW, JUMPED] + [KEPT] * 5, useful=True),
    person([KEPT, LOW] + [KEPT] * 5, useful=True),
]


def test_only_people_that_are_kept_give_labels() -> None:
    assert labels_of(PEOPLE) == 7 + 5 + 6
    assert verdict_table(PEOPLE, UPPER7).title == "4 people judged, 3 kept, 18 labels"


def test_each_joint_has_its_verdicts_in_percent() -> None:
    table = verdict_table(PEOPLE, UPPER7)
    rows = list(zip(*(column.cells for column in table.columns), strict=True))
    headers = [column.header for column in table.columns]
    assert headers == ["joint", "kept %", "outside %", "low score %", "wide spread %", "jumped %"]
    assert rows[0] == ("head", "75.0", "0.0", "25.0", "0.0", "0.0")
    assert rows[1] == ("right_wrist", "50.0", "0.0", "25.0", "0.0", "25.0")
    assert rows[2] == ("left_wrist", "100.0", "0.0", "0.0", "0.0", "0.0")
