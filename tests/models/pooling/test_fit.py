from __future__ import annotations

import numpy as np

from models.pooling.evidence import Evidence, empty, together
from models.pooling.fit import Fitted, fit, without_bias

SAMPLES = 150
STEPS = 80
OFFSETS = np.arange(-15, 16)
NEAR, FAR = 0.02, 0.5  # misses in box sides: a hit, and none


def scene(joint: int, right: np.ndarray, seed: int) -> Evidence:
    """Neighbours that see the joint where it is, and others that agree on somewhere else.

    Parameters
    ----------
    right
        (N, 31) bool: which neighbours are right.
    """
    rng = np.random.default_rng(seed)
    made = empty(len(right))
    made.joint[:] = joint
    made.clean[:] = True
    made.met[:] = True
    alike = right[:, :, None] == right[:, None, :]
    made.values[:] = np.where(alike, 0.8, 0.05) * rng.uniform(0.7, 1, made.values.shape)
    somewhere = rng.choice([-FAR, FAR], (len(right), 1))  # else it would be what network and labels mean
    made.misses[..., 0] = np.where(right, rng.choice([-NEAR, NEAR], right.shape), somewhere)
    made.heights[:] = made.frame_heights[:] = 0.8
    return made


def within(reach: int, share: float, seed: int) -> np.ndarray:
    """(N, 31) bool: neighbours within reach are right that often, the others hardly ever."""
    chance = np.where(np.abs(OFFSETS) <= reach, share, 0.05)
    return np.random.default_rng(seed).random((SAMPLES, 31)) < chance


def learnt(*parts: Evidence) -> Fitted:
    return fit(together(parts), np.arange(2), steps=STEPS)


def test_each_group_gets_the_width_in_which_its_neighbours_are_right() -> None:
    fitted = learnt(scene(0, within(2, 0.9, 1), 1), scene(1, within(9, 0.9, 2), 2))
    assert fitted.columns.shape == (31, 2)
    np.testing.assert_allclose(fitted.columns.sum(axis=0), 1, atol=1e-5)
    outside = [fitted.columns[np.abs(OFFSETS) > reach, n].sum() for n, reach in enumerate((2, 9))]
    assert max(outside) < 0.5
    inside = fitted.columns[np.abs(OFFSETS) <= 2].sum(axis=0)
    assert inside[0] > 1.5 * inside[1], "the second looks farther"


def test_weights_are_the_same_both_ways_and_never_rise() -> None:
    columns = learnt(scene(0, within(3, 0.8, 1), 1), scene(1, within(9, 0.8, 2), 2)).columns
    np.testing.assert_allclose(columns, columns[::-1], rtol=1e-5)
    assert (np.diff(columns[15:], axis=0) <= 1e-7).all()


def test_low_maps_and_slips_that_go_with_being_wrong_are_found() -> None:
    def marked(**signs: tuple[float, float]) -> Evidence:
        parts = []
        for joint in (0, 1):
            right = np.random.default_rng(joint).random((SAMPLES, 31)) < 0.45
            part = scene(joint, right, joint)
            for name, (when_right, when_wrong) in signs.items():
                getattr(part, name)[:] = np.where(right, when_right, when_wrong)
            parts.append(part)
        return together(parts)

    nothing = learnt(marked()).trust
    assert learnt(marked(heights=(0.8, 0.4))).trust.joint > 1.3 * nothing.joint
    assert learnt(marked(frame_heights=(0.8, 0.4))).trust.frame > 1.3 * nothing.frame
    assert learnt(marked(slips=(0.0, 4.0))).trust.slip_cells < nothing.slip_cells / 1.3


def test_what_network_and_labels_mean_differently_is_taken_off() -> None:
    part = scene(0, np.ones((50, 31), bool), 0)
    part.misses[...] = (0.04, -0.03)
    np.testing.assert_allclose(without_bias(part), 0, atol=1e-6)


def test_the_same_seed_gives_the_same_weights() -> None:
    parts = scene(0, within(2, 0.8, 1), 1), scene(1, within(5, 0.8, 2), 2)
    first, second = (fit(together(parts), np.arange(2), steps=5, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.columns, second.columns)
    assert first.trust == second.trust
