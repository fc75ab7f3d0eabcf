from __future__ import annotations

import pytest

from service.api.formats import FORMATS, PICTURE_FORMATS, FormatName, Source, choose
from service.api.formats.examples import CONTENTS
from service.api.problems import NotAcceptable, ParametersInvalid
from service.networks.skeletons import SkeletonName


@pytest.mark.parametrize("name", list(FormatName))
def test_every_format_is_had_by_its_name_and_by_its_media_type(name: FormatName) -> None:
    assert choose(name, "image/png").name is name
    choice = choose(None, FORMATS[name].media_type)
    assert choice.name is name
    assert choice.media_type == FORMATS[name].media_type
    choice.writer(Source())


def test_no_two_formats_share_a_media_type_or_a_suffix() -> None:
    assert len({kind.media_type for kind in FORMATS.values()}) == len(FORMATS)
    assert len({kind.suffix for kind in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize(
    ("accept", "name"), [("video/*", "mp4"), ("text/*", "csv"), ("application/*", "json")]
)
def test_the_first_of_several_is_taken(accept: str, name: str) -> None:
    assert choose(None, accept).name == name


def test_formats_of_videos_are_not_for_pictures() -> None:
    assert set(FormatName) - set(PICTURE_FORMATS) == {"posetrack18", "trc", "c3d", "mp4"}
    with pytest.raises(NotAcceptable, match="application/json, application/x-ndjson"):
        choose(None, "video/mp4", names=PICTURE_FORMATS)


@pytest.mark.parametrize("name", ["csv", "parquet", "trc", "c3d", "mp4"])
def test_formats_for_any_joints_take_any_skeleton(name: str) -> None:
    assert choose(FormatName(name), skeleton=SkeletonName.UPPER7).skeleton is SkeletonName.UPPER7
    assert choose(FormatName(name)).skeleton is None


def test_a_format_with_joints_of_its_own_keeps_them() -> None:
    assert choose(FormatName.COCO).skeleton is SkeletonName.COCO17
    assert choose(FormatName.COCO, skeleton=SkeletonName.COCO17).skeleton is SkeletonName.COCO17
    with pytest.raises(ParametersInvalid, match=r"coco17.*csv, parquet, trc, c3d, mp4"):
        choose(FormatName.COCO, skeleton=SkeletonName.BODY25)


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_the_native_answer_is_in_the_networks_own_joints(name: str) -> None:
    with pytest.raises(ParametersInvalid, match="own joints"):
        choose(FormatName(name), skeleton=SkeletonName.COCO17)


def test_a_heatmap_is_drawn_into_a_video_only() -> None:
    choose(FormatName.MP4, heatmap="nose")
    with pytest.raises(ParametersInvalid, match="format=mp4"):
        choose(None, "text/csv", heatmap="nose")


def test_the_documentation_has_every_format() -> None:
    native = {FormatName.JSON, FormatName.NDJSON, FormatName.CSV}
    assert set(CONTENTS) | native == set(FormatName)
