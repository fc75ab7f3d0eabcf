"""BlazePose's networks: which part of each TFLite file is kept, and what its ONNX file says of itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from export.computed_half import compute_half
from export.onnx_writer import Output, write_onnx
from export.rewrite import cut, explicit_pads, fold_pads, resize_after_pointwise
from export.sources import Source
from export.tflite_file import read_graph

INPUT = "image"
CONVERTER = "1"  # raise when the same source gives another network, so that files from before are made again


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to make of one kind of TFLite file.

    Attributes
    ----------
    kind
        ``heatmaps`` or ``detector``.
    outputs
        In the order of the ONNX file's outputs.
    """

    kind: str
    outputs: tuple[Output, ...]


HEATMAPS = Recipe("heatmaps", (Output("Identity_3", "heatmaps", sigmoid=True),))
"""``image`` (N, 3, 256, 256) float32 RGB in [0, 1] -> ``heatmaps`` (N, 39, 64, 64) float32 in [0, 1].

The first 33 maps are the body's joints, the rest BlazePose's auxiliary points. The landmark, world and
segmentation branches are cut off.
"""

DETECTOR = Recipe("detector", (Output("Identity", "boxes"), Output("Identity_1", "scores")))
"""``image`` (N, 3, 224, 224) float32 RGB in [-1, 1] -> ``boxes`` (N, 2254, 12) and ``scores`` (N, 2254, 1).

Both raw, float32: boxes in units of the 224 pixel input relative to their anchors, scores as logits.
"""


def convert(tflite_bytes: bytes, source: Source) -> bytes:
    """Convert one of BlazePose's TFLite files.

    Parameters
    ----------
    tflite_bytes
        The file, already verified.
    source
        Where it came from; decides the recipe and goes into the metadata.

    Returns
    -------
    The ONNX file; the same bytes on every run.

    Raises
    ------
    UnreadableModel, UnsupportedNode
        The file is not one that the recipe fits.
    """
    recipe = DETECTOR if source.kind == "detector" else HEATMAPS
    graph = cut(read_graph(tflite_bytes), [output.tensor for output in recipe.outputs])
    graph = resize_after_pointwise(fold_pads(explicit_pads(graph)))
    model = write_onnx(graph, recipe.kind, INPUT, recipe.outputs)
    if source.half:
        model = compute_half(model)
    onnx.helper.set_model_props(model, {**metadata(source), "content_sha256": _content_sha256(model)})
    return bytes(model.SerializeToString(deterministic=True))


def is_sound(onnx_bytes: bytes, source: Source) -> bool:
    """Tell whether a file is what :func:`convert` makes of a source, whole and by this converter."""
    try:
        model = onnx.load_model_from_string(onnx_bytes)
    except DecodeError:
        return False
    told = {entry.key: entry.value for entry in model.metadata_props}
    return told == {**metadata(source), "content_sha256": _content_sha256(model)}


def metadata(source: Source) -> dict[str, str]:
    """Tell what the ONNX file's ``metadata_props`` say, in order."""
    precision = {"precision": "half"} if source.half else {}
    return {
        "name": source.model,
        "kind": source.kind,
        "skeleton": "blazepose33",
        "source": str(source.package),
        "source_file": source.path,
        "source_sha256": source.sha256,
        "licence": "Apache-2.0",
        "generator": "flowpose export",
        "converter": CONVERTER,
        **precision,
    }


def _content_sha256(model: Any) -> str:
    """Digest of the nodes and weights; does not depend on how protobuf arranges the file."""
    digest = hashlib.sha256()
    for node in model.graph.node:
        digest.update(f"{node.op_type} {list(node.input)} {list(node.output)} ".encode())
        for attribute in node.attribute:
            digest.update(f"{attribute.name}={onnx.helper.get_attribute_value(attribute)} ".encode())
    for constant in model.graph.initializer:
        digest.update(f"{constant.name} {constant.data_type} {list(constant.dims)} ".encode())
        digest.update(constant.raw_data)
    return digest.hexdigest()
