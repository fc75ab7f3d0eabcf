from __future__ import annotations

import re

import pytest

from export.errors import UnknownModel
from export.sources import SOURCES, Client, source_of


def test_the_default_network_and_the_detector_need_no_npm() -> None:
    for model in ("blazepose-full", "person-detector"):
        assert source_of(model).package.client is Client.PIP
    assert source_of("blazepose-full").package == source_of("person-detector").package


def test_every_source_is_pinned_by_version_and_hash() -> None:
    assert set(SOURCES) == {"blazepose-lite", "blazepose-full", "blazepose-heavy", "person-detector"}
    for source in SOURCES.values():
        assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)
        assert re.fullmatch(r"\d+\.\d+\.\d+", source.package.version)
        assert source.path.endswith(f"/{source.file_name}")


def test_packages_are_written_as_their_clients_write_them() -> None:
    assert str(source_of("blazepose-full").package) == "mediapipe==0.10.14"
    assert str(source_of("blazepose-lite").package) == "@mediapipe/pose@0.5.1675469404"


def test_an_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(UnknownModel, match="'blazepose' is not one of blazepose-lite, blazepose-full"):
        source_of("blazepose")


def test_heatmap_networks_have_a_form_in_half_precision_and_the_detector_has_not() -> None:
    half, single = source_of("blazepose-heavy-fp16"), source_of("blazepose-heavy")
    assert (half.half, single.half) == (True, False)
    assert (half.package, half.path, half.sha256) == (single.package, single.path, single.sha256)
    for name in ("person-detector-fp16", "blazepose-fp16"):
        with pytest.raises(UnknownModel, match=f"'{name}' is not one of .*-fp16"):
            source_of(name)
