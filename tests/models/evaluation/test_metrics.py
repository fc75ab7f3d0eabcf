from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.metrics import box_side, labelled_half_side, tally, total

ALL = np.ones((5, 3), bool)


def labels() -> np.ndarray:
    """Three joints in five frames, in a box of 100 x 40 pixels."""
    return np.tile(np.array([[10, 10], [110, 10], [60, 50]], np.float32), (5, 1, 1))


def test_a_hit_is_nearer_than_the_share_of_the_longer_side() -> None:
    found = labels()
    found[:, 0, 0] += 19
    found[:, 1, 1] += 9
    found[0, 2] += [3, 4]
    result = tally(found, labels(), ALL, 128)
    assert result.pck(0.2).tolist() == [100, 100, 100]
    assert result.pck(0.1).tolist() == [0, 100, 100]
    assert result.pck(0.051).tolist() == [0, 0, 100]
    assert result.pck(0.049).tolist() == [0, 0, 80]


def test_masked_labels_count_neither_way_and_do_not_widen_the_box() -> None:
    valid = ALL.copy()
    valid[:, 1] = False
    valid[0, 0] = False
    found = labels()
    found[1, 0] += 1000
    result = tally(found, labels(), valid, 128)
    assert box_side(labels(), valid).tolist() == [1, 50, 50, 50, 50]
    assert result.pck(0.2)[0] == 75
    assert np.isnan(result.pck(0.2)[1])
    assert result.pck(0.2)[2] == 100


def test_a_frame_without_a_person_is_wrong_and_counted() -> None:
    found = labels()
    found[3] = np.nan
    result = tally(found, labels(), ALL, 128)
    assert (result.misses, result.frames) == (1, 5)
    assert result.pck(0.2).tolist() == [80, 80, 80]


def test_a_frame_without_labels_is_no_error() -> None:
    valid = ALL.copy()
    valid[2] = False
    result = tally(labels(), labels(), valid, 128)
    assert np.isnan(box_side(labels(), valid)[2])
    assert result.pck(0.05).tolist() == [100, 100, 100]


def test_jitter_is_the_second_difference_in_pixels_of_the_labelled_crop() -> None:
    found = labels()
    found[:, :, 0] += np.array([0, 0, 3, 0, 0], np.float32)[:, None]
    # Second differences 3, -6, 3 frame pixels; a crop of 64 pixels on 256 makes them 4 times as large.
    assert tally(found, labels(), ALL, 32).jitter == 12
    assert tally(found, labels(), ALL, 128).jitter == 3


def test_steady_motion_has_no_jitter_but_that_of_its_labels() -> None:
    found, moved = labels(), labels()
    found += 5 * np.arange(5, dtype=np.float32)[:, None, None]
    moved[:, :, 1] += (np.arange(5, dtype=np.float32) ** 2)[:, None]
    result = tally(found, moved, ALL, 128)
    assert result.jitter == 0
    assert result.label_jitter == 2


def test_jitter_leaves_out_frames_without_person_or_label() -> None:
    found = labels()
    found[0] = np.nan
    valid = ALL.copy()
    valid[4, 0] = False
    result = tally(found, labels(), valid, 128)
    assert np.isfinite(result.shakes).sum(axis=0).tolist() == [1, 2, 2]
    assert np.array_equal(np.isfinite(result.shakes), np.isfinite(result.label_shakes))


def test_nothing_to_measure_gives_no_number() -> None:
    result = tally(labels()[:2], labels()[:2], ALL[:2], 128)
    assert np.isnan(result.jitter)


def test_clips_add_up_by_labels() -> None:
    found = labels()
    found[:, 0] += 1000
    result = total([tally(found, labels(), ALL, 128), tally(labels()[:2], labels()[:2], ALL[:2], 128)])
    assert result.frames == 7
    assert result.pck(0.2) == pytest.approx([200 / 7, 100, 100])


def test_the_labelled_crop_reaches_past_the_farthest_joint() -> None:
    pelvis = np.tile(np.array([10, 50], np.float32), (5, 1))
    assert labelled_half_side(labels(), pelvis) == pytest.approx(1.25 * np.hypot(100, 40))


def test_the_input_is_left_as_it_is() -> None:
    found, known = labels(), labels()
    tally(found, known, ~ALL, 128)
    assert np.array_equal(found, labels())
    assert np.array_equal(known, labels())
