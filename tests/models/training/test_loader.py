from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from models.training.augment import MODERN
from models.training.loader import Loader
from models.training.person import people_of
from service.networks.upper7 import UPPER7
from tests.stick_people import stick_people

PEOPLE = people_of(stick_people(7), UPPER7)


def loader(weights: list[float] | None = None, size: int = 3, seed: int = 0) -> Loader:
    return Loader(PEOPLE, np.array(weights or [1.0] * 7), UPPER7, MODERN, size, seed)


def seen(loader: Loader, passes: int) -> np.ndarray:
    """How often each person is drawn in so many passes."""
    return np.bincount(np.concatenate([loader._order(turn) for turn in range(passes)]), minlength=len(PEOPLE))


def test_a_batch_is_the_same_whenever_it_is_drawn() -> None:
    first, again = loader().batch(11), loader().batch(11)
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.joints, again.joints, equal_nan=True)


def test_batches_and_seeds_differ() -> None:
    batches = [loader().batch(0), loader().batch(1), loader(seed=1).batch(0)]
    assert len({batch.images.tobytes() for batch in batches}) == 3


def test_the_threads_keep_the_order_and_begin_anywhere() -> None:
    with loader().batches(4, threads=2) as batches:
        drawn = list(islice(batches, 5))
    for number, batch in enumerate(drawn, start=4):
        assert np.array_equal(batch.images, loader().batch(number).images)


def test_what_is_drawn_fits_the_network() -> None:
    batch = loader().batch(0)
    assert (batch.images.shape, batch.images.dtype) == ((3, 256, 256, 3), np.uint8)
    assert (batch.joints.shape, batch.joints.dtype) == ((3, 7, 2), np.float32)


def test_a_pass_sees_everybody_once() -> None:
    assert seen(loader(), 1).tolist() == [1] * 7


def test_weights_say_how_often_a_pass_sees_somebody() -> None:
    times = seen(loader([2, 1, 1, 1, 1, 0.5, 0]), 200) / 200
    assert times == pytest.approx([2, 1, 1, 1, 1, 0.5, 0], abs=0.12)


def test_fewer_people_than_a_batch_are_seen_more_than_once() -> None:
    assert len(loader(size=10).batch(3).images) == 10


def test_an_error_in_a_thread_comes_out() -> None:
    broken = Loader(PEOPLE, np.ones(7), UPPER7, None, 3, 0)  # type: ignore[arg-type]
    with pytest.raises(AttributeError), broken.batches(0) as batches:
        next(batches)
