from __future__ import annotations

import io
import json
import sys

import numpy as np
import pyarrow.parquet
import pytest

from service.api.formats import parquet_table
from service.api.formats.errors import FormatUnavailable
from service.api.formats.parquet_table import Parquet
from service.media.errors import VideoDamaged
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.skeletons import SkeletonName
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import PEOPLE, Written


def test_every_joint_is_a_row(written: Written, walk: list[FramePoses]) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(written("parquet"))).to_pydict()
    people = [(frame, person) for frame in walk for person in frame.people]
    assert table["frame"] == [frame.index for frame, _ in people for _ in range(33)]
    assert table["time_s"] == [frame.time_s for frame, _ in people for _ in range(33)]
    assert table["person"] == [person.id for _, person in people for _ in range(33)]
    assert table["joint"] == list(BLAZEPOSE33.joints) * len(people)
    joints = np.concatenate([person.joints for _, person in people])
    assert np.column_stack([table["x"], table["y"]]) == pytest.approx(joints)
    assert table["score"] == pytest.approx(np.concatenate([person.scores for _, person in people]))
    assert set(table["spread"]) == {2.0}


def test_the_metadata_say_what_made_it(written: Written) -> None:
    metadata = pyarrow.parquet.ParquetFile(io.BytesIO(written("parquet"))).metadata.metadata
    header = json.loads(metadata[b"flowpose"])
    assert header["schema"] == "flowpose.v1"
    assert header["video"]["width"] == 640
    assert metadata[b"frames"] == str(len(PEOPLE)).encode()
    assert b"error" not in metadata


def test_what_ends_the_video_early_is_in_the_metadata(written: Written, walk: list[FramePoses]) -> None:
    def broken() -> object:
        yield from walk[:3]
        raise VideoDamaged("at 0:03")

    metadata = pyarrow.parquet.ParquetFile(io.BytesIO(written("parquet", broken()))).metadata.metadata
    assert json.loads(metadata[b"error"])["detail"] == "at 0:03"
    assert metadata[b"frames"] == b"3"


def test_unknown_joints_are_null(written: Written) -> None:
    data = written("parquet", skeleton=SkeletonName.BODY25)
    rows = pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()
    toes = [row for row in rows if row["joint"] == "left_small_toe"]
    assert len(toes) == 7
    assert all(row["x"] is row["y"] is row["score"] is row["spread"] is None for row in toes)
    assert all(row["x"] is not None for row in rows if row["joint"] == "neck")


def test_rows_are_written_in_groups(
    written: Written, walk: list[FramePoses], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_table, "ROWS_AT_ONCE", 70)
    file = pyarrow.parquet.ParquetFile(io.BytesIO(written("parquet")))
    assert [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)] == [99, 132]


def test_nobody_is_a_table_without_rows(written: Written, walk: list[FramePoses]) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(written("parquet", walk[:1])))
    assert (table.num_rows, table.column_names) == (0, list(parquet_table.COLUMNS))


def test_without_its_library_it_is_unavailable_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(FormatUnavailable, match=r"flowpose\[parquet\]"):
        Parquet.check()
