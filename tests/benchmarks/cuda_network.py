"""Crops a second of a heatmap network on a card: without IOBinding, with it, with CUDA graphs, and so on.

    python -m tests.benchmarks.cuda_network [--model blazepose-full] [--batches 1 8 32] [--runs 100]

Crops are uint8 pictures of the host and maps are arrays of the host, as in the service: copies both ways are
in. "bytes" prepares the crops on the card, as the service does; "nhwc" has the colours last inside. Every way
is warmed first. The last column is how far the maps lie from the CPU's, at most (TF32 is on).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from service.device_thread import DeviceThread
from service.errors import Problem
from service.media.frame import Image
from service.networks.bound_network import WARM_RUNS, BoundNetwork
from service.networks.bytes_in import with_bytes_in
from service.networks.catalogue import file_of
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork, Network
from service.networks.session import open_session
from service.options import Options
from service.settings import Settings
from service.temporal.grid import INPUT_SIZE
from tests.cards import missing


def ways(
    path: Path, batches: list[int], device: Device, memory: str, thread: DeviceThread
) -> Iterator[tuple[str, Network]]:
    """Each way to run the network, made one after the other."""
    plain = CudaChoices()
    yield "unbound", HeatmapNetwork(open_session(path, device, 1, plain))
    yield "bound", BoundNetwork(open_session(path, device, 1, plain), batches, thread, memory)
    recorded = CudaChoices(graphs=True)
    yield "graphs", BoundNetwork(open_session(path, device, 1, recorded), batches, thread, memory)
    searched = CudaChoices(search="EXHAUSTIVE")
    yield "searched", BoundNetwork(open_session(path, device, 1, searched), batches, thread, memory)
    nhwc = CudaChoices(channels_last=True)
    yield "nhwc", BoundNetwork(open_session(path, device, 1, nhwc), batches, thread, memory)
    prepared = with_bytes_in(path)
    yield "bytes", BoundNetwork(open_session(prepared, device, 1, plain), batches, thread, memory)
    yield "both", BoundNetwork(open_session(prepared, device, 1, nhwc), batches, thread, memory)


def seconds(network: Network, crops: list[Image], runs: int) -> float:
    """Time of one run, the mean of many after some that do not count."""
    for _ in range(WARM_RUNS):
        network.heatmaps(crops)
    began = time.perf_counter()
    for _ in range(runs):
        network.heatmaps(crops)
    return (time.perf_counter() - began) / runs


def measure(path: Path, batches: list[int], runs: int, device: Device, memory: str) -> Iterator[str]:
    """A line for each way and batch size."""
    crops = list(
        np.random.default_rng(0).integers(0, 255, (max(batches), INPUT_SIZE, INPUT_SIZE, 3), np.uint8)
    )
    expected = HeatmapNetwork(open_session(path, Device.CPU, 2)).heatmaps(crops[: min(batches)])
    thread = DeviceThread("network-device")
    for name, network in ways(path, batches, device, memory, thread):
        off = np.abs(network.heatmaps(crops[: min(batches)]) - expected).max()
        for size in batches:
            took = seconds(network, crops[:size], runs)
            yield f"{name:<10}{size:>6}{took * 1e3:>10.2f}{size / took:>12.0f}{off:>12.5f}"
    thread.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=Options().model)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--runs", type=int, default=100)
    arguments = parser.parse_args()
    if reason := missing("network"):
        sys.exit(f"There is nothing to measure: {reason}.")
    try:
        path = file_of(arguments.model, Settings().models_dir)
    except Problem as problem:
        sys.exit(f"{problem.title}: {problem.detail}")
    print(f"{'way':<10}{'batch':>6}{'ms':>10}{'crops/s':>12}{'off':>12}")
    for line in measure(path, arguments.batches, arguments.runs, Device.CUDA, "cuda"):
        print(line, flush=True)


if __name__ == "__main__":
    main()
