"""Where networks run, and the refusal to run elsewhere unasked."""

from __future__ import annotations

import logging
from collections import Counter
from enum import StrEnum

import onnxruntime as ort

from service.errors import Problem
from service.networks.node_placement import CPU_PROVIDER, PlacedNode, heavy_on_cpu, placed_nodes

CUDA_PROVIDER = "CUDAExecutionProvider"

logger = logging.getLogger(__name__)


class Device(StrEnum):
    """The choice a user makes (``FLOWPOSE_DEVICE``)."""

    AUTO = "auto"  # CUDA where it truly works, else the CPU
    CPU = "cpu"
    CUDA = "cuda"  # or refuse to start


class DeviceUnavailable(Problem):
    """CUDA was asked for and the session, or a part of it that does real work, runs elsewhere."""

    name = "device-unavailable"
    title = "The device asked for cannot be used"
    status = 503


def providers(device: Device) -> list[str]:
    """Execution providers to ask onnxruntime for, best first.

    Raises
    ------
    DeviceUnavailable
        When CUDA is asked for and this onnxruntime was built without it.
    """
    # What is compiled in says nothing about what works, only about what cannot.
    compiled = CUDA_PROVIDER in ort.get_available_providers()
    if device is Device.CUDA and not compiled:
        raise DeviceUnavailable(
            "FLOWPOSE_DEVICE=cuda, but this onnxruntime was built without CUDA: "
            "uninstall onnxruntime and install flowpose[gpu]"
        )
    return [CUDA_PROVIDER, CPU_PROVIDER] if compiled and device is not Device.CPU else [CPU_PROVIDER]


def true_device(session: ort.InferenceSession) -> str:
    """``cuda:0`` or ``cpu``: where this session really runs, as the session itself says."""
    return "cuda:0" if session.get_providers()[0] == CUDA_PROVIDER else "cpu"


def demand(device: Device, session: ort.InferenceSession, allow_cpu_nodes: bool = False) -> None:
    """Refuse a session that is not where it was asked for.

    Parameters
    ----------
    device
        What was asked for; with ``auto``, nodes left on the CPU are only told in the log.
    session
        Made with `session.record_ep_graph_assignment_info` set, unless it is the CPU's alone.
    allow_cpu_nodes
        Nodes that do real work may sit on the CPU.

    Raises
    ------
    DeviceUnavailable
        CUDA was asked for, and the session fell back to the CPU, or left heavy nodes there.
    """
    if true_device(session) == "cpu":
        if device is Device.CUDA:
            raise DeviceUnavailable(
                "FLOWPOSE_DEVICE=cuda, but onnxruntime made a CPU session: is onnxruntime-gpu installed, "
                "and do the driver, CUDA and cuDNN libraries load? `flowpose doctor` shows what is missing"
            )
        return
    left = heavy_on_cpu(placed_nodes(session))
    if left and device is Device.CUDA and not allow_cpu_nodes:
        raise DeviceUnavailable(
            f"FLOWPOSE_DEVICE=cuda, but {_counted(left)} would run on the CPU, with copies to and fro: "
            "export the network at opset 17 to 21, or allow it with FLOWPOSE_ALLOW_CPU_NODES=true"
        )
    if left:
        logger.warning("%s run on the CPU, with copies to and fro", _counted(left))


def _counted(nodes: tuple[PlacedNode, ...]) -> str:
    """Operators and how many of each: `2 Resize, 1 MaxPool`."""
    return ", ".join(f"{count} {kind}" for kind, count in Counter(node.kind for node in nodes).most_common())
