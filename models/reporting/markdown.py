"""Markdown for the report."""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> str:
    """A table; numbers have one decimal and stand on the right, None is a dash.

    Parameters
    ----------
    header
        Column names; the first column is on the left.
    rows
        Each as long as the header.
    """
    lines = [header, [":--", *("--:" for _ in header[1:])], *(map(cell, row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(value: str | float | None) -> str:
    """One cell of a table."""
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:.1f}"
