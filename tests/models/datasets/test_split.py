"""Which samples are held out: by name, for ever."""

from __future__ import annotations

import numpy as np
import pytest

from models.datasets.sample import Sample
from models.datasets.split import for_measuring, held_out


def sample(source: str, name: str) -> Sample:
    return Sample(source, name, b"", np.zeros((1, 2), np.float32), np.ones(1, bool))


def test_the_answer_is_the_same_for_ever() -> None:
    # If this changes, networks have been trained on what they are measured with.
    assert [number for number in range(12) if held_out(f"mpii/{number}", 0.15)] == [6, 11]


def test_the_share_of_names_held_out_is_the_share_asked_for() -> None:
    held = sum(held_out(f"street/{number}", 0.25) for number in range(4000))
    assert held == pytest.approx(1000, abs=100)


def test_a_larger_share_holds_out_all_of_a_smaller_one() -> None:
    names = [f"coco/{number}" for number in range(500)]
    assert {n for n in names if held_out(n, 0.1)} < {n for n in names if held_out(n, 0.3)}


@pytest.mark.parametrize(("share", "held"), [(0.0, False), (1.0, True)])
def test_nothing_and_everything_can_be_held_out(share: float, held: bool) -> None:
    assert all(held_out(f"a/{number}", share) is held for number in range(100))


def test_a_sample_is_told_by_its_source_and_name_alone() -> None:
    names = [f"{number}.jpg" for number in range(200)]
    assert [held_out(sample("mpii", n), 0.5) for n in names] == [held_out(f"mpii/{n}", 0.5) for n in names]
    assert [held_out(sample("mpii", n), 0.5) for n in names] != [
        held_out(sample("coco", n), 0.5) for n in names
    ]


@pytest.mark.parametrize(
    ("source", "name", "measured"),
    [
        ("jhmdb", "012_wave.mp4", True),
        ("jhmdb", "012_clap.mp4", True),
        ("jhmdb", "012_pour.mp4", True),
        ("jhmdb", "012_golf.mp4", False),
        ("flic", "test/bourne", True),
        ("flic", "train/bourne", False),
        ("pseudo", "anything.mp4", False),
    ],
)
def test_actions_and_published_test_sets_are_never_trained_on(source: str, name: str, measured: bool) -> None:
    assert for_measuring(sample(source, name)) is measured


def test_other_sources_are_held_out_by_their_share() -> None:
    names = [f"{number}.jpg" for number in range(2000)]
    assert sum(for_measuring(sample("mpii", name)) for name in names) == pytest.approx(300, abs=60)
