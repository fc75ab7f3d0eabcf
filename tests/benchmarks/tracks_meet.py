"""How near two tracks of a person come that begin in different frames; what finding people anew changes.

    python -m tests.benchmarks.tracks_meet [VIDEO ...]

First table: distance between the crops of a run from the beginning and of one that begins later, in pixels
of the network's input (256), the median and the worst over beginnings. Nobody is found anew meanwhile. Second
table: by how many pixels, of 256 across the person, clear joints differ between runs in which people are
found anew every 60 frames and never, in the frames since the last time.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from service.engine import Engine
from service.errors import Problem
from service.media.frame import Frame
from service.media.video import open_video
from service.options import FlowMethod, Options, Pooling
from service.people.crop import Crop
from service.temporal.grid import INPUT_SIZE
from tests.benchmarks.clips import write_person
from tests.running import pulled_networks

FRAMES = 400  # of each video
EVERY = 60  # frames between beginnings
CLEAR = 0.5  # score of a joint that is in view
AFTER = (0, 5, 10, 20, 30, 60, 90)  # frames after a beginning
TRACKED = Options(flow=FlowMethod.NONE, pooling=Pooling.NONE, window=0, lookahead=0, renew=0)


def crops(engine: Engine, frames: Sequence[Frame]) -> dict[int, Crop]:
    """The crop for the frame after each, of the first person."""
    followed = {}
    with engine.stream(TRACKED) as stream:
        for frame in frames:
            stream.push(frame)
            here = stream.memory().people.here
            if here:
                followed[frame.index] = here[min(here)].crop
    return followed


def apart(one: Crop, other: Crop) -> float:
    """Distance between centres and between sizes, the larger, input pixels."""
    between = np.hypot(one.centre[0] - other.centre[0], one.centre[1] - other.centre[1])
    return float(max(between, abs(one.half_side - other.half_side)) * INPUT_SIZE / (2 * one.half_side))


def meeting(engine: Engine, videos: Sequence[Sequence[Frame]]) -> None:
    """Print the first table."""
    found: dict[int, list[float]] = {after: [] for after in AFTER}
    for frames in videos:
        whole = crops(engine, frames)
        for begin in range(EVERY, len(frames) - max(AFTER), EVERY):
            later = crops(engine, frames[begin : begin + max(AFTER) + 1])
            for after in AFTER:
                if begin + after in whole and begin + after in later:
                    found[after].append(apart(whole[begin + after], later[begin + after]))
    print("| frames after the beginning | median | worst | the same to a hundredth |\n|---|---|---|---|")
    for after, values in found.items():
        same = np.mean(np.array(values) < 0.01)
        print(f"| {after} | {np.median(values):.2f} | {np.max(values):.2f} | {same:.0%} |")


def changed(engine: Engine, videos: Sequence[Sequence[Frame]]) -> None:
    """Print the second table."""
    since: dict[int, list[float]] = {}
    for frames in videos:
        runs = []
        for renew in (0, EVERY):
            with engine.stream(replace(Options(), renew=renew)) as stream:
                answers = [answer for frame in frames for answer in stream.push(frame)]
                runs.append(answers + stream.finish())
        for one, other in zip(*runs, strict=True):
            if one.index >= EVERY and one.people and other.people:
                side = max(one.people[0].box[2:]) / INPUT_SIZE
                clear = np.minimum(one.people[0].scores, other.people[0].scores) >= CLEAR
                moved = np.linalg.norm((one.people[0].joints - other.people[0].joints)[clear], axis=1)
                since.setdefault(one.index % EVERY // 10 * 10, []).extend((moved / side).tolist())
    print("\n| frames since people were found anew | clear joints moved by, median | 95 % |\n|---|---|---|")
    for first, values in sorted(since.items()):
        print(f"| {first} to {first + 9} | {np.median(values):.2f} | {np.percentile(values, 95):.2f} |")


def read(path: Path) -> list[Frame]:
    """The first frames of a video."""
    frames: list[Frame] = []
    try:
        with open_video(path) as video:
            frames += itertools.islice(video, FRAMES)
    except Problem as problem:
        print(f"{path}: {problem.detail}")
    return frames


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("videos", nargs="*", type=Path, metavar="VIDEO")
    chosen = parser.parse_args().videos
    with tempfile.TemporaryDirectory() as folder, Engine(pulled_networks()) as engine:
        paths = chosen or [write_person(Path(folder) / "clip.mp4", FRAMES, (640, 480))]
        videos = [read(path) for path in paths]
        meeting(engine, videos)
        changed(engine, videos)


if __name__ == "__main__":
    main()
