"""Write learnt weights as the service reads them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.commands.whole_file import whole_file
from service.networks.skeleton import Skeleton
from service.temporal.grid import HALF_WINDOW
from service.temporal.trust import Trust

DECIMALS = 5


def write_table(path: Path, table: NDArray[np.float32], skeleton: Skeleton) -> None:
    """Write (31, K) weights as CSV, for `service.temporal.learnt.read`.

    Raises
    ------
    OutputImpossible
        Nothing can be written there.
    """
    lines = [",".join(("offset", *skeleton.joints))]
    for offset, row in enumerate(_rounded(table), start=-HALF_WINDOW):
        lines.append(",".join((str(offset), *(f"{weight:.{DECIMALS}f}" for weight in row))))
    _write(path, lines)


def write_trust(path: Path, trust: Trust) -> None:
    """Write what adaptive pooling learnt; raises as :func:`write_table`."""
    values = asdict(trust)
    _write(path, [",".join(values), ",".join(f"{value:g}" for value in values.values())])


def _rounded(table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rounded, and what rounding took given to the middle row, so that columns still have sum 1."""
    rounded = np.asarray(np.round(table.astype(np.float64), DECIMALS), np.float64)
    rounded[HALF_WINDOW] += 1 - rounded.sum(axis=0)
    return rounded


def _write(path: Path, lines: list[str]) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
