from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import skimage.data
from PIL import Image

from export.__main__ import main
from export.compare import compare
from export.errors import NoPictures
from export.pictures import read_pictures
from tests.discs import disc_network, paint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for n in range(4):
        painted = paint(skimage.data.astronaut())
        Image.fromarray(painted[:, 20 * n :]).save(tmp_path / f"{n}.png")
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def moved(right: int) -> bytes:
    """The disc network with its maps moved by whole cells."""
    model = onnx.load_model_from_string(disc_network())
    model.graph.node[-1].output[0] = "still"
    pads = onnx.numpy_helper.from_array(np.array([0, 0, 0, right, 0, 0, 0, -right]), "pads")
    model.graph.initializer.append(pads)
    model.graph.node.append(onnx.helper.make_node("Pad", ["still", "pads"], ["heatmaps"]))
    return bytes(model.SerializeToString())


def test_pictures_are_letterboxed_and_taken_evenly(folder: Path) -> None:
    images = read_pictures(folder, 2)
    assert [image.shape for image in images] == [(3, 256, 256)] * 2
    assert images[1][:, :, :8].max() == 0, "the third is 40 columns narrower: black at its sides"
    assert len(read_pictures(folder, 50)) == 4


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPictures):
        read_pictures(tmp_path, 5)


def test_a_network_agrees_with_itself(folder: Path) -> None:
    (folder / "a.onnx").write_bytes(disc_network())
    same = compare(folder / "a.onnx", folder / "a.onnx", read_pictures(folder, 4))
    assert (same.pictures, same.largest, same.moved_cells, same.same_place) == (4, 0, 0, 1)
    assert same.joints > 20
    assert min(same.milliseconds) > 0


def test_maps_that_are_moved_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.onnx").write_bytes(disc_network())
    (folder / "b.onnx").write_bytes(moved(3))
    apart = compare(folder / "a.onnx", folder / "b.onnx", read_pictures(folder, 4))
    assert apart.largest > 0.5
    assert apart.same_place < 0.1
    np.testing.assert_allclose(apart.moved_cells, 3, atol=0.5)
    arguments = ["compare", f"{folder}/a.onnx", f"{folder}/b.onnx", "--pictures", str(folder), "--most", "2"]
    assert main(arguments) == 0
    assert "2 pictures" in capsys.readouterr().out
