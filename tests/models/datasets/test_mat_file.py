"""MATLAB files, whole and broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from models.datasets.errors import DatasetUnreadable
from models.datasets.mat_file import read_mat, read_structs


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.mat"


@pytest.mark.parametrize("count", [1, 3])
def test_a_struct_array_of_any_length_is_a_list_of_dictionaries(path: Path, count: int) -> None:
    rows = np.array([[(f"{n}.jpg", np.eye(2) * n) for n in range(count)]], [("im", object), ("at", object)])
    savemat(path, {"frames": rows})
    structs = read_structs(path, "frames")
    assert [struct["im"] for struct in structs] == [f"{n}.jpg" for n in range(count)]
    assert structs[-1]["at"].tolist() == (np.eye(2) * (count - 1)).tolist()


@pytest.mark.parametrize("value", [np.eye(3), "words", np.zeros((0, 0))])
def test_something_else_under_that_name_is_refused(path: Path, value: object) -> None:
    savemat(path, {"frames": value})
    with pytest.raises(DatasetUnreadable, match="no struct array 'frames'"):
        read_structs(path, "frames")


def test_another_name_is_refused(path: Path) -> None:
    savemat(path, {"pictures": 1})
    with pytest.raises(DatasetUnreadable, match="no struct array 'frames'"):
        read_structs(path, "frames")


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"labels\.mat"):
        read_mat(path)


@pytest.mark.parametrize("kept", [0, 4, 130, 140, 200])
def test_a_cut_file_is_named(path: Path, kept: int) -> None:
    savemat(path, {"x": np.arange(1000.0)}, do_compression=True)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DatasetUnreadable, match=r"labels\.mat|no struct"):
        read_structs(path, "x")


def test_a_file_of_matlab_7_3_is_refused(path: Path) -> None:
    path.write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + b"\x89HDF\r\n\x1a\n".ljust(400))
    with pytest.raises(DatasetUnreadable, match="HDF"):
        read_mat(path)
