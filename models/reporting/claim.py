"""What somebody says, and what was found here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EQUAL_BELOW = 0.5  # percentage points: a smaller difference says nothing on so few clips


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding of the paper (or one aim of the project) beside ours.

    Attributes
    ----------
    said
        The finding, with its place in the paper.
    found
        Ours, with the figures.
    holds
        Whether ours is the same; None where ours is too close to tell.
    """

    said: str
    found: str
    holds: bool | None

    @property
    def verdict(self) -> str:
        """In Markdown, with the figures."""
        word = {True: "Yes", False: "No", None: "Too close to tell"}[self.holds]
        return f"**{word}.** {self.found}"


def as_list(claims: Iterable[Claim]) -> str:
    """Each finding once, and under it what was found here."""
    by_said: dict[str, list[str]] = {}
    for claim in claims:
        by_said.setdefault(claim.said, []).append(f"  - {claim.verdict}")
    return "\n".join("\n".join((f"- {said}", *found)) for said, found in by_said.items())


def beats(better: float, worse: float) -> bool | None:
    """Whether one percentage is above another; None when they are about equal."""
    return None if abs(better - worse) < EQUAL_BELOW else better > worse
