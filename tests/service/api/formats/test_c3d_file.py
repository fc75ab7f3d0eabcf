"""Written with one library, read with another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import ezc3d
import numpy as np
import pytest

from service.api.formats.errors import TooManyPeople
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.jhmdb15 import JHMDB15
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import HEIGHT, RATE, START_S, Written, pose


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read_(data: bytes) -> Any:
        file = tmp_path / "walk.c3d"
        file.write_bytes(data)
        return ezc3d.c3d(str(file))

    return read_


def parameter(file: Any, group: str, name: str) -> Any:
    return file["parameters"][group][name]["value"]


def test_every_point_is_read_back_with_y_upwards(written: Written, walk: list[FramePoses], read: Any) -> None:
    file = read(written("c3d"))
    labels = parameter(file, "POINT", "LABELS")
    points = file["data"]["points"]  # (4, P, F)
    assert points.shape == (4, 66, 6)
    for n, frame in enumerate(walk):
        people = {person.id: person for person in frame.people}
        for id_ in (1, 4):
            x, y, z, _ = points[:, labels.index(f"person{id_}:right_ankle"), n]
            if id_ in people:
                place = people[id_].joints[28]
                assert (x, HEIGHT - 1 - y, z) == pytest.approx((*place, 0), abs=1e-3)
            else:
                assert np.isnan([x, y, z]).all()


def test_rate_start_units_and_times(written: Written, read: Any) -> None:
    file = read(written("c3d"))
    assert parameter(file, "POINT", "RATE")[0] == pytest.approx(RATE)
    assert parameter(file, "POINT", "UNITS") == ["px"]
    assert parameter(file, "TRIAL", "ACTUAL_START_FIELD")[0] == round(START_S * RATE) + 1
    assert parameter(file, "ANALOG", "LABELS") == ["time_s"]
    assert file["data"]["analogs"].ravel() == pytest.approx([START_S + n / RATE for n in range(6)], abs=1e-6)


def test_another_skeleton_has_its_own_names(written: Written, walk: list[FramePoses], read: Any) -> None:
    file = read(written("c3d", [walk[1], walk[4]], skeleton=SkeletonName.JHMDB15))
    assert parameter(file, "POINT", "LABELS") == list(JHMDB15.joints)
    hips = walk[1].people[0].joints[[23, 24]].mean(axis=0)
    assert file["data"]["points"][0, JHMDB15.index("belly"), 0] == pytest.approx(hips[0], abs=1e-3)


def test_more_names_than_one_parameter_holds(written: Written, walk: list[FramePoses], read: Any) -> None:
    crowd = [replace(frame, people=tuple(pose(id_, id_) for id_ in range(1, 21))) for frame in walk]
    file = read(written("c3d", crowd))
    labels = parameter(file, "POINT", "LABELS") + [
        name for more in ("LABELS2", "LABELS3") for name in parameter(file, "POINT", more)
    ]
    assert len(labels) == len(set(labels)) == 20 * 33
    where = labels.index("person20:nose")
    assert file["data"]["points"][0, where, 2] == pytest.approx(pose(20, 20).joints[0, 0], abs=1e-3)


def test_a_video_with_nobody_can_be_read(written: Written, walk: list[FramePoses], read: Any) -> None:
    file = read(written("c3d", walk[:1]))
    assert parameter(file, "POINT", "LABELS") == list(BLAZEPOSE33.joints)
    assert np.isnan(file["data"]["points"][:3]).all()


def test_too_many_people_are_refused_by_name(written: Written, walk: list[FramePoses]) -> None:
    parade = [replace(walk[0], index=n, people=(pose(n + 1, n),)) for n in range(40)]
    with pytest.raises(TooManyPeople, match="csv, parquet"):
        written("c3d", parade)
