from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.api.formats import FormatName
from service.api.parameters import PictureParameters, StillParameters, VideoParameters
from service.options import CropSource, FlowMethod, Options, Pooling, Refine


def test_nothing_said_is_what_the_options_are_by_default() -> None:
    assert VideoParameters().to_options(Options().model) == Options()


def test_the_operators_model_is_taken_where_none_is_named() -> None:
    assert VideoParameters().to_options("mine").model == "mine"
    assert VideoParameters(model="yours").to_options("mine").model == "yours"


def test_everything_said_is_in_the_options() -> None:
    said = {
        "model": "m",
        "flow": "tvl1",
        "pooling": "max",
        "refine": "spatial",
        "window": "9",
        "lookahead": "2",
        "people": "6",
        "crop": "box",
        "box": ["1,2.5,30,4e1"],
    }
    expected = Options(
        "m",
        FlowMethod.TVL1,
        Pooling.MAX,
        9,
        2,
        6,
        CropSource.BOX,
        (1, 2.5, 30, 40),
        refine=Refine.SPATIAL,
    )
    assert VideoParameters.model_validate(said).to_options("other") == expected


def test_a_heatmap_is_asked_of_the_engine() -> None:
    assert VideoParameters(format="mp4", heatmap="nose").to_options("m").heatmap == "nose"


def test_an_unknown_format_is_told_the_known_ones() -> None:
    with pytest.raises(ValidationError) as error:
        VideoParameters.model_validate({"format": "xml"})
    assert all(repr(name.value) in str(error.value) for name in FormatName)


@pytest.mark.parametrize("name", ["posetrack18", "trc", "c3d", "mp4"])
def test_formats_of_videos_are_refused_for_pictures(name: str) -> None:
    assert StillParameters.model_validate({"format": "coco"}).format is FormatName.COCO
    with pytest.raises(ValidationError, match="a picture has json"):
        StillParameters.model_validate({"format": name})


def test_a_picture_has_no_neighbours() -> None:
    options = PictureParameters(people=3).to_options("m")
    assert (options.window, options.lookahead, options.flow, options.pooling) == (0, 0, "none", "none")
    assert options.people == 3


@pytest.mark.parametrize(
    "said",
    [
        {"window": 16},
        {"window": -1},
        {"window": 1.5},
        {"lookahead": 16},
        {"people": 0},
        {"people": 7},
        {"flow": "DIS"},
        {"refine": "temporal"},
        {"model": ""},
        {"format": "xml"},
        {"skeleton": "stick"},
        {"heatmap": ""},
        {"colour": "red"},
        {"window": 3, "lookahead": 4},
        {"crop": "box"},
        {"box": "1,2,3,4"},
        {"crop": "box", "box": "1,2,3"},
        {"crop": "box", "box": "1,2,3,4,5"},
        {"crop": "box", "box": "a,b,c,d"},
        {"crop": "box", "box": "0,0,inf,5"},
        {"crop": "box", "box": "0,0,5,-5"},
        {"crop": "box", "box": ["1,2,3,4", "1,2,3,4"]},
    ],
    ids=str,
)
def test_what_is_unknown_or_absurd_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VideoParameters.model_validate(said)


@pytest.mark.parametrize("pooling", list(Pooling))
def test_every_pooling_may_be_asked_for(pooling: Pooling) -> None:
    assert VideoParameters.model_validate({"pooling": pooling.value}).to_options("mine").pooling is pooling
