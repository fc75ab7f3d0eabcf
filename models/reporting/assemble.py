"""The report, put together from stored figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.reporting.catalogue import SECTIONS
from models.reporting.claim import as_list
from models.reporting.record import Record
from models.reporting.section import Section
from service.commands.whole_file import whole_file
from service.options import Options

PREFACE = """\
# What the networks and the pooling are worth, measured

Made by `python -m models.report`; nothing here is written by hand. Each section has its figures in `report/`
and its picture in `plots/`, and the command that measures it again; without `--data` the command puts this
file together from the figures that are there. The papers are cited as Flowing ConvNets (Pfister, Charles and
Zisserman, ICCV 2015)."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a report are; a key is a section's name, with the model's where that matters.

    Attributes
    ----------
    out
        The Markdown file; the other parts lie in folders beside it.
    """

    out: Path

    def figures(self, key: str) -> Path:
        """Of a section."""
        return self.out.parent / "report" / f"{key}.json"

    def plot(self, key: str) -> Path:
        """Of a section."""
        return self.out.parent / "plots" / f"{key}.png"

    def keys(self, name: str) -> list[str]:
        """Those of a section that have figures."""
        folder = self.out.parent / "report"
        return sorted(path.stem for path in (*folder.glob(f"{name}.json"), *folder.glob(f"{name}-*.json")))


def key_of(name: str, model: str) -> str:
    """Of a section; the model that is served by default needs no name."""
    of_model = SECTIONS[name].by_model and model != Options().model
    return f"{name}-{model}" if of_model else name


def assemble(places: Places) -> None:
    """Write the report, and draw its pictures again, from the figures that are there.

    Raises
    ------
    FiguresUnreadable
        A file of figures is broken.
    OutputImpossible
        Nothing can be written there.
    """
    keys = {name: places.keys(name) for name in SECTIONS}
    found = [(key, SECTIONS[name], Record.load(places.figures(key))) for name in keys for key in keys[name]]
    parts = [PREFACE]
    if found:
        parts.append(_against_the_papers([(section, record) for _, section, record in found]))
    parts += [_section(section, record, places.plot(key)) for key, section, record in found]
    missing = [section.title for name, section in SECTIONS.items() if not keys[name]]
    if missing:
        parts.append("## Not measured yet\n\n" + "\n".join(f"- {title}" for title in missing))
    with whole_file(places.out) as unfinished:
        unfinished.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _section(section: Section, record: Record, plot: Path) -> str:
    title = f"{section.title}, {record.figures['model']}" if section.by_model else section.title
    plot.parent.mkdir(parents=True, exist_ok=True)
    section.draw(record.figures, plot)
    made = (
        f"`{record.command}`, {record.date}, {record.minutes:g} minutes on {record.machine}, other work "
        "on it included."
    )
    picture = f"![{title}](plots/{plot.name})"
    return "\n\n".join([f"## {title}", section.write(record.figures), picture, made])


def _against_the_papers(found: Sequence[tuple[Section, Record]]) -> str:
    claims = [claim for section, record in found for claim in section.claims(record.figures)]
    words = (
        "## Findings of the papers, aims of this project\n\nDecided by the figures below. Less than half a "
        "percentage point counts as too close to tell; where few clips were measured, more than that can be "
        "chance."
    )
    return "\n\n".join([words, as_list(claims)]) if claims else words
