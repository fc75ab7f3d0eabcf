"""How fast this machine is: networks alone, flow alone, the whole path; what `flowpose bench` prints.

One file a question. Everything runs on any device; what needs a card says so where there is none.
"""

from __future__ import annotations

from service.benchmark.plan import USUAL, Plan
from service.benchmark.section import Section
from service.benchmark.whole import sections

__all__ = ["USUAL", "Plan", "Section", "sections"]
