"""Label files of MATLAB (level 5, as all these releases are)."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from models.datasets.errors import DatasetUnreadable

DAMAGED = (
    OSError,
    ValueError,
    TypeError,
    NotImplementedError,
    MatReadError,
    zlib.error,
)  # what loadmat raises


def read_mat(path: Path) -> dict[str, Any]:
    """Variables of a .mat file: structs as dictionaries, arrays without dimensions of length one.

    Raises
    ------
    DatasetUnreadable
        The file is missing, damaged, or of MATLAB 7.3, which no release here is.
    """
    try:
        return loadmat(path, simplify_cells=True)
    except DAMAGED as error:
        raise DatasetUnreadable(f"{path}: {error}") from error


def read_structs(path: Path, variable: str) -> list[dict[str, Any]]:
    """Elements of a struct array, also where it has only one.

    Raises
    ------
    DatasetUnreadable
        See :func:`read_mat`; also when there is no such struct array.
    """
    structs = read_mat(path).get(variable)
    elements = list(np.atleast_1d(np.asarray(structs, object)))
    if not elements or not all(isinstance(element, dict) for element in elements):
        raise DatasetUnreadable(f"{path} has no struct array {variable!r}")
    return elements
