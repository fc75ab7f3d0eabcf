from __future__ import annotations

import pytest

from service.api.problems import ParametersInvalid
from service.api.stream.messages import Start, Stop
from service.api.stream.problems import FrameIncomplete, MessageInvalid, MessageTooLarge
from service.api.stream.reading import MAX_TEXT, read_binary, read_text
from service.options import CropSource, FlowMethod, Stage


def test_start_says_what_to_do() -> None:
    start = read_text(
        '{"type":"start","model":"blazepose-lite","flow":"none","window":7,"lookahead":3,"people":2,'
        '"crop":"box","box":[1,2.5,30,40],"stages":["final"],"max_fps":12.5,"stale_s":1}'
    )
    assert isinstance(start, Start)
    options = start.to_options("blazepose-full")
    assert (options.model, options.flow, options.window, options.lookahead) == (
        *("blazepose-lite", FlowMethod.NONE, 7, 3),
    )
    assert (options.people, options.crop, options.box) == (2, CropSource.BOX, (1, 2.5, 30, 40))
    assert (start.wanted(), start.max_fps, start.stale_s) == ((Stage.FINAL,), 12.5, 1)


def test_nothing_but_the_type_is_needed() -> None:
    start = read_text('{"type":"start"}')
    assert isinstance(start, Start)
    assert start.to_options("other").model == "other"
    assert start.wanted() == (Stage.PROVISIONAL, Stage.FINAL)
    assert isinstance(read_text('{"type":"stop"}'), Stop)


@pytest.mark.parametrize("alone", ['"lookahead":0', '"window":0', '"pooling":"none"'])
def test_without_look_ahead_the_only_stage_is_final(alone: str) -> None:
    start = read_text(f'{{"type":"start",{alone}}}')
    assert isinstance(start, Start)
    assert start.wanted() == (Stage.FINAL,)
    assert start.to_options("").lookahead == 0
    with pytest.raises(ParametersInvalid, match="only stage is `final`"):
        read_text(f'{{"type":"start","stages":["provisional"],{alone}}}')


@pytest.mark.parametrize(
    "text",
    ["", "start", "{", "[]", "3", "null", "{}", '{"type":"begin"}', '{"type":3}', "[" * 5000, '{"type":"st'],
)
def test_what_is_no_message_of_a_client(text: str) -> None:
    with pytest.raises(MessageInvalid, match="`start` or `stop`"):
        read_text(text)


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ('"people":7', "people: "),
        ('"people":"2"', "people: "),
        ('"people":true', "people: "),
        ('"lookahead":16', "lookahead: "),
        ('"window":3,"lookahead":4', "must not be above window"),
        ('"flow":"brox"', "flow: "),
        ('"stages":[]', "stages: "),
        ('"stages":["last"]', r"stages\.0: "),
        ('"max_fps":0', "max_fps: "),
        ('"max_fps":NaN', "max_fps: "),
        ('"stale_s":-1', "stale_s: "),
        ('"stale_s":1e9', "stale_s: "),
        ('"box":[1,2,3,4]', "box goes only with crop=box"),
        ('"crop":"box"', "needs box"),
        ('"crop":"box","box":[1,2,0,4]', r"box\.2: "),
        ('"crop":"box","box":[1,2,3]', r"box\.3: "),
        ('"crop":"box","box":"1,2,3,4"', "box: "),
        ('"format":"csv"', "format: there is no such parameter"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(member: str, told: str) -> None:
    with pytest.raises(ParametersInvalid, match=told):
        read_text(f'{{"type":"start",{member}}}')


def test_a_long_text_is_not_read() -> None:
    with pytest.raises(MessageTooLarge):
        read_text('{"type":"stop"}' + " " * MAX_TEXT)


def test_the_capture_time_comes_before_the_picture() -> None:
    parcel = read_binary(5, bytes([1, 2, 0, 0, 0, 0, 0, 128]) + b"picture", 3.5)
    assert (parcel.seq, parcel.capture_us, parcel.data, parcel.received_s) == (
        *(5, 0x8000000000000201, b"picture", 3.5),
    )


@pytest.mark.parametrize("length", [0, 1, 7, 8])
def test_a_message_without_a_picture(length: int) -> None:
    with pytest.raises(FrameIncomplete, match=f"{length} bytes"):
        read_binary(0, bytes(length), 0.0)
