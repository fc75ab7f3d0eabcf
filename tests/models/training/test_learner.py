from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.backbones.pose_machine import STAGES
from models.training.augment import Ranges
from models.training.checkpoint import load_checkpoint, load_network, save_checkpoint, save_weights
from models.training.errors import CheckpointUnusable, TrainingDiverged
from models.training.learner import Cooling, Learner
from models.training.loader import Batch, Loader
from models.training.measure import joints_of, look, measure, plain_batch
from models.training.network import NetworkName, NetworkSpec
from models.training.person import people_of
from models.training.recipe import RECIPES, Recipe, RecipeName
from models.training.targets import gaussian_targets
from service.networks.upper7 import UPPER7
from service.temporal.grid import INPUT_SIZE, STRIDE
from tests.stick_people import stick_people

CPU = torch.device("cpu")
TINY = NetworkSpec(NetworkName.SPATIAL_NET_FUSION, 7, 0.03, normalise=True, stages=2)
MILD = Ranges(scale=(0.9, 1.1), shift=0.05, turn=20.0, contrast=0.1, brightness=0.05)
AT_ONCE = replace(RECIPES[RecipeName.MODERN], schedule=lambda step: 1.0, rate=5e-3, ranges=MILD)


def learner_of(spec: NetworkSpec = TINY, recipe: Recipe = AT_ONCE, seed: int = 0) -> Learner:
    torch.manual_seed(seed)
    return Learner(spec, recipe, CPU)


def loader_of(count: int = 6, size: int = 2) -> Loader:
    people = people_of(stick_people(count), UPPER7)
    return Loader(people, np.ones(len(people)), UPPER7, MILD, size, seed=1)


def learn(learner: Learner, loader: Loader, steps: int) -> list[float]:
    return [learner.learn(loader.batch(learner.step)) for _ in range(steps)]


def same(first: torch.nn.Module, second: torch.nn.Module) -> bool:
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_200_steps_drive_the_loss_down_and_localise_within_2_cells() -> None:
    learner, loader = learner_of(replace(TINY, width=0.0625)), loader_of(48, size=4)
    learner.cooling = Cooling(since=120, steps=80)
    losses = learn(learner, loader, 200)
    strangers = people_of(stick_people(24, seed=99), UPPER7)
    batch = plain_batch(strangers)
    found = joints_of(look(learner.best, batch, CPU)[-1])
    off_cells = np.linalg.norm(found - batch.joints, axis=2) / STRIDE
    assert np.mean(losses[-20:]) < 0.4 * np.mean(losses[:5])
    assert np.median(off_cells) < 2
    assert (np.median(off_cells, axis=0) < 2).all()
    assert measure(learner.best, strangers, CPU).mean > 80


@pytest.mark.parametrize("name", list(NetworkName))
def test_a_training_that_was_cut_goes_on_as_if_it_had_not_been(name: NetworkName, tmp_path: Path) -> None:
    spec, loader = replace(TINY, name=name), loader_of()
    whole = learner_of(spec)
    learn(whole, loader, 3)
    cut = learner_of(spec)
    learn(cut, loader, 2)
    save_checkpoint(cut, tmp_path / "checkpoint.pt")
    resumed = learner_of(spec, seed=5)
    load_checkpoint(resumed, tmp_path / "checkpoint.pt")
    learn(resumed, loader, 1)
    assert resumed.step == 3
    assert same(resumed.network, whole.network)
    assert same(resumed.best, whole.best)
    assert not same(resumed.network, cut.network)


def test_every_network_learns() -> None:
    for name in NetworkName:
        # Of two people, the connected layers' batch norm would keep nothing but which is larger.
        size = 6 if name is NetworkName.COORDINATE_NET else 2
        learner, batch = learner_of(replace(TINY, name=name)), loader_of(size=size).batch(0)
        losses = [learner.learn(batch) for _ in range(6)]
        assert losses[-1] < losses[0]


def test_a_network_that_learnt_from_small_pictures_goes_on_with_large_ones(tmp_path: Path) -> None:
    torch.manual_seed(0)
    small = Learner(TINY, AT_ONCE, CPU, side=128)
    losses = learn(small, loader_of(), 12)
    assert losses[-1] < losses[0]
    save_checkpoint(small, tmp_path / "checkpoint.pt")
    large = learner_of()
    load_checkpoint(large, tmp_path / "checkpoint.pt")
    assert same(large.network, small.network)
    learn(large, loader_of(), 1)
    assert large.step == 13


def test_joints_are_read_in_the_pixels_of_the_service_whatever_size_the_network_saw() -> None:
    joints = torch.tensor([[[100.0, 60.0], [31.0, 200.0]]])
    for side in (64, 32):
        off = np.abs(joints_of(gaussian_targets(joints, side)) - joints.numpy())
        assert off.max() <= INPUT_SIZE / side / 2


def test_a_checkpoint_from_before_networks_had_stages_is_gone_on_from(tmp_path: Path) -> None:
    spec, path = replace(TINY, stages=STAGES), tmp_path / "checkpoint.pt"
    learner = learner_of(spec)
    save_checkpoint(learner, path)
    state = torch.load(path, weights_only=True)
    del state["spec"]["stages"]
    torch.save(state, path)
    other = learner_of(spec, seed=5)
    load_checkpoint(other, path)
    assert same(other.network, learner.network)


def test_a_checkpoint_of_other_stages_is_refused(tmp_path: Path) -> None:
    spec = replace(TINY, name=NetworkName.POSE_MACHINE)
    save_checkpoint(learner_of(spec), tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointUnusable, match="'stages': 2"):
        load_checkpoint(learner_of(replace(spec, stages=3)), tmp_path / "checkpoint.pt")


def test_a_cool_down_lets_the_rate_fall_to_nothing_and_says_where_it_ends() -> None:
    learner = learner_of()
    assert learner.last_step is None
    learner.cooling = Cooling(since=0, steps=4)
    assert learner.last_step == 4
    rates = []
    for number in range(4):
        rates.append(learner.rate)
        learner.learn(loader_of().batch(number))
    assert np.allclose(np.array(rates) / AT_ONCE.rate, [1, 0.75, 0.5, 0.25])
    assert learner.rate == 0


def test_a_cool_down_is_resumed_too(tmp_path: Path) -> None:
    learner = learner_of()
    learner.cooling = Cooling(since=0, steps=9)
    save_checkpoint(learner, tmp_path / "checkpoint.pt")
    other = learner_of()
    load_checkpoint(other, tmp_path / "checkpoint.pt")
    assert other.cooling == Cooling(since=0, steps=9)


def test_the_shipped_weights_are_the_running_mean(tmp_path: Path) -> None:
    learner = learner_of()
    learn(learner, loader_of(), 3)
    save_weights(learner, tmp_path / "weights.pt")
    network = load_network(tmp_path / "weights.pt")
    assert not network.training
    assert same(network, learner.best)
    assert not same(network, learner.network)


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    save_checkpoint(learner_of(), tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointUnusable, match=r"0\.03"):
        load_checkpoint(learner_of(replace(TINY, width=0.1)), tmp_path / "checkpoint.pt")


@pytest.mark.parametrize("content", [None, b"", b"no weights"])
def test_a_missing_or_broken_checkpoint_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CheckpointUnusable, match=r"checkpoint\.pt"):
        load_checkpoint(learner_of(), path)


@pytest.mark.parametrize("about", [None, "{}", "no json", '{"network": {"name": "vgg", "joints": 7}}'])
def test_weights_without_their_description_are_refused(about: str | None, tmp_path: Path) -> None:
    save_weights(learner_of(), tmp_path / "weights.pt")
    (tmp_path / "weights.json").unlink()
    if about is not None:
        (tmp_path / "weights.json").write_text(about)
    with pytest.raises(CheckpointUnusable, match=r"weights\.json"):
        load_network(tmp_path / "weights.pt")


def test_a_loss_that_is_no_number_stops_the_training_before_it_spoils_the_weights() -> None:
    learner = learner_of()
    with torch.no_grad():
        learner.network.conv8.bias.fill_(float("inf"))
    before = learner.network.conv1[0].weight.clone()
    with pytest.raises(TrainingDiverged, match="step 1"):
        learner.learn(loader_of().batch(0))
    assert torch.equal(before, learner.network.conv1[0].weight)
    assert learner.step == 0


def test_joints_that_are_not_known_teach_nothing() -> None:
    batch = loader_of().batch(0)
    nothing = Batch(batch.images, np.full_like(batch.joints, np.nan))
    learner = learner_of(
        recipe=replace(RECIPES[RecipeName.PAPER], rate=0.1), spec=replace(TINY, normalise=False)
    )
    before = [each.clone() for each in learner.network.parameters()]
    learner.learn(nothing)
    assert all(torch.equal(a, b) for a, b in zip(before, learner.network.parameters(), strict=True))
