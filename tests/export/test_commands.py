from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from export.__main__ import main
from export.commands import FORMS, WARP_FORMS
from export.forms import Form
from export.posewarper import WarpForm
from models.training.network import NetworkName
from service.engine import Engine
from service.networks.session import sha256_of
from service.options import CropSource, Options
from tests.export.networks import WIDTH, untrained


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """As the training writes them."""
    spec = {"name": "spatial-net-fusion", "joints": 7, "width": WIDTH, "normalise": True, "conv4": 5}
    (tmp_path / "w.json").write_text(json.dumps({"network": spec, "steps": 0}))
    torch.save(untrained(NetworkName.SPATIAL_NET_FUSION).state_dict(), tmp_path / "w.pt")
    return tmp_path / "w.pt"


def test_one_command_makes_a_network_that_the_service_serves(
    weights: Path, models_dir: Path, tmp_path: Path, astronaut: np.ndarray, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["torch", str(weights), "--name", "spatial-net-fusion", "--to", str(tmp_path / "models")]
    assert main(arguments) == 0
    made = tmp_path / "models" / "spatial-net-fusion.onnx"
    assert sha256_of(made) in capsys.readouterr().out
    detector = "person-detector.onnx"
    (tmp_path / "models" / detector).write_bytes((models_dir / detector).read_bytes())
    options = Options(model="spatial-net-fusion", crop=CropSource.FULL)
    with Engine(tmp_path / "models") as engine:
        assert {info.name: info.present for info in engine.models()}["spatial-net-fusion"]
        (person,) = engine.picture(astronaut, options).people
    assert person.joints.shape == (7, 2)


def test_problems_are_told_in_one_line(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["torch", str(weights), "--name", "gpt", "--to", str(tmp_path)]) == 1
    assert "'gpt' is not one of spatial-net-fusion" in capsys.readouterr().err
    assert main(["torch", str(tmp_path / "no.pt"), "--name", "spatial-net", "--to", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_forms_to_choose_from_are_those_that_there_are() -> None:
    assert tuple(FORMS) == tuple(Form)
    assert tuple(WARP_FORMS) == tuple(WarpForm)
