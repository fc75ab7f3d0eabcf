"""The converted networks against TFLite's own interpreter on the files as they were shipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from scipy.special import expit
from skimage.data import astronaut
from skimage.transform import resize

from export.blazepose import convert, is_sound
from export.sources import SOURCES, Source, source_of

LANDMARKS = [model for model, source in SOURCES.items() if source.kind == "heatmaps"]
TOLERANCE = 1e-3  # of heatmap values in [0, 1]
# The detector's numbers are logits and 224ths in the hundreds, where a float32 sum in another order moves the
# fourth decimal: they agree within 1e-3 of their size, or of 1 where they are smaller.
DETECTOR_TOLERANCE = {"atol": 1e-3, "rtol": 1e-3}


@dataclass(frozen=True)
class Pair:
    """One network in both runtimes."""

    source: Source
    tflite_bytes: bytes
    onnx_bytes: bytes

    def session(self) -> Any:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        return onnxruntime.InferenceSession(self.onnx_bytes, options, providers=["CPUExecutionProvider"])

    def converted(self, images: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """(N, side, side, 3) -> the ONNX file's outputs."""
        return [np.asarray(out) for out in self.session().run(None, {"image": images.transpose(0, 3, 1, 2)})]

    def shipped(self, images: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """(N, side, side, 3) -> the TFLite file's outputs by name, one image after the other."""
        interpreter = Interpreter(model_content=self.tflite_bytes, num_threads=2)
        interpreter.allocate_tensors()
        outputs = interpreter.get_output_details()
        found: dict[str, list[NDArray[np.float32]]] = {output["name"]: [] for output in outputs}
        for image in images:
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image[None])
            interpreter.invoke()
            for output in outputs:
                found[output["name"]].append(interpreter.get_tensor(output["index"])[0])
        return {name: np.stack(values) for name, values in found.items()}


@pytest.fixture(scope="module")
def pair(tflite_file: Callable[[str], bytes]) -> Callable[[str], Pair]:
    def make(model: str) -> Pair:
        data = tflite_file(model)
        return Pair(source_of(model), data, convert(data, source_of(model)))

    return make


def pictures(side: int) -> NDArray[np.float32]:
    """(3, side, side, 3) float32 RGB in [0, 1]: a real picture, its mirror image, and noise."""
    real = resize(astronaut(), (side, side), anti_aliasing=True).astype(np.float32)
    noise = np.random.default_rng(0).random((side, side, 3), np.float32)
    return np.stack([real, real[:, ::-1], noise])


@pytest.mark.parametrize("model", LANDMARKS)
def test_heatmaps_are_those_of_the_shipped_file(pair: Callable[[str], Pair], model: str) -> None:
    network, images = pair(model), pictures(256)
    logits = network.shipped(images)["Identity_3"].transpose(0, 3, 1, 2)
    (heatmaps,) = network.converted(images)
    assert heatmaps.shape == (3, 39, 64, 64)
    assert heatmaps.dtype == np.float32
    assert heatmaps[0].max() > 0.8  # it does see the astronaut
    np.testing.assert_allclose(heatmaps, expit(logits), atol=TOLERANCE, rtol=0)


def test_detections_are_those_of_the_shipped_file(pair: Callable[[str], Pair]) -> None:
    network, images = pair("person-detector"), pictures(224) * 2 - 1
    shipped = network.shipped(images)
    boxes, scores = network.converted(images)
    assert (boxes.shape, scores.shape) == ((3, 2254, 12), (3, 2254, 1))
    assert scores[0].max() > 0  # it does see the astronaut
    np.testing.assert_allclose(boxes, shipped["Identity"], **DETECTOR_TOLERANCE)
    np.testing.assert_allclose(scores, shipped["Identity_1"], **DETECTOR_TOLERANCE)


@pytest.mark.parametrize(("model", "side"), [("blazepose-full", 256), ("person-detector", 224)])
def test_a_batch_of_three_equals_three_batches_of_one(
    pair: Callable[[str], Pair], model: str, side: int
) -> None:
    network, images = pair(model), pictures(side)
    together = network.converted(images)
    apart = [network.converted(image[None]) for image in images]
    for index, batch in enumerate(together):
        expected = np.concatenate([outputs[index] for outputs in apart])
        np.testing.assert_allclose(batch, expected, atol=1e-5, rtol=1e-5)


def test_two_conversions_are_the_same_bytes(pair: Callable[[str], Pair]) -> None:
    first = pair("person-detector")
    assert convert(first.tflite_bytes, first.source) == first.onnx_bytes


@pytest.mark.parametrize("model", ["blazepose-full", "person-detector"])
def test_the_file_says_what_it_is(pair: Callable[[str], Pair], model: str) -> None:
    network = pair(model)
    told = network.session().get_modelmeta().custom_metadata_map
    expected = {
        "name": model,
        "kind": "detector" if model == "person-detector" else "heatmaps",
        "skeleton": "blazepose33",
        "source": "mediapipe==0.10.14",
        "source_file": network.source.path,
        "source_sha256": network.source.sha256,
        "licence": "Apache-2.0",
        "generator": "flowpose export",
    }
    assert expected.items() <= told.items()


def test_only_the_detectors_flattening_transposes(pair: Callable[[str], Pair]) -> None:
    def kinds(model: str) -> list[str]:
        return [node.op_type for node in onnx.load_model_from_string(pair(model).onnx_bytes).graph.node]

    assert set(kinds("blazepose-full")) == {"Conv", "Clip", "Add", "Resize", "Sigmoid"}
    assert kinds("person-detector").count("Transpose") == 6  # two heads at three strides
    assert "Pad" not in kinds("person-detector")


def test_soundness_is_lost_with_one_bit(pair: Callable[[str], Pair]) -> None:
    network = pair("blazepose-full")
    assert is_sound(network.onnx_bytes, network.source)
    assert not is_sound(network.onnx_bytes, source_of("blazepose-lite"))
    assert not is_sound(network.onnx_bytes[:-1000], network.source)
    middle = len(network.onnx_bytes) // 2
    flipped = bytearray(network.onnx_bytes)
    flipped[middle] ^= 1
    assert not is_sound(bytes(flipped), network.source)
