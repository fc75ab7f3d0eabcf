from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from service.media.drawn_video import drawn_video
from service.media.limits import MediaLimits
from service.temporal.pose import FramePoses, Heatmap, Pose
from tests.videos import steady, uneven, write_video

SIZE = (160, 96)


def film(path: Path, times_s: list[float], **options: object) -> Path:
    images = (np.full((SIZE[1], SIZE[0], 3), 90, np.uint8) for _ in times_s)
    return write_video(path, images, times_s, **options)  # type: ignore[arg-type]


def answer(index: int, x: float) -> FramePoses:
    joints = np.array([[x, 40], [x, 80]], np.float32)
    person = Pose(1, joints, np.ones(2, np.float32), np.ones(2, np.float32))
    return FramePoses(index, 0.0, (person,), 1)


def draw_all(path: Path, video: Path, answers: list[FramePoses]) -> None:
    with drawn_video(path, video, MediaLimits(), ((0, 1),), ("a", "b")) as drawn:
        for one in answers:
            drawn.add(one)


def decoded(path: Path) -> tuple[list[Fraction], list[np.ndarray]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return [Fraction(f.pts) * f.time_base for f in frames], [f.to_ndarray(format="rgb24") for f in frames]


@pytest.mark.parametrize(
    ("times_s", "time_base"),
    [
        (steady(12, 25, start_s=0.4), Fraction(1, 12_800)),
        (steady(12, 24), Fraction(1, 24_000)),
        (uneven(12), Fraction(1, 1000)),
        (uneven(12), Fraction(1, 90_000)),
    ],
    ids=["late start", "film", "uneven ms", "uneven MPEG"],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_every_frame_keeps_its_own_time_exactly(
    times_s: list[float], time_base: Fraction, suffix: str, tmp_path: Path
) -> None:
    video = film(tmp_path / f"film{suffix}", times_s, time_base=time_base)
    draw_all(tmp_path / "drawn.mp4", video, [answer(n, 20) for n in range(len(times_s))])
    before, _ = decoded(video)
    after, _ = decoded(tmp_path / "drawn.mp4")
    assert after == before


def test_each_answer_is_drawn_into_its_own_frame(tmp_path: Path) -> None:
    video = film(tmp_path / "film.mp4", steady(10))
    draw_all(tmp_path / "drawn.mp4", video, [answer(n, 15 + 12 * n) for n in range(10)])
    _, images = decoded(tmp_path / "drawn.mp4")
    for n, image in enumerate(images):
        columns = np.abs(image[55:65].astype(int) - 90).max(axis=2).mean(axis=0)
        assert int(columns.argmax()) == pytest.approx(15 + 12 * n, abs=2)


def test_a_heatmap_is_drawn_below_the_joints(tmp_path: Path) -> None:
    video = film(tmp_path / "film.mp4", steady(2))
    values = np.zeros((64, 64), np.float32)
    values[5:12, 40:48] = 1
    heatmap = Heatmap(values, np.array([[2.0, 0, 40], [0, 2.0, 0]]))
    with_heat, without = answer(0, 20), answer(1, 20)
    with_heat = replace(with_heat, people=(replace(with_heat.people[0], heatmap=heatmap),))
    draw_all(tmp_path / "drawn.mp4", video, [with_heat, without])
    _, (hot, plain) = decoded(tmp_path / "drawn.mp4")
    assert hot[16, 128].astype(int).sum() > plain[16, 128].astype(int).sum() + 150
    assert plain[16, 128].tolist() == pytest.approx([90] * 3, abs=6)
