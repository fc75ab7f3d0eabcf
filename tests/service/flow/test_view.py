from __future__ import annotations

import numpy as np
import pytest

from service.flow.view import FLOW_SIZE, FlowView, still_good, view_of


def test_without_people_the_whole_frame_is_seen() -> None:
    view = view_of([], 1280, 720)
    assert view == FlowView(0, 0, 1280, 720, FLOW_SIZE, FLOW_SIZE * 720 // 1280)


def test_a_view_holds_all_boxes_with_room_inside_the_frame() -> None:
    view = view_of([(100, 100, 50, 120), (200, 150, 40, 100)], 640, 480)
    assert (view.left, view.top) == (62, 62)
    assert (view.right, view.bottom) == (278, 288)
    assert max(view.width, view.height) == FLOW_SIZE


def test_a_view_at_the_edge_is_cut_there() -> None:
    view = view_of([(-30, 400, 100, 300)], 640, 480)
    assert view.left == 0
    assert view.bottom == 480


@pytest.mark.parametrize("box", [(-500, -500, 10, 10), (5000, 5000, 10, 10), (3, 3, 0, 0)])
def test_boxes_outside_the_frame_still_give_a_view_inside_it(box: tuple[float, float, float, float]) -> None:
    view = view_of([box], 320, 240)
    assert 0 <= view.left < view.right <= 320
    assert 0 <= view.top < view.bottom <= 240
    assert view.see(np.zeros((240, 320, 3), np.uint8)).shape == (view.height, view.width)


def test_small_regions_are_not_enlarged() -> None:
    view = view_of([(100, 100, 20, 30)], 640, 480)
    assert (view.width, view.height) == (view.right - view.left, view.bottom - view.top)


def test_the_map_agrees_with_the_picture_seen() -> None:
    image = np.zeros((400, 600, 3), np.uint8)
    image[200:204, 300:304] = 255  # a spot with its centre at (301.5, 201.5)
    view = view_of([(150, 100, 250, 180)], 600, 400)
    seen = view.see(image).astype(float)
    rows, columns = np.mgrid[0 : view.height, 0 : view.width]
    spot = np.array([(columns * seen).sum(), (rows * seen).sum()]) / seen.sum()
    expected = view.to_flow @ [301.5, 201.5, 1]
    np.testing.assert_allclose(spot, expected, atol=0.1)


def test_a_view_serves_while_people_stay_in_it_and_no_longer() -> None:
    box = (200.0, 150.0, 100.0, 200.0)
    view = view_of([box], 640, 480)
    assert still_good(view, view_of([box], 640, 480))
    assert still_good(view, view_of([(205.0, 150.0, 100.0, 200.0)], 640, 480))
    assert not still_good(view, view_of([(260.0, 150.0, 100.0, 200.0)], 640, 480)), "moved out"
    assert not still_good(view, view_of([(230.0, 200.0, 40.0, 80.0)], 640, 480)), "became small in it"
    assert not still_good(view, view_of([], 640, 480))
