from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch

from export.__main__ import main
from export.posewarper import WarpForm, warper_to_onnx, write_warper
from models.posewarper import PoseWarper
from models.warping.checkpoint import save_weights
from models.warping.deformable import DeformableConvolution
from models.warping.learner import WarperSpec, WarpLearner
from service.engine import Engine
from service.networks.catalogue import find
from service.networks.device import Device
from service.networks.session import open_session, sha256_of
from service.networks.upper7 import UPPER7
from service.networks.warper import Warper
from service.options import Options, Pooling
from service.propagation import Labels, Target
from service.propagation.warp_walk import WarpWalk
from tests.service.test_upper_body import frames, run, truth
from tests.warped_person import MODEL, NEAR, furnish

CELLS = 20


@pytest.fixture(scope="module", params=["each map moves by itself", "all alike, at every second cell"])
def network(request: pytest.FixtureRequest) -> PoseWarper:
    """With offsets of several cells and weights everywhere, as no new network has them."""
    torch.manual_seed(0)
    is_shared = request.param.startswith("all")
    network = PoseWarper(3, channels=8, blocks=1, is_shared=is_shared, stride=1 + is_shared)
    with torch.no_grad():
        for layer in network.offsets:
            layer.weight.normal_(std=0.5)
        for layer in network.warps:
            layer.weight.normal_(std=0.1)
    return network.eval()


@pytest.fixture(scope="module")
def models(network: PoseWarper) -> dict[WarpForm, onnx.ModelProto]:
    return {form: warper_to_onnx(network, form, CELLS) for form in WarpForm}


def test_both_forms_answer_what_pytorch_answers(
    network: PoseWarper, models: dict[WarpForm, onnx.ModelProto]
) -> None:
    rng = np.random.default_rng(0)
    sessions = [
        ort.InferenceSession(m.SerializeToString(), providers=["CPUExecutionProvider"])
        for m in models.values()
    ]
    for count in (1, 3):
        given = rng.uniform(0, 1, (3, count, 3, CELLS, CELLS)).astype(np.float32)
        feeds = dict(zip(("here", "there", "carried"), given, strict=True))
        with torch.no_grad():
            expected = network(*torch.from_numpy(given)).numpy()
        assert 0.01 < expected.mean() < 0.99
        answers = [session.run(None, feeds)[0] for session in sessions]
        for answer in answers:
            np.testing.assert_allclose(answer, expected, atol=2e-4)
        np.testing.assert_allclose(answers[0], answers[1], atol=2e-4)


def test_each_form_is_written_with_its_own_operator(models: dict[WarpForm, onnx.ModelProto]) -> None:
    operators = {form: [node.op_type for node in model.graph.node] for form, model in models.items()}
    opsets = {form: {o.version for o in m.opset_import if not o.domain} for form, m in models.items()}
    assert operators[WarpForm.OPERATOR].count("DeformConv") == 5
    assert "GridSample" not in operators[WarpForm.OPERATOR]
    assert operators[WarpForm.SPELLED_OUT].count("GridSample") == 5
    assert opsets == {WarpForm.OPERATOR: {19}, WarpForm.SPELLED_OUT: {18}}


def test_the_network_stays_as_it_was(network: PoseWarper, models: dict[WarpForm, onnx.ModelProto]) -> None:
    assert len(models) == 2
    assert {type(layer) for layer in network.warps} == {DeformableConvolution}


def test_a_file_says_whose_maps_and_which_joints_it_warps(tmp_path: Path) -> None:
    spec = WarperSpec("spatial-net-fusion", joints=7, channels=8, blocks=1)
    save_weights(WarpLearner(spec, 1e-3, False, torch.device("cpu")), tmp_path / "posewarper.pt")
    path = write_warper(tmp_path / "posewarper.pt", WarpForm.OPERATOR, tmp_path / "new")
    assert path.name == "posewarper-spatial-net-fusion.onnx"
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    assert (about["kind"], about["model"]) == ("warper", "spatial-net-fusion")
    assert about["joints"].split(",")[0] == "head"
    assert len(about["joints"].split(",")) == 7
    assert session.get_inputs()[0].shape == ["N", 7, 64, 64]


@pytest.mark.parametrize("form", list(WarpForm))
def test_one_command_makes_a_file_and_a_card_that_the_service_serves(form: WarpForm, tmp_path: Path) -> None:
    torch.manual_seed(0)
    learner = WarpLearner(WarperSpec("blazepose-full", 13, 8, 1), 1e-3, True, torch.device("cpu"))
    save_weights(learner, tmp_path / "posewarper.pt")
    out = tmp_path / "models"
    assert main(["posewarper", str(tmp_path / "posewarper.pt"), "--to", str(out), "--form", form]) == 0
    path = out / f"{find('blazepose-full').warper}{form.suffix}.onnx"
    card = json.loads(path.with_suffix(".json").read_text())
    assert (card["model"], card["sha256"]) == ("blazepose-full", sha256_of(path))
    assert card["training"].items() >= {"aim": "motion", "cycle": True, "steps": 0}.items()
    warper = Warper(open_session(path, Device.CPU, 1), find("blazepose-full"))
    given = np.random.default_rng(0).uniform(0, 1, (3, 2, 13, 64, 64)).astype(np.float32)
    with torch.no_grad():
        expected = learner.network.eval()(*torch.from_numpy(given)).numpy()
    np.testing.assert_allclose(warper.warp(*given), expected, atol=2e-4)


def test_a_new_network_pools_and_propagates_in_service_and_moves_next_to_nothing(
    models_dir: Path, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    learner = WarpLearner(WarperSpec(MODEL, 7, 8, 1), 1e-3, False, torch.device("cpu"))
    save_weights(learner, tmp_path / "posewarper.pt")
    write_warper(
        tmp_path / "posewarper.pt", WarpForm.OPERATOR, furnish(tmp_path / "models", models_dir, None)
    )
    with Engine(tmp_path / "models", threads=1) as engine:
        walk = WarpWalk(engine.warping(MODEL, MODEL))
        labels = Labels({0: [Target(1, truth(0), np.full(7, 2, np.uint8), UPPER7.joints)]})
        *_, carried = walk(frames(5), labels)
        pooled = run(engine, Options(model=MODEL, pooling=Pooling.POSEWARPER), frames(5))
    np.testing.assert_allclose(carried.objects[0].points, truth(0), atol=NEAR / 2)
    assert [answer.pooled for answer in pooled] == [4, 5, 5, 5, 4]
    np.testing.assert_allclose(pooled[-1].people[0].joints, truth(4), atol=2 * NEAR)


def test_weights_that_are_none_are_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["posewarper", str(tmp_path / "no.pt"), "--to", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
