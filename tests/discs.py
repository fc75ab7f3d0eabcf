"""A 7-joint network made by hand, not trained: it finds discs of seven colours, wherever they are painted."""

from __future__ import annotations

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from service.media.frame import Image

COLOURS = np.array(
    [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255), (128, 0, 255)],
    np.uint8,
)
"""(7, 3) RGB, in the order of `service.networks.upper7.UPPER7`."""

PLACES = np.array(
    [(224, 20), (150, 440), (330, 440), (60, 380), (400, 380), (110, 260), (340, 250)], np.float32
)
"""(7, 2) where the joints of `skimage.data.astronaut` are, roughly: her own pixels."""

RADIUS = 20  # pixels
SHARPNESS = 20.0  # of colour distance squared, colours in [0, 1]


def paint(image: Image, points: NDArray[np.float32] = PLACES, radius: int = RADIUS) -> Image:
    """A copy of the picture with the seven discs on it."""
    painted = image.copy()
    for (x, y), colour in zip(points, COLOURS, strict=True):
        cv2.circle(painted, (round(float(x)), round(float(y))), radius, colour.tolist(), -1)
    return painted


def disc_network() -> bytes:
    """An ONNX file with the interface of the project's own networks: 256 x 256 RGB in, seven maps out.

    Each map is exp(-k |colour - its colour|^2), averaged over each cell and then over 3 x 3 cells, so that
    the middle of a disc is the peak.
    """
    colours = (COLOURS.astype(np.float32) / 255).reshape(1, 7, 3, 1, 1)
    nodes = [
        helper.make_node("Unsqueeze", ["image", "one"], ["pixels"]),
        helper.make_node("Sub", ["pixels", "colours"], ["difference"]),
        helper.make_node("Mul", ["difference", "difference"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "two"], ["distance"], keepdims=0),
        helper.make_node("Mul", ["distance", "sharpness"], ["exponent"]),
        helper.make_node("Exp", ["exponent"], ["likeness"]),
        helper.make_node("AveragePool", ["likeness"], ["cells"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("AveragePool", ["cells"], ["heatmaps"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    ]
    constants = {
        "one": np.array([1]),
        "two": np.array([2]),
        "colours": colours,
        "sharpness": np.float32(-SHARPNESS),
    }
    graph = helper.make_graph(
        nodes,
        "discs",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, 256, 256])],
        [helper.make_tensor_value_info("heatmaps", TensorProto.FLOAT, ["N", 7, 64, 64])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
