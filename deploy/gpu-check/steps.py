"""What is done on the GPU machine, one command after the other; Python's own library alone."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TAIL = 6000  # characters of a step's output that are kept
GPU_TEST = "mark.gpu"
TABLES, JUNIT = "tables.json", "junit.xml"  # what the benchmark and the tests write


@dataclass(frozen=True)
class Step:
    """One command.

    Attributes
    ----------
    name
        Of its files.
    command
        In the project's folder.
    seconds
        Most time it may take.
    """

    name: str
    command: Sequence[str]
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of a step: its exit status (None when it was cut off), its time, the end of its output."""

    name: str
    command: str
    status: int | None
    seconds: float
    tail: str


def steps(python: str, store: Path, device: str, quick: bool, train: str) -> Iterator[Step]:
    """All of them, in order.

    Parameters
    ----------
    python
        That has the packages.
    store
        Holds the bundle; results go there.
    device
        ``cuda``, or ``cpu`` for a rehearsal.
    quick
        Measure as little as can be.
    train
        Arguments of `models.train`; empty to train nothing.
    """
    project, results = store / "bundle/project", store / "results"
    if device == "cuda":
        yield Step("card", ["nvidia-smi"], 60)
    yield Step("doctor", [python, "-m", "service.cli", "doctor"], 180)
    hollow = store / "bundle/models/spatial-net-fusion.hollow"
    if hollow.is_file() and device == "cuda":  # a processor would take minutes for each picture
        script = str(project / "deploy/gpu-check/hollow.py")
        yield Step("fill", [python, script, "fill", str(hollow), str(hollow.parent)], 180)
    tests = [*("-m", "gpu", "-q", "-p", "no:cacheprovider", "-o", "filterwarnings=default")]
    junit = f"--junitxml={results / JUNIT}"
    yield Step("tests", [python, "-m", "pytest", *tests, junit, *gpu_tests(project)], 540)
    if train:
        yield Step("train", [python, "-m", "models.train", *shlex.split(train)], 540)
    if device == "cuda":
        yield Step(
            "ways", [python, "-m", "tests.benchmarks.cuda_network", "--runs", "2" if quick else "100"], 300
        )
        yield Step("pooling", [python, "-m", "tests.benchmarks.cuda_pooling"], 300)
    small = "--seconds 0 --frames 4 --batch 1 --streams 1 --live 1" if quick else "--streams 16 --live 32"
    bench = [python, "-m", "service.cli", "bench", "--device", device, *small.split()]
    yield Step("bench", [*bench, "--json", str(results / TABLES)], 540)


def gpu_tests(project: Path) -> list[str]:
    """The files that have tests of a card: others may ask for packages that are not here."""
    files = sorted((project / "tests").rglob("test_*.py"))
    return [str(file.relative_to(project)) for file in files if GPU_TEST in file.read_text(encoding="utf-8")]


def perform(step: Step, store: Path, environment: dict[str, str], seconds: float) -> Outcome | None:
    """Run a step, and keep what became of it; what takes too long is ended with all that it started.

    Parameters
    ----------
    seconds
        That are left of this call. A step that needed more of them than there were is to be done again in the
        next: None.
    """
    began = time.monotonic()
    log = store / "results" / f"{step.name}.log"
    with log.open("wb") as output:
        try:
            status = _run(step, store / "bundle/project", environment, seconds, output.fileno())
        except OSError as error:
            status, _ = 127, output.write(str(error).encode())
    if status is None and seconds < step.seconds:
        return None
    tail = log.read_text(encoding="utf-8", errors="replace")[-TAIL:]
    outcome = Outcome(step.name, shlex.join(step.command), status, time.monotonic() - began, tail)
    (store / "results" / f"{step.name}.json").write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    return outcome


def before(step: Step, store: Path) -> Outcome | None:
    """What became of a step in an earlier call; None when it was not done."""
    path = store / "results" / f"{step.name}.json"
    return Outcome(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _run(step: Step, folder: Path, environment: dict[str, str], seconds: float, output: int) -> int | None:
    running = subprocess.Popen(
        step.command,
        cwd=folder,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        return running.wait(min(step.seconds, seconds))
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return None
