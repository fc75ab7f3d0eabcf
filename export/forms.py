"""The forms of one trained network, and their files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from torch import nn

from export.computed_half import compute_half
from export.eight_bit import compute_eight_bit
from export.errors import NoPictures
from export.pictures import read_pictures
from export.store import write_atomically
from export.stored_half import store_half
from export.torch_network import to_onnx, with_head

CALIBRATION = 128  # pictures


class Form(StrEnum):
    """How a network's numbers are kept, and computed with."""

    SHIPPED = "shipped"  # kept in half precision, computed in single: what lies in the repository
    FULL = "full"  # single precision throughout
    FP16 = "fp16"  # half precision throughout, for CUDA
    INT8 = "int8"  # 8 bits, for the CPU; needs pictures

    @property
    def suffix(self) -> str:
        """Comes after the name that the network is served by: the first two forms are the network itself."""
        return "" if self in (Form.SHIPPED, Form.FULL) else f"-{self}"


@dataclass(frozen=True, slots=True)
class Written:
    """One file.

    Attributes
    ----------
    path
        The ONNX file.
    sha256
        Of it, hexadecimal.
    size
        Bytes.
    """

    path: Path
    sha256: str
    size: int

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.path}  {self.size / 2**20:.1f} MiB  sha256:{self.sha256}"


def write_network(
    network: nn.Module, name: str, form: Form, to: Path, pictures: Path | None = None
) -> Written:
    """Write a trained network as an ONNX file that the service finds by name.

    Parameters
    ----------
    network
        Trained, as `models.training.checkpoint.load_network` gives it.
    name
        ``spatial-net-fusion``, ``spatial-net`` (of a network with fusion: its conv8), ``coordinate-net``,
        ``pose-machine`` or ``hrnet``.
    form
        See :class:`Form`.
    to
        Folder; made if missing.
    pictures
        Folder of pictures of people, to fix the scales of :attr:`Form.INT8` with.

    Raises
    ------
    UnknownModel, NetworkUnsuitable, NoPictures, WriteFailed
    """
    if form is Form.INT8 and pictures is None:
        raise NoPictures(f"{name}: {form} needs pictures to fix its scales with")
    calibration = read_pictures(pictures, CALIBRATION) if pictures is not None else []
    model = in_form(to_onnx(with_head(network, name), name), form, calibration)
    data = model.SerializeToString(deterministic=True)
    path = to / f"{name}{form.suffix}.onnx"
    write_atomically(path, data)
    return Written(path, hashlib.sha256(data).hexdigest(), len(data))


def in_form(
    model: onnx.ModelProto, form: Form, calibration: Sequence[NDArray[np.float32]] = ()
) -> onnx.ModelProto:
    """Turn a network in single precision into one of the forms.

    Parameters
    ----------
    model
        From :func:`export.torch_network.to_onnx`; is left as it is.
    form
        See :class:`Form`.
    calibration
        (3, 256, 256) float32 pictures for :attr:`Form.INT8`, one at least.
    """
    match form:
        case Form.FULL:
            return model
        case Form.SHIPPED:
            return store_half(model)
        case Form.FP16:
            return compute_half(model)
        case Form.INT8:
            return compute_eight_bit(model, calibration)
