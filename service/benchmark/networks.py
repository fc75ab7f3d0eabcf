"""Networks alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort

from service.benchmark.arithmetic import operations
from service.benchmark.ceiling import product_rate
from service.benchmark.on_device import bound
from service.benchmark.plan import Plan
from service.benchmark.section import Cell, Section
from service.benchmark.timing import median, seconds_each
from service.device_thread import DeviceThread
from service.networks.bound_network import BoundNetwork
from service.networks.bytes_in import with_bytes_in
from service.networks.catalogue import ModelMissing, file_of
from service.networks.device import CUDA_PROVIDER, providers, true_device
from service.networks.heatmap_network import HeatmapNetwork, Network, takes_bytes, to_input
from service.networks.session import open_session
from service.settings import Settings
from service.temporal.grid import INPUT_SIZE

GIGA, TERA = 1e9, 1e12
COLUMNS = (
    "network",
    "batch",
    "ms",
    "frames/s",
    "ms as served",
    "frames/s as served",
    "TFLOP/s",
    "% of the limit",
)


def networks_alone(plan: Plan, settings: Settings) -> Section:
    """Each network at each batch size.

    Parameters
    ----------
    plan
        What to measure; networks whose files are not here are noted.
    settings
        Which device, and how it is used.

    Raises
    ------
    DeviceUnavailable
    """
    rows: list[tuple[Cell, ...]] = []
    notes = ["`ms`: everything is on the device; `as served`: crops come from the host, and maps go there."]
    limits = Limits(settings, plan.seconds)
    for name in plan.models:
        try:
            rows += _rows(name, plan, settings, limits)
        except ModelMissing as missing:
            notes.append(f"{missing.detail}.")
    return Section("networks", "Networks alone", COLUMNS, tuple(rows), (*notes, *limits.told()))


class Limits:
    """The device's rate of multiplying, measured once for each type of number when first asked for."""

    def __init__(self, settings: Settings, least_s: float) -> None:
        self._settings = settings
        self._least_s = least_s
        self._rates: dict[str, float | None] = {}
        self._device = "cpu"

    def of(self, half: bool, device: str) -> float | None:
        """Operations a second; None where that cannot be told."""
        self._device = device
        dtype: type[np.generic] = np.float16 if half and device != "cpu" else np.float32
        if dtype.__name__ not in self._rates:
            self._rates[dtype.__name__] = self._measure(dtype)
        return self._rates[dtype.__name__]

    def told(self) -> Iterator[str]:
        """Sentences for people."""
        for name, rate in self._rates.items():
            if rate is not None:
                tf32 = " (TF32)" if name == "float32" and self._device != "cpu" else ""
                yield f"The limit is a large matrix product in {name}{tf32}: {rate / TERA:.3g} TFLOP/s."

    def _measure(self, dtype: type[np.generic]) -> float | None:
        try:
            return product_rate(
                lambda model: _opened(model, self._settings), self._device, dtype, self._least_s
            )
        except ImportError:
            return None


def _rows(name: str, plan: Plan, settings: Settings, limits: Limits) -> Iterator[tuple[Cell, ...]]:
    path = file_of(name, settings.models_dir)
    work = operations(path)
    on_cuda = CUDA_PROVIDER in providers(settings.device)
    session = _opened(with_bytes_in(path) if on_cuda else path, settings)
    limit = limits.of(name.endswith("-fp16"), true_device(session))
    thread = DeviceThread("network-device")
    served = _as_served(session, plan.batches, thread)
    random = np.random.default_rng(0)
    for size in plan.batches:
        crops = list(random.integers(0, 256, (size, INPUT_SIZE, INPUT_SIZE, 3), np.uint8))
        feeds = {session.get_inputs()[0].name: to_input(crops, takes_bytes(session))}
        alone = median(seconds_each(bound(session, feeds), plan.seconds))
        whole = median(seconds_each(lambda crops=crops: served.heatmaps(crops), plan.seconds))  # type: ignore[misc]
        rate = None if work is None else work * size / alone
        share = None if rate is None or limit is None else 100 * rate / limit
        done = None if rate is None else rate / TERA
        yield name, size, 1e3 * alone, size / alone, 1e3 * whole, size / whole, done, share
    thread.close()


def _as_served(session: ort.InferenceSession, batches: Sequence[int], thread: DeviceThread) -> Network:
    if true_device(session) == "cpu":
        return HeatmapNetwork(session)
    return BoundNetwork(session, batches, thread)


def _opened(model: Path | bytes, settings: Settings) -> ort.InferenceSession:
    """As the engine opens networks, but for CUDA graphs: these runs have other buffers."""
    threads = settings.threads or max(1, (os.cpu_count() or 1) - 1)
    return open_session(model, settings.device, threads, replace(settings.cuda, graphs=False))
