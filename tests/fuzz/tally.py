"""What a fuzzer did, and what it found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts of one run.

    Attributes
    ----------
    cases
        By what was tried.
    ends
        By what came of it.
    slowest_s
        The longest that one case took.
    found
        What must not be: in a few words, and the first case that showed it.
    """

    cases: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    found: dict[str, str] = field(default_factory=dict)

    def note(self, case: str, end: str, took_s: float) -> None:
        """Count a case."""
        self.cases[case] += 1
        self.ends[end] += 1
        self.slowest_s = max(self.slowest_s, took_s)

    def report(self) -> str:
        """To be printed."""
        rows = [f"| {case} | {number} |" for case, number in sorted(self.cases.items())]
        ends = ", ".join(f"{end}: {number}" for end, number in self.ends.most_common())
        total = f"{self.cases.total()} cases, the slowest {self.slowest_s:.1f} s; {ends}"
        found = [f"FOUND {what}\n{case}" for what, case in self.found.items()]
        return "\n".join([*rows, total, *found, f"{len(self.found)} things found"])
