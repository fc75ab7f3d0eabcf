"""From where a job goes on: a stream's memory, and who may use it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from importlib.metadata import version

import av
import cv2
import numpy as np
import onnxruntime as ort
from pydantic import TypeAdapter, ValidationError

from service.engine import RunInfo
from service.stream_memory import StreamMemory

FORMAT = 2  # goes up when a checkpoint, or what is done after it, means something else


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A stream's memory on disk.

    Attributes
    ----------
    maker
        See :func:`maker_of`.
    memory
        Of the stream.
    """

    maker: str
    memory: StreamMemory


CHECKPOINTS = TypeAdapter(Checkpoint)


def maker_of(run: RunInfo, options: str) -> str:
    """Everything that could make another answer of the same pictures, as one hash.

    Parameters
    ----------
    run
        Network and device.
    options
        The job's, as written in its order.
    """
    libraries = (version("flowpose"), ort.__version__, cv2.__version__, av.__version__, np.__version__)
    made_by = (FORMAT, libraries, options, sorted(asdict(run).items(), key=str))
    return hashlib.sha256(repr(made_by).encode()).hexdigest()


def write_checkpoint(maker: str, memory: StreamMemory) -> str:
    """JSON that keeps every number to its last bit."""
    return CHECKPOINTS.dump_json(Checkpoint(maker, memory)).decode()


def read_checkpoint(text: str | None, maker: str) -> StreamMemory | None:
    """The memory, if there is one and the same maker goes on; otherwise all begins anew."""
    if text is None:
        return None
    try:
        checkpoint = CHECKPOINTS.validate_json(text)
    except ValidationError:
        return None
    return checkpoint.memory if checkpoint.maker == maker else None
