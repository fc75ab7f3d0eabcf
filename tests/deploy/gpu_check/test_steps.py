from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.deploy.tools import ROOT


@pytest.fixture
def store(tmp_path: Path) -> Path:
    for name in ("bundle/project", "bundle/models", "results"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def python(code: str, seconds: float = 600.0) -> object:
    return import_module("steps").Step("a-step", [sys.executable, "-c", code], seconds)


def test_what_a_step_says_and_how_it_ends_is_kept(store: Path) -> None:
    steps = import_module("steps")
    step = python("import os; print(os.getcwd()); raise SystemExit(4)")
    assert steps.before(step, store) is None
    outcome = steps.perform(step, store, dict(os.environ), 600.0)
    assert outcome.status == 4
    assert Path(outcome.tail.strip()) == (store / "bundle/project").resolve()
    assert steps.before(step, store) == outcome


def test_a_step_that_takes_too_long_is_ended_with_its_children(store: Path) -> None:
    child = "import time; time.sleep(999)"
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {child!r}]); "
    code += "print(p.pid, flush=True); p.wait()"
    outcome = import_module("steps").perform(python(code, 2.0), store, dict(os.environ), 600.0)
    assert outcome.status is None
    if outcome.tail.strip():  # it came as far as that in time
        assert not _runs(int(outcome.tail))


def test_a_step_for_which_the_call_is_too_short_is_left_for_the_next(store: Path) -> None:
    steps = import_module("steps")
    step = python("import time; time.sleep(999)")
    assert steps.perform(step, store, dict(os.environ), 0.2) is None
    assert steps.before(step, store) is None


def test_a_program_that_is_not_there_is_a_step_that_failed(store: Path) -> None:
    steps = import_module("steps")
    outcome = steps.perform(steps.Step("card", ["no-such-program"], 9), store, dict(os.environ), 9.0)
    assert outcome.status == 127
    assert "no-such-program" in outcome.tail


def test_the_tests_of_a_card_are_found_and_no_others() -> None:
    found = import_module("steps").gpu_tests(ROOT)
    assert "tests/service/networks/test_on_card.py" in found
    assert "tests/service/networks/test_device.py" not in found


def test_on_a_card_there_is_more_to_do(store: Path) -> None:
    steps = import_module("steps").steps

    def names(device: str, train: str = "") -> list[str]:
        return [step.name for step in steps(sys.executable, store, device, True, train)]

    assert names("cpu") == ["doctor", "tests", "bench"]
    (store / "bundle/models/spatial-net-fusion.hollow").touch()
    assert "fill" not in names("cpu")
    assert names("cuda", "--out x") == [
        *("card", "doctor", "fill", "tests", "train"),
        *("ways", "pooling", "bench"),
    ]


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
