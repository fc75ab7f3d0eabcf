"""PoseWarper as an ONNX file: with the operator DeformConv, or spelled out with GridSample."""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from export.store import write_atomically
from export.torch_network import OPSET, bare
from models.posewarper import PoseWarper
from models.warping.checkpoint import load_warper
from models.warping.deformable import SIDE, DeformableConvolution
from service.networks.catalogue import find
from service.networks.session import sha256_of
from service.networks.warper import INPUTS, KIND
from service.refine.graph import body_of
from service.temporal.grid import CELLS

OUTPUT = "warped"
LICENCE = "Apache-2.0"
DEFORM_CONV_SINCE = 19  # opset of ai.onnx


class WarpForm(StrEnum):
    """How deformable convolution is written down."""

    OPERATOR = "operator"  # DeformConv, of opset 19; onnxruntime has it since 1.25
    SPELLED_OUT = "spelled-out"  # GridSample and a 1 x 1 convolution, which every runtime has

    @property
    def suffix(self) -> str:
        """Comes after the file's name."""
        return "" if self is WarpForm.OPERATOR else f"-{self}"


class _Operator(nn.Module):
    """Stands in for a deformable convolution while the network is written down."""

    def __init__(self, original: DeformableConvolution, groups: int) -> None:
        super().__init__()
        self.dilation, self.weight, self.groups = original.dilation, original.weight, groups

    def forward(self, maps: Tensor, offsets: Tensor) -> Tensor:
        """ONNX's DeformConv of (N, K, n, n) maps, as `DeformableConvolution` defines it."""
        return torch.onnx.ops.symbolic(
            "DeformConv",
            (maps, self.weight, offsets),
            {
                "dilations": [self.dilation] * 2,
                "kernel_shape": [SIDE, SIDE],
                "offset_group": self.groups,
                "pads": [self.dilation] * 4,  # as large as the input
                "strides": [1, 1],
            },
            dtype=maps.dtype,
            shape=maps.shape,
            version=DEFORM_CONV_SINCE,
        )


def warper_to_onnx(network: PoseWarper, form: WarpForm, cells: int = CELLS) -> onnx.ModelProto:
    """Write the network down as ONNX, in float32.

    Parameters
    ----------
    network
        Trained or not; is left as it is.
    form
        The two answer the same.
    cells
        On each side of the maps.

    Returns
    -------
    ``here``, ``there``, ``carried``, each (N, K, cells, cells) float32 -> ``warped`` (N, K, cells, cells)
    float32 in [0, 1], see :meth:`PoseWarper.forward`.
    """
    written = copy.deepcopy(network).eval()
    if form is WarpForm.OPERATOR:
        written.warps = nn.ModuleList(
            _Operator(each, network.fields)
            for each in written.warps
            if isinstance(each, DeformableConvolution)
        )
    joints = network.joints
    maps = torch.zeros(2, joints, cells, cells)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch's, of itself
        warnings.filterwarnings("ignore", "# The axis name", UserWarning)  # all three have the same one
        program = torch.onnx.export(
            written,
            (maps, maps.clone(), maps.clone()),
            dynamo=True,
            opset_version=DEFORM_CONV_SINCE if form is WarpForm.OPERATOR else OPSET,
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_shapes={name: {0: "N"} for name in INPUTS},
            verbose=False,
        )
    assert program is not None, "there is a program with dynamo=True"
    model = bare(program.model_proto)
    onnx.checker.check_model(model, full_check=True)
    return model


def write_warper(weights: Path, form: WarpForm, to: Path) -> Path:
    """Write trained weights as ``posewarper-MODEL.onnx``, and its card beside it, ``posewarper-MODEL.json``.

    The file's ``metadata_props`` say whose heatmaps it warps, and which joints; the service needs no more.
    The card tells people how it was trained, and of which file it is.

    Parameters
    ----------
    weights
        As the training writes them, the JSON file beside them.
    form
        See :class:`WarpForm`.
    to
        Folder; made if missing.

    Returns
    -------
    The file.

    Raises
    ------
    CheckpointUnusable
        The weights cannot be read.
    WriteFailed
        The file cannot be written.
    """
    spec, network = load_warper(weights)
    model = warper_to_onnx(network, form)
    card = find(spec.model)
    about = {
        "name": card.warper,
        "kind": KIND,
        "model": spec.model,
        "skeleton": card.skeleton.name,
        "joints": ",".join(card.skeleton.joints[n] for n in body_of(card.skeleton).joints),
        "generator": "flowpose export",
    }
    onnx.helper.set_model_props(model, about)
    path = to / f"{card.warper}{form.suffix}.onnx"
    write_atomically(path, model.SerializeToString(deterministic=True))
    write_atomically(path.with_suffix(".json"), _card(about, weights, path))
    return path


def _card(about: Mapping[str, str], weights: Path, path: Path) -> bytes:
    """What is known of a file: for which joints, how it was trained, its hash."""
    training = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    told = {**about, "licence": LICENCE, "training": training, "sha256": sha256_of(path)}
    return (json.dumps(told, indent=1) + "\n").encode()
