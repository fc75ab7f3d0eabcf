"""`python -m models.label VIDEO... --out DIR`: a teacher labels video that nobody has labelled."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from models.command_line import run
from models.labelling.keypoint_file import KeypointFile
from models.labelling.report import verdict_table
from models.labelling.teacher import Labelled, label_video, teacher_options
from models.labelling.verdict import Demands, Verdict
from service.commands.console import tell, to_people
from service.engine import Engine
from service.errors import Problem
from service.media.video import open_video
from service.networks.catalogue import find
from service.settings import read_settings


class NobodyFound(Problem):
    """There is nothing to write."""

    name = "nobody-found"
    title = "No person was found in any video"
    status = 422


def label(
    videos: Annotated[list[Path], typer.Argument(metavar="VIDEO...", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for images/ and annotations.json.")],
    teacher: Annotated[str, typer.Option(help="Name in the model catalogue.")] = "blazepose-heavy",
    every: Annotated[int, typer.Option(min=1, metavar="N", help="Label every N-th frame.")] = 5,
    min_score: Annotated[
        float, typer.Option(min=0, max=1, help="Keep joints from here.")
    ] = Demands().min_score,
    max_spread: Annotated[
        float, typer.Option(min=0, help="Keep joints that are placed this well, in body sizes.")
    ] = Demands().max_spread,
    max_jump: Annotated[
        float, typer.Option(min=0, help="Keep joints that agree this well in time, in body sizes.")
    ] = Demands().max_jump,
) -> None:
    """Label video with a teacher through the flow-pooled pipeline and keep what is sure.

    The folder reads back as the data set `pseudo`. Videos that cannot be read to their end are named and
    left out.
    """
    demands = Demands(min_score, max_spread, max_jump)
    skeleton = find(teacher).skeleton
    with Engine(read_settings().models_dir) as engine:
        engine.describe(teacher_options(teacher))  # a missing model is told before anything is written
        keypoints = KeypointFile(out, skeleton, {"teacher": teacher, "every": every, **asdict(demands)})
        people = [
            person
            for video in track(videos, "videos", console=to_people())
            for person in _label(
                video, keypoints, lambda path: label_video(path, engine, teacher, demands, every)
            )
        ]
    if not people:
        raise NobodyFound(f"{teacher} found nobody in {len(videos)} videos.")
    keypoints.save()
    Console(width=None if sys.stdout.isatty() else 120).print(verdict_table(people, skeleton))


def _label(video: Path, keypoints: KeypointFile, ask: Callable[[Path], list[Labelled]]) -> Sequence[Labelled]:
    """Label one video and write its pictures; nobody if it cannot be read."""
    try:
        people = ask(video)
    except Problem as problem:
        tell(problem)
        to_people().print(f"{escape(str(video))} is left out.", soft_wrap=True)
        return ()
    _write(video, {person.index: person for person in people if person.useful}, keypoints)
    return people


def _write(video: Path, useful: Mapping[int, Labelled], keypoints: KeypointFile) -> None:
    """Read the video again and write the labelled frames: keeping them meanwhile would take all memory."""
    with open_video(video) as frames:
        for frame in frames:
            person = useful.get(frame.index)
            if person is not None:
                keypoints.add(frame.image, video.name, person.joints, person.verdicts == Verdict.KEPT)


if __name__ == "__main__":
    run(label)
