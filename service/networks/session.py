"""Opening ONNX files in onnxruntime."""

from __future__ import annotations

import hashlib
from pathlib import Path

import onnxruntime as ort

from service.networks.device import Device, demand, providers


def open_session(path: Path, device: Device, threads: int) -> ort.InferenceSession:
    """An inference session on the device asked for.

    Parameters
    ----------
    path
        ONNX file.
    device
        CUDA that turns out to be the CPU is refused (DeviceUnavailable).
    threads
        Intra-op threads of one run on the CPU.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Flow, pooling and decoding want the cores that idle network threads would otherwise spin on.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, providers=providers(device))
    demand(device, session)
    return session


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
