"""Figures on disc: a small JSON file for each section, kept in the repository."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from models.reporting.errors import FiguresUnreadable
from service.commands.whole_file import whole_file

Figures: TypeAlias = dict[str, Any]
"""What a section measured: plain JSON, the form of which is the section's own affair."""


@dataclass(frozen=True, slots=True)
class Record:
    """One section as it was measured.

    Attributes
    ----------
    command
        That measures it again.
    machine
        On which it was measured.
    date
        Day, ISO 8601.
    minutes
        It took.
    figures
        The section's own.
    """

    command: str
    machine: str
    date: str
    minutes: float
    figures: Figures

    def save(self, path: Path) -> None:
        """Write it; the file is replaced whole or not at all.

        Raises
        ------
        OutputImpossible
            Nothing can be written there.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as unfinished:
            # NaN is no JSON: figures must say None.
            text = json.dumps(asdict(self), indent=1, allow_nan=False)
            unfinished.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Record:
        """Read it back; FiguresUnreadable when it is something else."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise FiguresUnreadable(f"{path}: {error}") from error


def number(value: float, digits: int = 2) -> float | None:
    """Rounded; None for NaN."""
    return None if value != value else round(float(value), digits)
