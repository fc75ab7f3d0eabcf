"""What makes a worker's answers: two that are alike give the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import version

import av
import cv2
import numpy as np
import onnxruntime as ort

from service.engine import RunInfo


@dataclass(frozen=True, slots=True)
class Identity:
    """Versions, network and device of one worker.

    Attributes
    ----------
    host, process
        Where it is; may differ.
    flowpose, onnxruntime, opencv, pyav, numpy
        Versions.
    run
        Network, its hash, flow, device.
    """

    host: str
    process: int
    flowpose: str
    onnxruntime: str
    opencv: str
    pyav: str
    numpy: str
    run: RunInfo

    def differences(self, other: Identity) -> dict[str, tuple[object, object]]:
        """Everything that could make another answer: by name, here and there."""
        ours, theirs = _flat(self), _flat(other)
        return {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]}


def identity_of(run: RunInfo, host: str, process: int) -> Identity:
    """Of this process, which runs so."""
    versions = (version("flowpose"), ort.__version__, cv2.__version__, av.__version__, np.__version__)
    return Identity(host, process, *versions, run)


def _flat(identity: Identity) -> dict[str, object]:
    values = asdict(identity)
    run = values.pop("run")
    run["device"] = run["device"].split(":")[0]  # which card it is does not matter
    return {name: value for name, value in (values | run).items() if name not in ("host", "process")}
