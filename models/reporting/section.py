"""What every section of the report can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.reporting.bench import Bench
from models.reporting.claim import Claim
from models.reporting.record import Figures


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes
    ----------
    title
        Its heading.
    measure
        Makes the figures; a Problem when something that it needs is not here.
    draw
        Makes the picture from figures.
    write
        The text, tables included, from figures.
    claims
        What the figures say of others' findings.
    by_model
        The figures are of the bench's model: the report has this section once for each model measured.
    """

    title: str
    measure: Callable[[Bench], Figures]
    draw: Callable[[Figures, Path], None]
    write: Callable[[Figures], str]
    claims: Callable[[Figures], Sequence[Claim]]
    by_model: bool = False
