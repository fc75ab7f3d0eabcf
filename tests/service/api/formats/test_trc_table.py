from __future__ import annotations

import numpy as np
import pytest
from trc import TRCData

from service.networks.body25 import BODY25
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import HEIGHT, RATE, START_S, Written


def read(data: bytes) -> TRCData:
    table = TRCData()
    table.parse(data.decode(), line_sep="\n")
    return table


def test_every_marker_is_read_back_with_y_upwards(written: Written, walk: list[FramePoses]) -> None:
    table = read(written("trc"))
    assert (table["NumFrames"], table["NumMarkers"], table["Units"]) == (6, 66, "px")
    assert table["DataRate"] == pytest.approx(RATE)
    assert table["Markers"][:2] == ["person1:nose", "person1:left_eye_inner"]
    for row, frame in enumerate(walk):
        people = {person.id: person for person in frame.people}
        for id_ in (1, 4):
            x, y, z = table[f"person{id_}:left_wrist"][row]
            if id_ in people:
                place = people[id_].joints[15]
                assert (x, HEIGHT - 1 - y, z) == pytest.approx((*place, 0), abs=0.006)
            else:
                assert np.isnan([x, y, z]).all()


def test_times_are_those_of_the_video(written: Written, walk: list[FramePoses]) -> None:
    table = read(written("trc"))
    assert table["Frame#"] == [1, 2, 3, 4, 5, 6]
    assert table["Time"] == pytest.approx([START_S + n / RATE for n in range(6)], abs=1e-6)


def test_one_person_alone_has_the_plain_names_of_the_joints(written: Written, walk: list[FramePoses]) -> None:
    table = read(written("trc", [walk[1], walk[4]], skeleton=SkeletonName.BODY25))
    assert table["Markers"] == list(BODY25.joints)
    assert np.isnan(table["left_small_toe"]).all()
    assert not np.isnan(table["neck"]).any()


def test_a_video_with_nobody_has_one_persons_empty_columns(written: Written, walk: list[FramePoses]) -> None:
    table = read(written("trc", walk[:1]))
    assert (table["NumFrames"], table["NumMarkers"], table["Time"]) == (1, 33, [START_S])
    assert np.isnan(table["nose"]).all()


def test_cells_stand_under_their_names(written: Written) -> None:
    lines = [line.split("\t") for line in written("trc").decode().splitlines()]
    assert lines[0][:3] == ["PathFileType", "4", "(X/Y/Z)"]
    assert lines[3][2::3] == [name for name in lines[3][2:] if name]
    assert lines[4][:5] == ["", "", "X1", "Y1", "Z1"]
    assert {len(line) for line in (lines[3], *lines[4:5], *lines[6:])} == {2 + 3 * 66}
