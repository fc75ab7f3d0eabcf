"""One table of a benchmark."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Cell: TypeAlias = str | float | int | None


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a benchmark.

    Attributes
    ----------
    name
        For machines.
    title
        For people.
    columns
        Names with units; the first is on the left.
    rows
        Each as long as the columns; None where nothing is known.
    notes
        Sentences under the table.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = field(default=())

    def markdown(self) -> str:
        """As text."""
        lines = [
            self.columns,
            (":--", *("--:" for _ in self.columns[1:])),
            *(map(_cell, row) for row in self.rows),
        ]
        table = ["| " + " | ".join(line) + " |" for line in lines] if self.rows else []
        return "\n".join([f"### {self.title}", "", *table, *(f"\n{note}" for note in self.notes), ""])

    def to_json(self) -> dict[str, Any]:
        """As plain values: rows are objects by column."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"name": self.name, "title": self.title, "rows": rows, "notes": list(self.notes)}


def _cell(value: Cell) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return (
            f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.4f}"
        )
    return str(value)
