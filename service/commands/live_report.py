"""What `flowpose live` tells: lines for machines, and one a second for people."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from threading import Lock
from typing import IO, Any

import numpy as np
from rich.console import Console

from service.client import Answer, Dropped, FrameError, PoseAnswer, RemoteProblem
from service.commands.camera import Shot
from service.errors import Problem
from service.options import Stage

EVERY_S = 1.0
LATENCY_DECIMALS = 1  # of milliseconds
BUSY = "busy"


class LiveReport:
    """Takes the answers of a live run, from any thread.

    Each picture of the camera has one line for each stage, or one that says why not. `seq` is the number
    that the camera gave it; `latency_ms` is counted from the taking of the picture to the answer, here.

    Parameters
    ----------
    file
        Where the lines for machines go, each as soon as it is known; None for nowhere.
    console
        Where those for people go.
    """

    def __init__(self, file: IO[bytes] | None, console: Console) -> None:
        self._file = file
        self._console = console
        self._lock = Lock()
        self._under_way: dict[int, tuple[int, float]] = {}
        self._joint = 0
        self._joint_name = ""
        self._answered = self._errors = 0
        self._drops: Counter[str] = Counter()
        self._latest: PoseAnswer | None = None
        self._latencies_ms: list[float] = []
        self._began = self._told = time.monotonic()

    def start(self, skeleton: Mapping[str, Any], model: Mapping[str, Any]) -> None:
        """Say who answers; comes first."""
        with self._lock:
            names = list(skeleton["joints"])
            self._joint = names.index("nose") if "nose" in names else 0
            self._joint_name = names[self._joint]
            self._write(type="ready", schema="flowpose.v1", skeleton=skeleton, model=model)

    def sent(self, seq: int, shot: Shot) -> None:
        """Note that a picture is under way; `seq` is what its answers will call it."""
        with self._lock:
            self._under_way[seq] = shot.number, shot.taken

    def given_up(self, shot: Shot) -> None:
        """Note that a picture never was under way, since a newer one came."""
        with self._lock:
            self._drop(shot.number, BUSY)

    def take(self, answer: Answer) -> None:
        """Note an answer."""
        now = time.monotonic()
        with self._lock:
            number, taken = self._under_way[answer.seq]
            if not isinstance(answer, PoseAnswer) or answer.stage == Stage.FINAL:
                del self._under_way[answer.seq]
            if isinstance(answer, PoseAnswer):
                self._pose(answer, number, (now - taken) * 1e3)
            elif isinstance(answer, Dropped):
                self._drop(number, answer.reason)
            else:
                self._error(answer, number)
            self._tell(now)

    def end(self, failure: Exception | None) -> None:
        """Say that no more comes, and why if something is wrong."""
        with self._lock:
            if isinstance(failure, (Problem, RemoteProblem)):
                self._write(type="error", **_members(failure))
            else:
                self._write(type="end", **self._counts(), seconds=round(time.monotonic() - self._began, 3))
            dropped = sum(self._drops.values())
            if self._answered + dropped + self._errors:
                self._console.print(f"{self._answered} answered, {dropped} dropped, {self._errors} errors")

    def _pose(self, answer: PoseAnswer, number: int, latency_ms: float) -> None:
        first = self._latest is None or answer.seq > self._latest.seq
        if first:
            self._latest = answer
            self._answered += 1
            self._latencies_ms.append(latency_ms)
        line = {**asdict(answer), "seq": number, "latency_ms": round(latency_ms, LATENCY_DECIMALS)}
        self._write(type="pose", **line)

    def _drop(self, number: int, reason: str) -> None:
        self._drops[reason] += 1
        self._write(type="dropped", seq=number, reason=reason)

    def _error(self, answer: FrameError, number: int) -> None:
        self._errors += 1
        self._write(type="error", seq=number, **_members(answer.problem))

    def _counts(self) -> dict[str, Any]:
        received = self._answered + sum(self._drops.values()) + self._errors
        counts = {"received": received, "answered": self._answered, "dropped": dict(self._drops)}
        return {**counts, "errors": self._errors}

    def _write(self, **members: Any) -> None:
        if self._file is not None:
            self._file.write(json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
            self._file.flush()

    def _tell(self, now: float) -> None:
        """Print the line for people when its time has come."""
        passed_s = now - self._told
        if passed_s < EVERY_S or self._latest is None or not self._latencies_ms:
            return
        median, slow = np.percentile(self._latencies_ms, [50, 95])
        parts = (
            f"{now - self._began:5.0f} s",
            f"{len(self._latencies_ms) / passed_s:5.1f} fps",
            f"{sum(self._drops.values())} dropped",
            f"latency p50 {median:.0f} ms, p95 {slow:.0f} ms",
            f"people {len(self._latest.people)}{self._place_of_joint(self._latest)}",
        )
        self._console.print("  ".join(parts), soft_wrap=True)
        self._told = now
        self._latencies_ms.clear()

    def _place_of_joint(self, answer: PoseAnswer) -> str:
        if not answer.people:
            return ""
        x, y, _ = answer.people[0]["joints"][self._joint]
        return f", {self._joint_name} at {x:.0f}, {y:.0f}"


def _members(problem: Problem | RemoteProblem) -> dict[str, Any]:
    kind = problem.type if isinstance(problem, RemoteProblem) else f"/problems/{problem.name}"
    return {
        "problem": kind,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
