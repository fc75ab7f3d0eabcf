"""The report: what holds, what does not, what could not be tried; Python's own library alone."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from steps import JUNIT, TABLES, Outcome

# Pixels of a 160 pixel picture, median: from the known motion, and from the CPU's own or nearest method.
FLOWS = {"cuda-farneback": (0.4, 0.1), "cuda-brox": (0.3, 0.3)}
PAPERS, USUAL = "spatial-net-fusion", "blazepose-full"
FORMS = ("", "-fp16")
# What an H100 should do: frames a second of the papers' network, and how late 32 live streams are answered.
WITHOUT_FLOW, WITH_FLOW, LIVE, LATE_MS = 1000, 300, 32, 15
HOPPERS = ("H100", "H200")

HOLDS, FAILS, SKIPPED = "holds", "**fails**", "not tried"
Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """The report, and what it comes to."""

    text: str
    verdict: str
    good: bool


@dataclass(frozen=True)
class Finding:
    """One thing that should be so."""

    what: str
    state: str
    detail: str


def report(outcomes: Sequence[Outcome], left: Sequence[str], results: Path, device: str) -> Told:
    """Write it all down.

    Parameters
    ----------
    outcomes
        Of the steps that were done.
    left
        Names of those that were not.
    results
        Folder of what the steps wrote.
    device
        ``cuda`` or ``cpu``.
    """
    tables = _tables(results)
    findings = [*_steps(outcomes), *_tests(results / JUNIT), *_flows(tables), *_aims(tables, outcomes)]
    count = {state: sum(each.state == state for each in findings) for state in (HOLDS, FAILS, SKIPPED)}
    verdict = f"{count[HOLDS]} hold, {count[FAILS]} fail, {count[SKIPPED]} not tried"
    head = [f"# FlowPose on {'a card' if device == 'cuda' else 'the CPU: a rehearsal'}", ""]
    head += [f"{platform.platform()}, Python {platform.python_version()}. **{verdict}.**", ""]
    head += [f"Still to come: {', '.join(left)}.", ""] if left else []
    lines = ["| what | | |", "| :-- | :-- | :-- |"]
    lines += [f"| {each.what} | {each.state} | {each.detail} |" for each in findings]
    parts = [
        "\n".join([*head, *lines]),
        *(_markdown(table) for table in tables),
        *(_log(each) for each in outcomes if each.name != "bench" or each.status),
    ]
    return Told("\n\n".join(parts) + "\n", verdict, not count[FAILS])


def _steps(outcomes: Sequence[Outcome]) -> Iterator[Finding]:
    for each in outcomes:
        ended = "cut off" if each.status is None else f"status {each.status}"
        yield Finding(
            f"`{each.name}` runs", HOLDS if each.status == 0 else FAILS, f"{ended}, {each.seconds:.0f} s"
        )


def _tests(junit: Path) -> Iterator[Finding]:
    """How the tests of a card went, and why those that were skipped were."""
    if not junit.is_file():
        return
    cases = list(ElementTree.parse(junit).getroot().iter("testcase"))
    bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    passed = len(cases) - len(bad) - len(skipped)
    state = FAILS if bad else HOLDS if passed else SKIPPED
    names = ", ".join(str(case.get("name")) for case in bad)
    yield Finding("tests of a card", state, f"{passed} passed, {len(bad)} failed {names}".strip())
    reasons = [_reason(case) for case in skipped]
    for reason in dict.fromkeys(reasons):
        yield Finding("tests of a card", SKIPPED, f"{reasons.count(reason)}: {reason}")


def _reason(case: ElementTree.Element) -> str:
    skipped = case.find("skipped")
    return _plain("" if skipped is None else skipped.get("message", ""))


def _flows(tables: Sequence[Row]) -> Iterator[Finding]:
    """Brox and Farneback against the known motion and against the CPU."""
    if not (table := _named(tables, "flow")):
        return
    rows = {row["method"]: row for row in table["rows"]}
    for method, (most, most_off) in FLOWS.items():
        why = next((note for note in table["notes"] if note.startswith(f"{method}: ")), "it was not measured")
        if method not in rows:
            yield Finding(f"{method} is right", SKIPPED, _plain(why))
            continue
        error, off, like = (rows[method][column] for column in ("error px", "off the CPU's px", "the CPU's"))
        yield _most(f"{method} finds a known motion", error, most, "px off")
        yield _most(f"{method} says what {like} says on the CPU", off, most_off, "px apart")


def _aims(tables: Sequence[Row], outcomes: Sequence[Outcome]) -> Iterator[Finding]:
    """What the project wants of an H100, or of an H200, which computes as fast; nobody else is blamed."""
    path, live = _named(tables, "path"), _named(tables, "live")
    cards = " ".join(outcome.tail for outcome in outcomes if outcome.name == "card")
    if not path or not any(name in cards for name in HOPPERS):
        yield Finding("aims for an H100", SKIPPED, "networks did not run on one")
        return
    papers = [row for row in path["rows"] if row["network"] in [PAPERS + form for form in FORMS]]
    for what, aim, rows in (
        ("without flow", WITHOUT_FLOW, [row for row in papers if row["flow"] == "none"]),
        ("with flow, 31 frames", WITH_FLOW, [row for row in papers if row["flow"] != "none"]),
    ):
        best = max((row["frames/s"] for row in rows), default=0.0)
        yield Finding(f"{PAPERS} {what}", HOLDS if best >= aim else FAILS, f"{best:.0f} frames/s, aim {aim}")
    usual = [
        row for row in (live or {"rows": []})["rows"] if row["network"] in [USUAL + form for form in FORMS]
    ]
    many = [row["p95 ms"] for row in usual if row["streams"] >= LIVE and row["flow"] != "none"]
    if many:
        yield _most(f"{LIVE} live streams of {USUAL}, 95 %", min(many), LATE_MS, "ms late")


def _most(what: str, value: float, most: float, unit: str) -> Finding:
    return Finding(what, HOLDS if value <= most else FAILS, f"{value:.3g} {unit}, at most {most}")


def _tables(results: Path) -> list[Row]:
    path = results / TABLES
    tables: list[Row] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return tables


def _named(tables: Sequence[Row], name: str) -> Row | None:
    return next((table for table in tables if table["name"] == name), None)


def _markdown(table: Row) -> str:
    lines = [f"## {table['title']}", ""]
    if table["rows"]:
        columns = list(table["rows"][0])
        lines += ["| " + " | ".join(columns) + " |", "| :-- |" + " --: |" * (len(columns) - 1)]
        lines += ["| " + " | ".join(_cell(row[column]) for column in columns) + " |" for row in table["rows"]]
    return "\n".join([*lines, *(f"\n{note}" for note in table["notes"])])


def _cell(value: str | float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _log(outcome: Outcome) -> str:
    return f"## {outcome.name}\n\n    {outcome.command}\n\n```\n{outcome.tail.strip()}\n```"


def _plain(text: str) -> str:
    """In one cell of a table."""
    return " ".join(text.split()).replace("|", "/")
