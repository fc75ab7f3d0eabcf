from __future__ import annotations

import pytest
import torch

from models.backbones.on_grid import OnGrid
from models.backbones.pose_machine import CELLS, INPUT_SIZE, PoseMachine

WIDTH = 0.03


def parameters(machine: PoseMachine) -> int:
    return sum(each.numel() for each in machine.parameters())


@pytest.mark.parametrize("stages", [1, 3])
def test_every_stage_answers_46_cells_a_side_at_368_pixels(stages: int) -> None:
    machine = PoseMachine(5, WIDTH, stages).eval()
    with torch.no_grad():
        answers = machine(torch.rand(2, 3, INPUT_SIZE, INPUT_SIZE))
    assert CELLS == 46
    assert [tuple(maps.shape) for maps in answers] == [(2, 5, 46, 46)] * stages


def test_its_kernels_and_channels_are_the_published_ones() -> None:
    machine = PoseMachine(14)
    shapes = [tuple(each.shape) for each in machine.parameters() if each.ndim == 4]
    look = [(128, 3, 9, 9), (128, 128, 9, 9), (128, 128, 9, 9)]
    first = [(32, 128, 5, 5), (512, 32, 9, 9), (512, 512, 1, 1), (14, 512, 1, 1)]
    stage = [(32, 128, 5, 5), (128, 46, 11, 11), (128, 128, 11, 11), (128, 128, 11, 11)]
    assert shapes == look + first + look + 5 * [*stage, (128, 128, 1, 1), (14, 128, 1, 1)]


def test_later_stages_see_the_maps_before_them() -> None:
    torch.manual_seed(1)
    machine = PoseMachine(3, WIDTH, 3).eval()
    images = torch.rand(1, 3, INPUT_SIZE, INPUT_SIZE)
    with torch.no_grad():
        before = machine(images)
        machine.first[-1][-1].bias += 1
        after = machine(images)
    torch.testing.assert_close(after[0], before[0] + 1)
    assert not torch.allclose(after[1], before[1])
    assert not torch.allclose(after[2], before[2])


def test_the_loss_of_the_last_stage_reaches_every_layer() -> None:
    machine = PoseMachine(3, WIDTH, 3)
    machine(torch.rand(1, 3, INPUT_SIZE, INPUT_SIZE))[-1].sum().backward()
    assert all(each.grad is not None for each in machine.parameters())


def test_no_stages_are_no_machine() -> None:
    with pytest.raises(ValueError, match="0 stages"):
        PoseMachine(7, WIDTH, 0)


def test_fewer_stages_are_fewer_weights_and_one_stage_has_none_to_spare() -> None:
    sizes = [parameters(PoseMachine(7, WIDTH, stages)) for stages in (1, 2, 3)]
    assert sizes[0] < sizes[1] < sizes[2]
    machine = PoseMachine(7, WIDTH, 1)
    machine(torch.rand(1, 3, INPUT_SIZE, INPUT_SIZE))[0].sum().backward()
    assert all(each.grad is not None for each in machine.parameters())


def test_on_the_grid_it_takes_the_services_crops_and_gives_its_cells() -> None:
    network = OnGrid(PoseMachine(7, WIDTH, 2), INPUT_SIZE)
    images = torch.rand(2, 3, 256, 256)
    answers = network.train()(images)
    assert [tuple(maps.shape) for maps in answers] == [(2, 7, 64, 64)] * 2
    with torch.no_grad():
        network.network.first[-1][-1].bias += 9
        loud, _ = network(images)
        bounded, _ = network.eval()(images)
    assert loud.max() > 1, "not clamped in training, where a clamp would stop the gradient"
    assert bounded.max() == 1
