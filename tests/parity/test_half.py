"""BlazePose in half precision: the file that is served, and its numbers as a card rounds them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto
from scipy.special import expit

from export.blazepose import convert, is_sound
from export.pull import pull
from export.rounded import rounded
from export.sources import source_of
from service.engine import Engine
from service.networks.device import Device
from service.options import Options
from tests.parity.test_blazepose import Pair, pictures

AS_ON_A_CARD = 0.02  # of a heatmap value in [0, 1]
MODEL = "blazepose-full"


@pytest.fixture(scope="module")
def half(tflite_file: Callable[[str], bytes]) -> Pair:
    source = source_of(f"{MODEL}-fp16")
    data = tflite_file(MODEL)
    return Pair(source, data, convert(data, source))


def test_its_maps_are_those_of_the_shipped_file(half: Pair) -> None:
    images = pictures(256)
    logits = half.shipped(images)["Identity_3"].transpose(0, 3, 1, 2)
    (heatmaps,) = half.converted(images)
    np.testing.assert_allclose(heatmaps, expit(logits), atol=AS_ON_A_CARD, rtol=0)


def test_rounded_as_on_a_card_they_still_are(half: Pair) -> None:
    images = pictures(256)
    single = convert(half.tflite_bytes, source_of(MODEL))
    honest = Pair(half.source, b"", rounded(onnx.load_model_from_string(single)).SerializeToString())
    (exact,) = Pair(half.source, b"", single).converted(images)
    (heatmaps,) = honest.converted(images)
    assert 1e-3 < np.abs(heatmaps - exact).max() < AS_ON_A_CARD


def test_weights_and_arithmetic_are_in_half_precision_and_the_ends_are_not(half: Pair) -> None:
    model = onnx.shape_inference.infer_shapes(onnx.load_model_from_string(half.onnx_bytes))
    types = {value.name: value.type.tensor_type.elem_type for value in model.graph.value_info}
    convolved = {types[node.output[0]] for node in model.graph.node if node.op_type in ("Conv", "Resize")}
    assert convolved == {TensorProto.FLOAT16}
    ends = (*model.graph.input, *model.graph.output)
    assert {end.type.tensor_type.elem_type for end in ends} == {TensorProto.FLOAT}
    assert [node.op_type for node in model.graph.node].count(
        "Cast"
    ) == 2 + 2  # round all of it, and the sigmoid


def test_the_weights_lose_nothing_they_come_in_half_precision(half: Pair) -> None:
    single = onnx.load_model_from_string(convert(half.tflite_bytes, source_of(MODEL)))
    for constant in single.graph.initializer:
        values = onnx.numpy_helper.to_array(constant)
        np.testing.assert_array_equal(values, values.astype(np.float16).astype(values.dtype))


def test_it_is_pulled_by_its_name_and_left_alone_when_sound(
    half: Pair, sources_folder: Path, tmp_path: Path
) -> None:
    name = f"{MODEL}-fp16"
    first, *_ = pull([name, MODEL], tmp_path, keep_sources=sources_folder)
    (again,) = pull([name], tmp_path, keep_sources=sources_folder)
    assert first.fresh
    assert not again.fresh
    assert first.path == tmp_path / f"{name}.onnx"
    assert is_sound(half.onnx_bytes, half.source)
    assert not is_sound(half.onnx_bytes, source_of(MODEL))
    told = onnxruntime.InferenceSession(first.path, providers=["CPUExecutionProvider"]).get_modelmeta()
    assert told.custom_metadata_map["precision"] == "half"


def test_one_bit_more_or_less_is_noticed(half: Pair) -> None:
    flipped = bytearray(half.onnx_bytes)
    flipped[len(flipped) // 2] ^= 1
    assert not is_sound(bytes(flipped), half.source)


def test_it_is_served_by_its_name(
    half: Pair, models_dir: Path, tmp_path: Path, astronaut: NDArray[np.uint8]
) -> None:
    (tmp_path / f"{MODEL}-fp16.onnx").write_bytes(half.onnx_bytes)
    for name in (MODEL, "person-detector"):
        shutil.copy(models_dir / f"{name}.onnx", tmp_path)
    with Engine(tmp_path, Device.CPU) as engine:
        (single,) = engine.picture(astronaut, Options(model=MODEL)).people
        (served,) = engine.picture(astronaut, Options(model=f"{MODEL}-fp16")).people
    clear = single.scores > 0.5
    assert clear.sum() > 8
    np.testing.assert_allclose(served.joints[clear], single.joints[clear], atol=0.5)
