from __future__ import annotations

from pathlib import Path

import pytest

from service.networks import catalogue
from service.networks.catalogue import CARDS, ModelMissing, ModelUnknown, file_of, find, inventory


def test_one_model_is_the_default() -> None:
    assert [card.name for card in CARDS if card.default] == ["blazepose-full"]


def test_names_are_unique_and_found() -> None:
    assert len({card.name for card in CARDS}) == len(CARDS)
    assert all(find(card.name) is card for card in CARDS)


def test_an_unknown_name_is_told_with_those_that_exist() -> None:
    with pytest.raises(ModelUnknown, match=r"'blaze'.*blazepose-lite"):
        find("blaze")


def test_a_missing_file_is_told_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="flowpose models pull blazepose-full"):
        file_of("blazepose-full", tmp_path)


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the weights that come with FlowPose."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(catalogue, "PACKAGED", folder)
    return folder


def test_what_comes_with_flowpose_is_found_without_pulling(tmp_path: Path, packaged: Path) -> None:
    (packaged / "spatial-net.onnx").write_bytes(b"abc")
    assert file_of("spatial-net", tmp_path) == packaged / "spatial-net.onnx"
    assert {info.name: info.present for info in inventory(tmp_path)}["spatial-net"]


def test_a_file_in_the_data_folder_goes_before_the_one_that_came_along(
    tmp_path: Path, packaged: Path
) -> None:
    for folder in (tmp_path, packaged):
        (folder / "spatial-net.onnx").write_bytes(b"abc")
    assert file_of("spatial-net", tmp_path) == tmp_path / "spatial-net.onnx"


def test_what_is_neither_here_nor_to_be_had_is_not_listed(tmp_path: Path, packaged: Path) -> None:
    assert {info.name for info in inventory(tmp_path)} == {card.name for card in CARDS if card.pulled}
    with pytest.raises(ModelMissing, match="does not come with this FlowPose"):
        file_of("spatial-net", tmp_path)
    with pytest.raises(ModelUnknown) as unknown:
        find("blaze")
    assert "spatial" not in unknown.value.detail


def test_the_weights_that_come_along_lie_beside_the_service() -> None:
    assert catalogue.PACKAGED.parent.joinpath("__init__.py").is_file()


def test_the_inventory_tells_what_is_here_and_its_hash(tmp_path: Path) -> None:
    (tmp_path / "blazepose-lite.onnx").write_bytes(b"abc")
    infos = {info.name: info for info in inventory(tmp_path)}
    assert infos["blazepose-lite"].present
    assert (
        infos["blazepose-lite"].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert not infos["blazepose-full"].present
    assert infos["blazepose-full"].sha256 is None


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_skeletons_hang_together(card) -> None:  # type: ignore[no-untyped-def]
    skeleton = card.skeleton
    count = len(skeleton.joints)
    assert len(set(skeleton.joints)) == count
    assert all(0 <= a < count and 0 <= b < count and a != b for a, b in skeleton.edges)
    for a, b in skeleton.swaps:
        assert {"left", "right"} <= set(skeleton.joints[a].split("_") + skeleton.joints[b].split("_"))
        mirrored = skeleton.joints[a].replace("left", "*").replace("right", "left").replace("*", "right")
        assert mirrored == skeleton.joints[b]
    swapped = {joint for pair in skeleton.swaps for joint in pair}
    assert len(swapped) == 2 * len(skeleton.swaps)
    assert all("left" not in skeleton.joints[k] for k in set(range(count)) - swapped)


def test_blazepose_reads_half_a_cell_to_the_left_of_the_design_grid() -> None:
    assert find("blazepose-full").shift_px == -2.0


@pytest.mark.parametrize("size", ["lite", "full", "heavy"])
def test_the_form_in_half_precision_is_the_same_network_by_another_name(size: str) -> None:
    single, half = find(f"blazepose-{size}"), find(f"blazepose-{size}-fp16")
    assert half.pulled
    assert not half.default
    assert (half.skeleton, half.guides, half.shift_px) == (single.skeleton, single.guides, single.shift_px)
    assert half.warper == single.warper == f"posewarper-blazepose-{size}"
