"""What it costs to take up a job again, in time of the processor, which a busy machine does not change.

    python -m tests.benchmarks.resume

Frames before the checkpoint are decoded and not worked on; those of the warm-up are worked on again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import skimage.data
from pydantic import TypeAdapter

from service.engine import Engine
from service.media.video import open_video
from service.options import Options
from service.stream_memory import WARM_UP, StreamMemory
from service.video_poses import poses_of_video
from tests.running import pulled_networks
from tests.videos import steady, write_video

FRAMES = 120
SIZE = (1280, 720)
MEMORY = TypeAdapter(StreamMemory)


def pictures() -> Iterator[np.ndarray]:
    """A person in 720p, past whom the camera moves."""
    picture = cv2.resize(skimage.data.astronaut(), (1600, 1600))
    for n in range(FRAMES):
        yield np.ascontiguousarray(picture[100:820, 2 * n : 2 * n + SIZE[0]])


def cpu_ms(do: Callable[[], object]) -> float:
    """Milliseconds of all threads' time for one frame."""
    began = time.process_time()
    do()
    return 1000 * (time.process_time() - began) / FRAMES


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder, Engine(pulled_networks()) as engine:
        path = write_video(Path(folder) / "clip.mp4", pictures(), steady(FRAMES))
        engine.warm(Options())
        print("| | |\n|---|---|")
        print(f"| decoding a frame of 720p again | {cpu_ms(lambda: _decode(path)):.1f} ms |")
        print(f"| working on one | {cpu_ms(lambda: _work(engine, path)):.1f} ms |")
        print(f"| frames of the warm-up | {WARM_UP - 1} |")
        took, size = _checkpoints(engine, path)
        print(f"| taking a checkpoint's memory | {took:.2f} ms |\n| its size | {size} bytes |")


def _decode(path: Path) -> None:
    with open_video(path) as video:
        for _ in video:
            pass


def _work(engine: Engine, path: Path) -> None:
    with open_video(path) as video:
        for _ in poses_of_video(video, engine, Options()):
            pass


def _checkpoints(engine: Engine, path: Path) -> tuple[float, int]:
    """Milliseconds and bytes of one."""
    took = []
    with open_video(path) as video, engine.stream(Options()) as stream:
        for frame in video:
            stream.push(frame)
            stream.settle()
            began = time.thread_time()
            written = MEMORY.dump_json(stream.memory())
            took.append(1000 * (time.thread_time() - began))
    return float(np.median(took)), len(written)


if __name__ == "__main__":
    main()
