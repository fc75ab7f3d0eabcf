from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch

from export.posewarper import WarpForm, warper_to_onnx, write_warper
from models.posewarper import PoseWarper
from models.warping.checkpoint import save_weights
from models.warping.deformable import DeformableConvolution
from models.warping.learner import WarperSpec, WarpLearner

CELLS = 20


@pytest.fixture(scope="module")
def network() -> PoseWarper:
    """With offsets of several cells and weights everywhere, as no new network has them."""
    torch.manual_seed(0)
    network = PoseWarper(3, channels=8, blocks=1)
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
