"""Where words for people go, so that output for machines can have stdout."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from service.errors import Problem


def to_people() -> Console:
    """Give a console on stderr."""
    return Console(stderr=True, highlight=False)


def tell(problem: Problem) -> None:
    """Print a problem as `title: detail`, in red where there are colours."""
    words = f"{escape(problem.title)}: {escape(problem.detail)}"
    to_people().print(f"[red]{words}[/red]", soft_wrap=True)
