"""`flowpose settings`: every `FLOWPOSE_*` variable, as the settings themselves describe it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Annotated

import typer
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from service.settings import Settings

TITLES = ("variable", "default", "unit", "meaning")
UNITS = {
    "_bytes": "bytes",
    "_pixels": "pixels",
    "_fps": "frames/s",
    "_per_s": "1/s",
    "_seconds": "s",
    "_s": "s",
}
HEAD = (
    "# Settings\n\n"
    "Environment variables, read once at the start. Made by `flowpose settings --markdown`; do not edit.\n"
)


def settings(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the file deploy/settings.md has them.")
    ] = False,
) -> None:
    """List every environment variable that the service reads, with its default."""
    if markdown:
        sys.stdout.write(as_markdown())
        return
    table = Table(*(Column(title, no_wrap=title == "variable") for title in TITLES))
    for row in rows():
        table.add_row(*map(escape, row))
    Console().print(table)


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Variable, default, unit and meaning of each setting, in the order of :class:`Settings`."""
    for name, field in Settings.model_fields.items():
        meaning = " ".join((field.description or "").split())
        yield f"FLOWPOSE_{name.upper()}", _default(field), _unit(name), meaning


def as_markdown() -> str:
    """The table for people who read it on a page."""
    lines = [_line(TITLES), _line(["---"] * len(TITLES))]
    lines += [
        _line((f"`{name}`", f"`{default}`" if default else "", unit, meaning.replace("|", "\\|")))
        for name, default, unit, meaning in rows()
    ]
    return f"{HEAD}\n{''.join(lines)}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _default(field: FieldInfo) -> str:
    """As one would write it into the environment; empty for none, or where it is the machine's."""
    value = field.default
    if field.default_factory is not None or value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value.value if isinstance(value, Enum) else value)


def _unit(name: str) -> str:
    return next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
