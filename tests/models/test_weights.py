"""The networks that come with FlowPose: each file against its PyTorch weights, its card and the service."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from export.torch_network import with_head
from models.training.checkpoint import load_network
from models.training.targets import gaussian_targets
from models.warping.checkpoint import load_warper
from service.networks.catalogue import find
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session
from service.networks.warper import Warper

WEIGHTS = Path(str(files("models"))) / "weights"
CARDS = Path(str(files("models"))) / "cards"
PARITY = 1e-4  # of maps in [0, 1]

# Name -> the PyTorch weights it was exported from; spatial-net is the fusion network without those layers.
SHIPPED = {
    "spatial-net-fusion": "spatial-net-fusion",
    "spatial-net": "spatial-net-fusion",
    "coordinate-net": "coordinate-net",
}

WARPERS = ("posewarper-blazepose-heavy",)  # NAME.onnx, of NAME-weights.pt
FORMS = {"spatial-net-fusion-fp16": 0.01, "spatial-net-fusion-int8": 0.15}  # name -> most that a map is off


@pytest.fixture(params=SHIPPED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_file_that_is_shipped_is_tested_here() -> None:
    assert {path.stem for path in WEIGHTS.glob("*.onnx")} == {*SHIPPED, *FORMS, *WARPERS}


def test_the_card_is_that_of_the_files(name: str) -> None:
    card = (CARDS / f"{name}.md").read_text(encoding="utf-8")
    for path in (WEIGHTS / f"{name}.onnx", WEIGHTS / f"{SHIPPED[name]}.pt"):
        assert sha256(path.read_bytes()).hexdigest() in card, path.name
    for word in ("licence", "recipe", "hours", "accuracy", "data"):
        assert word in card.lower(), word


@pytest.fixture
def people(astronaut: np.ndarray) -> list[np.ndarray]:
    """The same person twice, once in a mirror."""
    person = cv2.resize(astronaut[:400, 40:440], (256, 256), interpolation=cv2.INTER_AREA)
    return [person, np.ascontiguousarray(person[:, ::-1])]


def test_the_file_answers_on_a_person_what_pytorch_does(name: str, people: list[np.ndarray]) -> None:
    network = with_head(load_network(WEIGHTS / f"{SHIPPED[name]}.pt"), name)
    tensor = torch.from_numpy(np.stack(people)).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        expected = network(tensor).numpy()
    maps = HeatmapNetwork(open_session(WEIGHTS / f"{name}.onnx", Device.CPU, threads=1)).heatmaps(people)
    assert expected.max() > 0.3, "empty maps would agree whatever the network does"
    np.testing.assert_allclose(maps, expected, atol=PARITY, rtol=0)


@pytest.mark.parametrize("form", FORMS)
def test_other_forms_answer_nearly_the_same(form: str, people: list[np.ndarray]) -> None:
    whole, other = (
        HeatmapNetwork(open_session(WEIGHTS / f"{name}.onnx", Device.CPU, threads=1)).heatmaps(people)
        for name in ("spatial-net-fusion", form)
    )
    off = np.abs(whole - other)
    assert 0 < off.max() < FORMS[form]
    assert sha256((WEIGHTS / f"{form}.onnx").read_bytes()).hexdigest() in (
        CARDS / "spatial-net-fusion.md"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WARPERS)
def test_a_warper_moves_maps_as_pytorch_does_and_has_its_card(name: str) -> None:
    spec, network = load_warper(WEIGHTS / f"{name}-weights.pt")
    at = torch.linspace(60, 180, spec.joints)  # input pixels; the second frame's are a few to the right
    here, there = gaussian_targets(torch.stack([torch.stack([at + x, at.flip(0)], dim=1) for x in (0, 10)]))
    with torch.no_grad():
        expected = network(here[None], there[None], there[None]).numpy()
    warper = Warper(open_session(WEIGHTS / f"{name}.onnx", Device.CPU, threads=1), find(spec.model))
    maps = warper.warp(here[None].numpy(), there[None].numpy(), there[None].numpy())
    np.testing.assert_allclose(maps, expected, atol=PARITY, rtol=0)
    moved, still = (float(((each - here.numpy()) ** 2).sum()) for each in (maps[0], there.numpy()))
    assert moved < 0.5 * still, "it follows the joints"
    card = (CARDS / f"{name}.md").read_text(encoding="utf-8")
    for path in (WEIGHTS / f"{name}.onnx", WEIGHTS / f"{name}-weights.pt"):
        assert sha256(path.read_bytes()).hexdigest() in card, path.name
