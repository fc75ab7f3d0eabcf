"""Every question, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2

from service.benchmark.flows import flows_alone
from service.benchmark.motion import pictures
from service.benchmark.networks import networks_alone
from service.benchmark.paths import live_streams, whole_path, with_flow
from service.benchmark.plan import Plan
from service.benchmark.section import Section
from service.engine import Engine
from service.flow.methods import FlowMethods
from service.networks.catalogue import ModelMissing
from service.networks.device import Device
from service.options import CropSource, FlowMethod, Options
from service.settings import Settings
from service.telemetry.gpu import GpuMemory

MIB = 2**20  # bytes
SIDE = 480  # pixels of the made pictures
SHOWN = 16  # pictures
FASTEST = (FlowMethod.NONE, FlowMethod.DIS)
ON_CARD = (FlowMethod.CUDA_FARNEBACK, FlowMethod.CUDA_BROX)


def sections(plan: Plan, settings: Settings) -> Iterator[Section]:
    """All tables, each when it is measured.

    Parameters
    ----------
    plan
        What is measured.
    settings
        Which device, and how it is used.

    Raises
    ------
    ModelUnknown, DeviceUnavailable
    """
    cv2.setNumThreads(1)  # as in the engine: streams have threads of their own
    yield networks_alone(plan, settings)
    methods = FlowMethods(settings.device is not Device.CPU)
    try:
        yield flows_alone(plan, methods)
    finally:
        methods.close()
    with Engine(settings.models_dir, settings.device, settings.threads, settings.cuda) as engine:
        yield from _streams(plan, engine)


def _streams(plan: Plan, engine: Engine) -> Iterator[Section]:
    """The whole path, with all networks that are here and the flows that can run here."""
    shown = pictures(SIDE, SHOWN)
    choices = list(_choices(plan, engine))
    if not choices:
        return
    device = engine.describe(choices[0]).device
    memory = GpuMemory(device)
    try:
        for section in whole_path(plan, engine, choices, shown):
            yield _with_memory(section, memory, device)
        if plan.live:
            yield _with_memory(live_streams(plan, engine, choices, shown), memory, device)
    finally:
        memory.close()


def _choices(plan: Plan, engine: Engine) -> Iterator[Options]:
    usable = engine.flow_methods
    flows = [*FASTEST, *(flow for flow in ON_CARD if flow in usable)]
    for name in plan.models:
        options = Options(model=name, crop=CropSource.FULL, window=plan.window, lookahead=plan.window)
        try:
            engine.describe(options)
        except ModelMissing:
            continue
        yield from (with_flow(options, flow) for flow in flows)


def _with_memory(section: Section, memory: GpuMemory, device: str) -> Section:
    """With what is taken of the card's memory when the section is done."""
    told: Any = memory.read()
    words = f"Networks on {device}."
    if told:
        words += f" {told['used'] / MIB:.0f} of {told['total'] / MIB:.0f} MiB of the card's memory are taken."
    return replace(section, notes=(*section.notes, words))
