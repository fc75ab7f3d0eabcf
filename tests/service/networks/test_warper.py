from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.networks import catalogue
from service.networks.catalogue import WarperMissing, find, inventory, warped_model, warper_file
from service.networks.warper import WarperUnusable
from tests.warpers import By, lay, opened

MODEL = "blazepose-full"


@pytest.fixture(autouse=True)
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the weights that come with FlowPose."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(catalogue, "PACKAGED", folder)
    return folder


def test_it_warps_the_joints_that_its_file_names(tmp_path: Path) -> None:
    warper = opened(tmp_path, MODEL, By.IDENTITY)
    assert (len(warper.names), warper.names[0], warper.joints[0]) == (13, "nose", 0)
    here, there, carried = np.random.default_rng(0).uniform(0, 1, (3, 2, 13, 64, 64))
    np.testing.assert_allclose(warper.warp(here, there, carried), carried, atol=1e-6)


@pytest.mark.parametrize(
    "about", [{"kind": "heatmaps"}, {"model": "blazepose-heavy"}, {"joints": "nose,tail"}]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, about: dict[str, str]) -> None:
    with pytest.raises(WarperUnusable, match="posewarper-blazepose-full"):
        opened(tmp_path, MODEL, By.IDENTITY, **about)


def test_files_are_found_as_those_of_networks_are(tmp_path: Path, packaged: Path) -> None:
    with pytest.raises(WarperMissing, match="none for any model"):
        warper_file(find(MODEL), tmp_path)
    first = lay(packaged, MODEL, By.IDENTITY)
    assert warper_file(find(MODEL), tmp_path) == first
    assert warper_file(find(MODEL), tmp_path) != lay(tmp_path, MODEL, By.IDENTITY)
    assert warper_file(find(MODEL), tmp_path).parent == tmp_path
    with pytest.raises(WarperMissing, match="there is one for blazepose-full"):
        warper_file(find("spatial-net"), tmp_path)


def test_the_inventory_tells_which_models_have_one(tmp_path: Path) -> None:
    lay(tmp_path, MODEL, By.IDENTITY)
    told = {info.name: info.warper_sha256 for info in inventory(tmp_path)}
    assert len(told[MODEL] or "") == 64
    assert told["blazepose-lite"] is None


def test_the_preferred_model_is_taken_if_it_has_one(tmp_path: Path, packaged: Path) -> None:
    with pytest.raises(WarperMissing, match="No PoseWarper"):
        warped_model(MODEL, tmp_path)
    lay(tmp_path, "blazepose-heavy", By.IDENTITY)
    assert warped_model(MODEL, tmp_path) == "blazepose-heavy"
    lay(tmp_path, MODEL, By.IDENTITY)
    assert warped_model(MODEL, tmp_path) == MODEL


def test_a_model_that_is_here_goes_before_one_that_would_have_to_be_pulled(
    tmp_path: Path, packaged: Path
) -> None:
    lay(packaged, "blazepose-heavy", By.IDENTITY)
    lay(tmp_path, "spatial-net", By.IDENTITY)
    (tmp_path / "spatial-net.onnx").write_bytes(b"abc")
    assert warped_model(MODEL, tmp_path) == "spatial-net"
