"""Opening ONNX files in onnxruntime."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
from pathlib import Path

import onnxruntime as ort

from service.networks.cuda_choices import CudaChoices, provider_options
from service.networks.device import CUDA_PROVIDER, Device, demand, providers

ON_CUDA = CudaChoices()

logger = logging.getLogger(__name__)


def open_session(
    model: Path | bytes, device: Device, threads: int, cuda: CudaChoices = ON_CUDA
) -> ort.InferenceSession:
    """An inference session on the device asked for.

    Parameters
    ----------
    model
        ONNX file, or its content.
    device
        CUDA that turns out to be the CPU, wholly or for nodes that do real work, is refused.
    threads
        Intra-op threads of one run on the CPU.
    cuda
        How CUDA is used, where it is.

    Raises
    ------
    DeviceUnavailable
        See :func:`service.networks.device.demand`.
    """
    asked = providers(device)
    on_cuda = CUDA_PROVIDER in asked
    if on_cuda:
        load_cuda()
    session = ort.InferenceSession(
        model if isinstance(model, bytes) else str(model),
        session_options(threads, on_cuda),
        providers=[(name, provider_options(cuda) if name == CUDA_PROVIDER else {}) for name in asked],
    )
    demand(device, session, cuda.allow_cpu_nodes)
    return session


def load_cuda() -> None:
    """Load CUDA's libraries from their Python packages, if it comes from those; before the first session."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):  # it prints, and standard output may be a user's file
        ort.preload_dlls()
    for line in told.getvalue().splitlines():
        logger.info("%s", line)


def session_options(threads: int, on_cuda: bool) -> ort.SessionOptions:
    """What holds for every session.

    Parameters
    ----------
    threads
        Intra-op threads of one run on the CPU.
    on_cuda
        CUDA is asked for: the session is to tell where each node went.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Flow, pooling and decoding want the cores that idle network threads would otherwise spin on.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    if on_cuda:
        options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    return options


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
