"""Warpers made by hand, not trained: what they answer is known."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from service.networks.catalogue import find
from service.networks.device import Device
from service.networks.session import open_session
from service.networks.warper import INPUTS, KIND, Warper
from service.refine.graph import body_of


class By(StrEnum):
    """What a hand-made warper takes for its answer."""

    IDENTITY = "carried"  # nothing moves
    ORACLE = "here"  # everything is where the network sees it


def hand_made(model: str, by: By, /, **about: str) -> bytes:
    """An ONNX file with the interface of ``python -m export posewarper``."""
    card = find(model)
    names = [card.skeleton.joints[joint] for joint in body_of(card.skeleton).joints]
    shape = ["N", len(names), 64, 64]
    graph = helper.make_graph(
        [helper.make_node("Clip", [by.value], ["warped"])],
        "warper",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in INPUTS],
        [helper.make_tensor_value_info("warped", TensorProto.FLOAT, shape)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(made, {"kind": KIND, "model": model, "joints": ",".join(names), **about})
    onnx.checker.check_model(made, full_check=True)
    return bytes(made.SerializeToString())


def lay(folder: Path, model: str, by: By, /, **about: str) -> Path:
    """Put one where the service looks for it."""
    path = folder / f"{find(model).warper}.onnx"
    path.write_bytes(hand_made(model, by, **about))
    return path


def opened(folder: Path, model: str, by: By, /, **about: str) -> Warper:
    """One in a real session."""
    return Warper(open_session(lay(folder, model, by, **about), Device.CPU, 1), find(model))
