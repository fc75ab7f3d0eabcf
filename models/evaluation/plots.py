"""Lines side by side, in a small PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from service.commands.whole_file import whole_file

PANEL_INCHES = (3.3, 2.8)
DPI = 90
MARKED = 12  # points; a line with more has no marks


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes.

    Attributes
    ----------
    title, across, up
        What is drawn, and the names of the axes with their units.
    lines
        Legend -> x and y of the points, in order.
    powers
        x runs over powers of ten; evenly below 1, so that 0 has a place.
    """

    title: str
    across: str
    up: str
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    powers: bool = False


def draw_lines(panels: Sequence[Panel], path: Path) -> None:
    """Draw the panels from left to right, with one legend for all.

    Parameters
    ----------
    panels
        One at least; a line of the same name has the same colour in all.
    path
        Of the PNG.

    Raises
    ------
    OutputImpossible
        Nothing can be written there.
    """
    width, height = PANEL_INCHES
    figure = Figure(figsize=(width * len(panels), height + 0.3), layout="constrained")
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for place, panel in zip(axes, panels, strict=True):
        _draw(place, panel, names)
    handles = {line.get_label(): line for place in axes for line in place.get_lines()}
    figure.legend(
        handles.values(),
        handles.keys(),
        loc="outside lower center",
        ncols=min(len(names), 2 * len(panels)),
        fontsize=8,
    )
    save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, the same bytes for the same figure."""
    with whole_file(path) as unfinished:
        figure.savefig(unfinished, format="png", dpi=DPI, metadata={"Software": None})


def _draw(place: Axes, panel: Panel, names: Sequence[str]) -> None:
    for name, (x, y) in panel.lines.items():
        mark = "o" if len(x) <= MARKED else None
        place.plot(x, y, label=name, color=f"C{names.index(name)}", marker=mark, markersize=3, linewidth=1.4)
    place.set_title(panel.title, fontsize=9)
    place.set_xlabel(panel.across, fontsize=8)
    place.set_ylabel(panel.up, fontsize=8)
    if panel.powers:
        place.set_xscale("symlog", linthresh=1)
    else:
        place.xaxis.set_major_locator(MaxNLocator(integer=True))
    place.tick_params(labelsize=8)
    place.grid(alpha=0.3)
