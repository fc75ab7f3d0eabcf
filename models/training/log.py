"""The log of a training: a CSV file that grows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from models.training.measure import Measured


class Log:
    """Appends a line now and then; a resumed training goes on in the same file.

    Parameters
    ----------
    path
        The file; its folder exists.
    joints
        Names of the joints, one column of PCK each.
    """

    def __init__(self, path: Path, joints: Sequence[str]) -> None:
        self._path = path
        if not path.exists():
            self._append(["step", "seconds", "loss", "rate", "pictures_per_s", "pck", *joints])

    def write(
        self, step: int, seconds: float, loss: float, rate: float, pictures_per_s: float, pck: Measured | None
    ) -> None:
        """Add a line.

        Parameters
        ----------
        step
            Steps made in all.
        seconds
            Since the start of this run.
        loss
            Mean since the last line.
        rate
            Learning rate.
        pictures_per_s
            Trained on since the last line.
        pck
            Percent, or None where it was not measured.
        """
        hits = [] if pck is None else [f"{value:.1f}" for value in (pck.mean, *pck.pck)]
        self._append([step, f"{seconds:.0f}", f"{loss:.4f}", f"{rate:.2e}", f"{pictures_per_s:.2f}", *hits])

    def _append(self, row: Sequence[object]) -> None:
        with self._path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(row)
