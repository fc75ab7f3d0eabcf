from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.training.errors import CheckpointUnusable, TrainingDiverged
from models.warping.aim import Aim
from models.warping.checkpoint import load_checkpoint, load_warper, save_checkpoint, save_weights
from models.warping.learner import WarperSpec, WarpLearner, warp_loss
from models.warping.measure import measure
from models.warping.pairs import Picker
from tests.models.drawn_recordings import drawn

CPU = torch.device("cpu")
TINY = WarperSpec("drawn", joints=2, channels=8, blocks=1)


def learner(
    spec: WarperSpec = TINY, rate: float = 1e-2, is_cyclic: bool = False, aim: Aim = Aim.MOTION
) -> WarpLearner:
    torch.manual_seed(0)
    return WarpLearner(spec, rate, is_cyclic, CPU, aim)


def picker() -> Picker:
    return Picker([drawn(seed) for seed in range(2)], every=7)


def test_learnt_warping_beats_doing_nothing_on_blobs_never_seen() -> None:
    teacher = Picker([drawn(seed) for seed in range(6)], every=7)
    held_out = Picker([drawn(seed) for seed in (100, 101)], every=1).draw(32, (0,), is_varied=False)
    taught = learner(WarperSpec("drawn", joints=2, channels=12, blocks=1))
    first = measure(taught.network, held_out)
    assert first.warped == pytest.approx(first.identity, abs=0.01)
    for step in range(80):
        taught.learn(teacher.draw(4, (0, step)))
    last = measure(taught.network, held_out)
    assert last.identity == first.identity
    assert last.warped < 0.5 * last.identity
    assert last.propagated > last.copied + 5


def test_a_resumed_training_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    pairs, whole, broken = picker(), learner(), learner()
    for step in range(3):
        whole.learn(pairs.draw(2, (0, step)))
    for step in range(2):
        broken.learn(pairs.draw(2, (0, step)))
    save_checkpoint(broken, tmp_path / "checkpoint.pt")
    resumed = learner(rate=whole.rate)
    load_checkpoint(resumed, tmp_path / "checkpoint.pt")
    assert resumed.step == 2
    resumed.learn(pairs.draw(2, (0, 2)))
    for name, value in whole.network.state_dict().items():
        torch.testing.assert_close(resumed.network.state_dict()[name], value)


def test_weights_are_read_as_the_network_that_was_trained(tmp_path: Path) -> None:
    taught, pairs = learner(), picker().draw(2, (0,))
    taught.learn(pairs)
    save_weights(taught, tmp_path / "posewarper.pt")
    spec, network = load_warper(tmp_path / "posewarper.pt")
    assert spec == TINY
    with torch.no_grad():
        maps = (pairs.here, pairs.there, pairs.there)
        torch.testing.assert_close(network(*maps), taught.network.eval()(*maps))


def test_files_of_other_trainings_are_refused(tmp_path: Path) -> None:
    save_checkpoint(learner(), tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointUnusable, match="channels"):
        load_checkpoint(learner(WarperSpec("drawn", 2, 16, 1)), tmp_path / "checkpoint.pt")
    (tmp_path / "checkpoint.pt").write_bytes(b"words")
    with pytest.raises(CheckpointUnusable):
        load_checkpoint(learner(), tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointUnusable):
        load_warper(tmp_path / "posewarper.pt")


@pytest.mark.parametrize(
    ("aim", "low", "high"), [(Aim.MOTION, 0, 0.01), (Aim.SHIFTED, 0, 0.35), (Aim.LABELS, 0.7, 2)]
)
def test_a_network_that_is_off_its_labels_has_nothing_to_learn_where_nothing_moves(
    aim: Aim, low: float, high: float
) -> None:
    pairs = picker().draw(4, (0,))
    labels, off = pairs.joints_here + 8, pairs.off + 2  # two cells to the right and down
    still = replace(pairs, there=pairs.here, joints_here=labels, joints_there=labels, off=off)
    with torch.no_grad():
        assert low <= float(warp_loss(learner().network.eval(), still, False, aim)) < high


def test_cycle_consistency_adds_the_way_there_and_back() -> None:
    network, pairs = learner().network.eval(), picker().draw(3, (0,))
    with torch.no_grad():
        once, both = (float(warp_loss(network, pairs, cyclic)) for cyclic in (False, True))
    # A new network warps nothing: there and back again, A's maps fit A's labels well.
    assert once < both < once + 0.6
    cyclic = learner(is_cyclic=True)
    assert cyclic.learn(pairs) > 0


def test_a_loss_that_is_no_number_stops_the_training() -> None:
    taught, pairs = learner(), picker().draw(2, (0,))
    before = {name: value.clone() for name, value in taught.network.named_parameters()}
    pairs.here[0, 0, 0, 0] = torch.nan
    with pytest.raises(TrainingDiverged, match="step 1"):
        taught.learn(pairs)
    for name, value in taught.network.named_parameters():
        assert torch.equal(value, before[name])
