from __future__ import annotations

import pytest
import torch

from models.temporal_pooling import TemporalPooling

WARPED = torch.rand(2, 5, 3, 8, 8, generator=torch.Generator().manual_seed(4))


def test_the_sum_is_the_mean_over_time() -> None:
    assert torch.allclose(TemporalPooling(3, 2, "sum")(WARPED), WARPED.mean(dim=1))


def test_the_maximum_is_that_of_each_cell() -> None:
    assert torch.equal(TemporalPooling(3, 2, "max")(WARPED), WARPED.amax(dim=1))


def test_parametric_starts_as_the_sum() -> None:
    assert torch.allclose(TemporalPooling(3, 2)(WARPED), TemporalPooling(3, 2, "sum")(WARPED))


def test_each_joint_has_a_weight_for_each_frame_and_they_are_all_it_learns() -> None:
    pooling = TemporalPooling(3, 2)
    assert [each.shape for each in pooling.parameters()] == [(3, 5)]
    assert list(TemporalPooling(3, 2, "sum").parameters()) == []


def test_it_is_a_1_by_1_convolution_per_joint() -> None:
    pooling = TemporalPooling(3, 2)
    pooling.weight.data = torch.rand(3, 5)
    convolution = torch.nn.functional.conv2d(
        WARPED.transpose(1, 2).flatten(1, 2), pooling.weight.detach()[:, :, None, None], groups=3
    )
    assert torch.allclose(pooling(WARPED), convolution, atol=1e-6)


def test_it_learns_which_frame_to_trust() -> None:
    pooling = TemporalPooling(3, 2)
    optimizer = torch.optim.Adam(pooling.parameters(), 0.05)
    for _ in range(200):
        loss = ((pooling(WARPED) - WARPED[:, 3]) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert pooling.weight.argmax(dim=1).tolist() == [3, 3, 3]
    assert float(pooling.weight.detach()[:, 3].min()) > 0.8


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="median"):
        TemporalPooling(3, 2, "median")  # type: ignore[arg-type]
