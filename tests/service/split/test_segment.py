from __future__ import annotations

from dataclasses import replace

from service.options import CropSource, Options, Pooling
from service.split.segment import LEAST, MOST, length_of, segments_of
from service.stream_memory import WARM_UP

OPTIONS = Options()


def test_segments_cover_every_frame_once() -> None:
    segments = segments_of(1950, OPTIONS, 600)
    assert [(each.anchor, each.first, each.end) for each in segments] == [
        (None, 0, 600 + WARM_UP),
        (600, 600 + WARM_UP, 1200 + WARM_UP),
        (1200, 1200 + WARM_UP, None),
    ]


def test_each_runs_on_until_its_last_frame_has_its_look_ahead() -> None:
    first, second = segments_of(1200, OPTIONS, 600)
    assert (first.stop, first.next_anchor) == (600 + WARM_UP + 15, 600)
    assert (second.begin, second.stop) == (600 - 31, None)
    assert segments_of(1200, replace(OPTIONS, pooling=Pooling.NONE), 600)[0].stop == 600 + WARM_UP


def test_what_is_done_is_not_cut_again() -> None:
    segments = segments_of(1900, OPTIONS, 600, start=700)
    assert [(each.anchor, each.first, each.end) for each in segments] == [
        (700, 716, 1216),
        (1200, 1216, None),
    ]


def test_segments_begin_where_people_are_found_anew() -> None:
    assert length_of(100_000, OPTIONS, 10, None) == 2400
    assert length_of(100, OPTIONS, 2, None) == LEAST
    assert length_of(10_000_000, OPTIONS, 2, None) == MOST
    assert length_of(5000, OPTIONS, 2, wanted=1000) == 1200


def test_a_video_of_unknown_length_or_a_box_or_without_anchors_is_not_split() -> None:
    box = replace(OPTIONS, crop=CropSource.BOX, box=(0, 0, 9, 9))
    assert length_of(None, OPTIONS, 2, None) is None
    assert length_of(9999, box, 2, None) is None
    assert length_of(9999, replace(OPTIONS, renew=0), 2, None) is None
