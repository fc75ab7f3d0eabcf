"""Whether memory grows with the video: peak of `flowpose run` for 1,000 and for 10,000 frames.

python -m tests.benchmarks.memory [--short 1000] [--long 10000] [--size 640x360]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.clips import write_person

KIB = 1024  # what ru_maxrss counts in on Linux


def peak_bytes(clip: Path, output: Path) -> int:
    """Most memory that `flowpose run` over the clip ever had."""
    command = [sys.executable, "-m", "service.cli", "run", str(clip), "-o", str(output)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        # wait4 tells of this one child; getrusage(RUSAGE_CHILDREN) would give the largest of all.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return usage.ru_maxrss * KIB


def measure(frames: int, size: tuple[int, int], folder: Path) -> int:
    """Make a clip of so many frames, run it, say what it took and remove it."""
    clip = write_person(folder / f"{frames}.mp4", frames, size)
    output = folder / f"{frames}.ndjson"
    peak = peak_bytes(clip, output)
    with output.open("rb") as lines:
        answers = sum(b'"type":"frame"' in line for line in lines)
    print(f"{frames:7,} frames, {answers:,} answers: {peak / 2**20:.0f} MiB", flush=True)
    clip.unlink()
    output.unlink()
    return peak


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", type=int, default=1_000)
    parser.add_argument("--long", type=int, default=10_000)
    parser.add_argument("--size", default="640x360")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        # The compiled kernels are cached by the first run, which would else be charged for compiling.
        measure(50, (width, height), Path(folder))
        short, long = (measure(n, (width, height), Path(folder)) for n in (arguments.short, arguments.long))
    print(f"the long one takes {long / short:.3f} times the memory of the short one")


if __name__ == "__main__":
    main()
