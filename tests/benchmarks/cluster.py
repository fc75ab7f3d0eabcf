"""What Ray Serve puts between a client and the application: the same pictures by turns, with it and without.

python -m tests.benchmarks.cluster [--pictures 200]

Both are processes of their own with one thread for the network, and one request is under way at a time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
from rich.console import Console
from rich.table import Table
from websockets.sync.client import ClientConnection, connect

from service.commands.cluster import deploy
from tests.clusters import free_port, ray_here
from tests.processes import ServerProcess
from tests.streaming import encoded, message, picture, start

WARM = 10  # of each kind, not counted
KINDS = ("GET /livez", "one picture of a stream")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=200)
    asked = parser.parse_args()
    with ExitStack() as held:
        alone = held.enter_context(ServerProcess(threads=1)).url
        cluster = held.enter_context(_cluster())
        took = {kind: _turns(kind, (alone, cluster), asked.pictures) for kind in KINDS}
    table = Table(
        "", "alone, ms", "on Ray Serve, ms", "more, ms", title=f"median of {asked.pictures}, by turns"
    )
    for kind, (one, other) in took.items():
        table.add_row(kind, f"{one:.2f}", f"{other:.2f}", f"{other - one:.2f}")
    Console().print(table)


@contextmanager
def _cluster() -> Iterator[str]:
    with ray_here() as ray:
        from ray import serve

        port = free_port()
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        deploy({"cpus": "1", "device": "cpu"})
        assert ray.is_initialized()
        yield f"http://127.0.0.1:{port}"
        serve.shutdown()


def _turns(kind: str, urls: tuple[str, str], count: int) -> tuple[float, float]:
    """Median milliseconds of each, asked in turns."""
    with ExitStack() as held:
        asks = [held.enter_context(_live(url) if kind == KINDS[0] else _stream(url)) for url in urls]
        took: list[list[float]] = [[], []]
        for n in range(count + WARM):
            for ask, times in zip(asks, took, strict=True):
                began_s = time.perf_counter()
                ask(n)
                times.append(1e3 * (time.perf_counter() - began_s))
    one, other = (statistics.median(times[WARM:]) for times in took)
    return one, other


@contextmanager
def _live(url: str) -> Iterator[Callable[[int], object]]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield lambda n: client.get("/livez").raise_for_status()


@contextmanager
def _stream(url: str) -> Iterator[Callable[[int], object]]:
    pictures = [encoded(picture(n)) for n in range(32)]
    with connect(url.replace("http", "ws") + "/v1/stream", compression=None) as stream:
        stream.send(start(lookahead=0, stale_s=10.0, max_fps=1000))
        _said(stream, "ready")

        def ask(n: int) -> None:
            stream.send(message(pictures[n % len(pictures)], n * 40_000))
            _said(stream, "pose", "dropped")

        yield ask


def _said(stream: ClientConnection, *types: str) -> None:
    told = json.loads(stream.recv(60))
    assert told["type"] in types, told


if __name__ == "__main__":
    main()
