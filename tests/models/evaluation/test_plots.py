from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from models.evaluation.plots import Panel, draw_lines

ROW = Panel("left", "n", "%", {"one": ([0, 1, 2], [1, 2, 3]), "two": ([0, 1], [3, 1])})


def test_panels_stand_side_by_side_in_a_small_picture(tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    draw_lines([ROW], one)
    draw_lines([ROW, ROW], two)
    small, wide = cv2.imread(str(one)), cv2.imread(str(two))
    assert wide.shape[1] == 2 * small.shape[1]
    assert two.stat().st_size < 100_000


def test_powers_of_ten_have_a_place_for_nothing(tmp_path: Path) -> None:
    wide = Panel("costs", "ms", "%", {"none": ([0], [1]), "dear": ([900], [2])}, powers=True)
    even = Panel("costs", "ms", "%", dict(wide.lines))
    draw_lines([wide], tmp_path / "wide.png")
    draw_lines([even], tmp_path / "even.png")
    assert (tmp_path / "wide.png").read_bytes() != (tmp_path / "even.png").read_bytes()


def test_a_line_more_changes_the_picture_and_the_same_line_does_not(tmp_path: Path) -> None:
    first, again, more = (tmp_path / name for name in ("first.png", "again.png", "more.png"))
    draw_lines([ROW], first)
    draw_lines([ROW], again)
    draw_lines([Panel("left", "n", "%", {**ROW.lines, "three": ([0, 2], [2, 2])})], more)
    assert first.read_bytes() == again.read_bytes()
    assert not np.array_equal(cv2.imread(str(first)), cv2.imread(str(more)))
