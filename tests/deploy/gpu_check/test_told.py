"""What the report makes of what the steps left behind."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

JUNIT = """<testsuites><testsuite>
<testcase name="test_a"/><testcase name="test_b"><failure message="no"/></testcase>
<testcase name="test_c"><skipped message="no card for flow: this OpenCV | was built without CUDA"/></testcase>
</testsuite></testsuites>"""


def flow(method: str, error: float, off: float) -> dict[str, Any]:
    return {"method": method, "error px": error, "off the CPU's px": off, "the CPU's": "farneback"}


def path(network: str, how: str, rate: float) -> dict[str, Any]:
    return {"network": network, "flow": how, "streams": 16, "frames/s": rate}


def tables(rate: float = 2000.0) -> list[dict[str, Any]]:
    late = {"network": "blazepose-full-fp16", "flow": "cuda-farneback", "streams": 32, "p95 ms": 9.0}
    rows = [path("spatial-net-fusion-fp16", "none", rate), path("spatial-net-fusion", "dis", rate / 5)]
    flows = [flow("cuda-farneback", 0.1, 0.05), flow("cuda-brox", 2.0, 0.2)]
    note = "Networks on cuda:0."
    return [
        {"name": "flow", "title": "Flow alone", "rows": flows, "notes": ["cuda-nvof: not built."]},
        {"name": "path", "title": "The whole path", "rows": rows, "notes": [note]},
        {"name": "live", "title": "Live streams", "rows": [late], "notes": [note]},
    ]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "junit.xml").write_text(JUNIT)
    return tmp_path


def report(
    results: Path, device: str = "cuda", left: tuple[str, ...] = (), card: str = "H100 80GB HBM3"
) -> Any:
    outcome = import_module("steps").Outcome
    outcomes = [outcome("doctor", "python -m service.cli doctor", 0, 3.0, "all is well")]
    if card:
        outcomes.append(outcome("card", "nvidia-smi", 0, 0.1, f"| 0  NVIDIA {card}  On |"))
    return import_module("told").report(outcomes, left, results, device)


def line(told: Any, what: str) -> str:
    (found,) = (each for each in told.text.splitlines() if each.startswith(f"| {what}"))
    return str(found)


def test_flow_that_is_wrong_fails_and_flow_that_is_right_holds(results: Path) -> None:
    (results / "tables.json").write_text(json.dumps(tables()))
    told = report(results)
    assert not told.good
    assert "| holds |" in line(told, "cuda-farneback finds a known motion")
    assert "| holds |" in line(told, "cuda-farneback says what farneback says on the CPU")
    assert "| **fails** | 2 px off, at most 0.3 |" in line(told, "cuda-brox finds a known motion")


def test_aims_are_held_against_the_better_form_of_a_network(results: Path) -> None:
    (results / "tables.json").write_text(json.dumps(tables()))
    told = report(results)
    assert "| holds | 2000 frames/s, aim 1000 |" in line(told, "spatial-net-fusion without flow")
    assert "| holds | 400 frames/s, aim 300 |" in line(told, "spatial-net-fusion with flow")
    assert "| holds | 9 ms late, at most 15 |" in line(told, "32 live streams")


def test_slow_is_told_as_failing_on_an_h100_and_on_no_other_machine(results: Path) -> None:
    (results / "tables.json").write_text(json.dumps(tables(rate=10)))
    assert "| **fails** | 10 frames/s" in line(report(results), "spatial-net-fusion without flow")
    assert "| not tried |" in line(report(results, card="L4"), "aims for an H100")
    assert "| not tried |" in line(report(results, "cpu", card=""), "aims for an H100")


def test_tests_are_counted_and_what_was_skipped_has_its_reason(results: Path) -> None:
    told = report(results)
    assert "| **fails** | 1 passed, 1 failed test_b |" in told.text
    assert "| not tried | 1: no card for flow: this OpenCV / was built without CUDA |" in told.text


def test_a_rehearsal_in_which_all_is_skipped_is_good(results: Path) -> None:
    only = '<testsuite><testcase name="t"><skipped message="no card"/></testcase></testsuite>'
    (results / "junit.xml").write_text(only)
    told = report(results, "cpu", left=("bench",), card="")
    assert told.good
    assert "a rehearsal" in told.text
    assert "Still to come: bench." in told.text
    assert "all is well" in told.text
