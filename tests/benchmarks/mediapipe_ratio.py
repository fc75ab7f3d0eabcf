"""FlowPose beside MediaPipe Pose 0.10.14 on the same clip, by turns, in one run.

    python -m tests.benchmarks.mediapipe_ratio [CLIP] [--rounds 3] [--venv DIR]

FlowPose is `flowpose bench`: decoding, detector, blazepose-full, DIS flow, 31 frames, 33 joints, encoding the
answer. MediaPipe is `model_complexity=1`, one frame at a time with its own tracking, read by OpenCV, in an
environment of its own. Without CLIP, one of 240 frames of 1280 x 720 in H.264 is made.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_dir
from rich import box
from rich.console import Console
from rich.table import Table

from tests.benchmarks.clips import write_person

FRAMES = 240
MEDIAPIPE = "mediapipe==0.10.14"
# What mediapipe.solutions imports; its wheel also wants jax and sounddevice, which it does not.
PINS = (
    "absl-py==2.5.1",
    "attrs==26.1.0",
    "flatbuffers==25.12.19",
    "matplotlib==3.10.9",
    "numpy==1.26.4",
    "opencv-contrib-python-headless==4.11.0.86",
    "protobuf==4.25.9",
)
POSE_SCRIPT = Path(__file__).with_name("mediapipe_pose.py")


@dataclass(frozen=True, slots=True)
class Round:
    """Frames per second of one turn each; `process` is MediaPipe without reading the video."""

    flowpose: float
    mediapipe: float
    process: float
    found: str

    @property
    def ratio(self) -> float:
        """How many times as fast FlowPose is, both from file to joints."""
        return self.flowpose / self.mediapipe


def mediapipe_python(folder: Path) -> Path:
    """The interpreter of MediaPipe's environment, made if it is not there."""
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *PINS], check=True)
        subprocess.run([*install, "--no-deps", MEDIAPIPE], check=True)
        ready.touch()
    return python


def flowpose_rate(clip: Path) -> float:
    """Frames per second end to end, as `flowpose bench` prints it."""
    command = [sys.executable, "-m", "service.cli", "bench", str(clip), "--repeat", "1"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"end to end\s+([\d.]+) frames/s", printed)
    assert rate is not None, printed
    return float(rate[1])


def one_round(clip: Path, python: Path) -> Round:
    """A turn each."""
    flowpose = flowpose_rate(clip)
    done = subprocess.run([python, POSE_SCRIPT, clip], check=True, capture_output=True, text=True)
    other = json.loads(done.stdout.splitlines()[-1])
    frames = other["frames"]
    return Round(
        flowpose,
        frames / other["seconds"],
        frames / other["process_seconds"],
        f"{other['found']} of {frames}",
    )


def show(rounds: list[Round]) -> None:
    """Print every round and the medians."""
    table = Table(
        "round", "FlowPose", "MediaPipe", "its process() alone", "ratio", "it found", box=box.MARKDOWN
    )
    for number, each in enumerate(rounds, 1):
        rates = (f"{rate:.1f}" for rate in (each.flowpose, each.mediapipe, each.process))
        table.add_row(str(number), *rates, f"{each.ratio:.2f}", each.found)
    Console(width=110).print(table)
    print(
        f"frames/s; median ratio FlowPose / MediaPipe: {statistics.median(each.ratio for each in rounds):.2f}"
    )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clip", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--venv", type=Path, default=Path(user_cache_dir("flowpose")) / "mediapipe-0.10.14")
    arguments = parser.parse_args()
    python = mediapipe_python(arguments.venv)
    with tempfile.TemporaryDirectory() as folder:
        clip = arguments.clip or write_person(Path(folder) / "person.mp4", FRAMES)
        show([one_round(clip, python) for _ in range(arguments.rounds)])


if __name__ == "__main__":
    main()
