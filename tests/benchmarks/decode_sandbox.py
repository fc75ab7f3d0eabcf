"""What decoding in a confined process costs, beside decoding in the process that wants the frames.

python -m tests.benchmarks.decode_sandbox [--frames 300] [--size 1280x720] [--repeat 5] [--only path]

Both ways take turns, so that whatever else the machine does falls on both. CPU time is that of all processes
together; frames/s are those of the fastest turn.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from service.api.answer import poses_of
from service.api.formats import Ndjson
from service.engine import Engine
from service.media.limits import MediaLimits
from service.media.reader import HERE, Reader
from service.media.sandbox.sandbox import Sandbox
from service.options import Options
from service.settings import read_settings
from tests.benchmarks.clips import moving_person, write_person
from tests.videos import jpeg

LIMITS = MediaLimits()


@dataclass(frozen=True, slots=True)
class Turn:
    """One pass: wall and CPU seconds."""

    wall_s: float
    cpu_s: float


def cpu_s(sandbox: Sandbox) -> float:
    """CPU time so far of this process, the template and all workers that have ended."""
    times = psutil.Process(sandbox.template_pid).cpu_times()
    theirs = times.user + times.system + times.children_user + times.children_system
    return time.process_time() + theirs


def compare(
    name: str, count: int, unit: str, work: Callable[[Reader], None], sandbox: Sandbox, repeat: int
) -> None:
    """Do the work both ways by turns and print what each took for one of `count` things."""
    readers: dict[str, Reader] = {"here": HERE, "sandbox": sandbox}
    turns: dict[str, list[Turn]] = {which: [] for which in readers}
    for which, reader in list(readers.items()) * (repeat + 1):
        began, cpu = time.perf_counter(), cpu_s(sandbox)
        work(reader)
        turns[which].append(Turn(time.perf_counter() - began, cpu_s(sandbox) - cpu))
    print(f"{name}:")
    for which, passes in turns.items():
        cpu_ms = statistics.median(turn.cpu_s for turn in passes[1:]) / count * 1e3
        best = min(turn.wall_s for turn in passes[1:])  # the first one warms up
        rate = f"{count / best:8.1f} {unit}/s, {best / count * 1e3:7.2f} ms each"
        print(f"  {which:8} {rate}, CPU {cpu_ms:7.2f} ms each")
    here, there = (min(turn.wall_s for turn in turns[which][1:]) for which in readers)
    pairs = zip(turns["here"][1:], turns["sandbox"][1:], strict=True)
    ratio = statistics.median(one.wall_s / other.wall_s for one, other in pairs)
    print(f"  the sandbox runs at {here / there:.3f} of the rate (by turns, median {ratio:.3f})", flush=True)


def decode(clip: Path) -> Callable[[Reader], None]:
    """Decode a video and drop its frames."""

    def work(reader: Reader) -> None:
        with reader.open_video(clip, LIMITS) as video:
            for _ in video:
                pass

    return work


def open_only(clip: Path) -> Callable[[Reader], None]:
    """Wait for the first frame of a video."""

    def work(reader: Reader) -> None:
        with reader.open_video(clip, LIMITS) as video:
            next(iter(video))

    return work


def whole_path(clip: Path, engine: Engine) -> Callable[[Reader], None]:
    """Run as served, up to the text of the answer."""

    def work(reader: Reader) -> None:
        form = Ndjson()
        with reader.open_video(clip, LIMITS) as video, poses_of(video, engine, Options()) as poses:
            for answer in poses:
                form.frame(answer)

    return work


def picture(path: Path) -> Callable[[Reader], None]:
    """Decode a picture."""

    def work(reader: Reader) -> None:
        for _ in range(10):
            assert np.any(reader.read_image(path, LIMITS))

    return work


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", choices=("decoding", "path"), help="without or with networks and flow")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        clip = write_person(Path(folder) / "clip.mp4", arguments.frames, (width, height))
        still = Path(folder) / "still.jpg"
        still.write_bytes(jpeg(next(moving_person(1, (width, height)))))
        sandbox.confinement()
        repeat = arguments.repeat
        if arguments.only != "path":
            compare("decoding alone", arguments.frames, "frames", decode(clip), sandbox, repeat)
            compare("first frame", 1, "videos", open_only(clip), sandbox, 2 * repeat)
            compare("pictures", 10, "pictures", picture(still), sandbox, repeat)
        if arguments.only != "decoding":
            settings = read_settings()
            with Engine(settings.models_dir, settings.device, settings.threads, settings.cuda) as engine:
                path = whole_path(clip, engine)
                compare("the whole path", arguments.frames, "frames", path, sandbox, repeat)


if __name__ == "__main__":
    main()
