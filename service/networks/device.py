"""Where networks run, and the refusal to run elsewhere unasked."""

from __future__ import annotations

from enum import StrEnum

import onnxruntime as ort

from service.errors import Problem

CUDA_PROVIDER = "CUDAExecutionProvider"
CPU_PROVIDER = "CPUExecutionProvider"


class Device(StrEnum):
    """The choice a user makes (``FLOWPOSE_DEVICE``)."""

    AUTO = "auto"  # CUDA where it truly works, else the CPU
    CPU = "cpu"
    CUDA = "cuda"  # or refuse to start


class DeviceUnavailable(Problem):
    """CUDA was asked for and the session runs elsewhere."""

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


def demand(device: Device, session: ort.InferenceSession) -> None:
    """Raise DeviceUnavailable when CUDA was asked for and the session fell back to the CPU."""
    if device is Device.CUDA and true_device(session) == "cpu":
        raise DeviceUnavailable(
            "FLOWPOSE_DEVICE=cuda, but onnxruntime made a CPU session: is onnxruntime-gpu installed, "
            "and do the driver, CUDA and cuDNN libraries load? `flowpose doctor` shows what is missing"
        )
