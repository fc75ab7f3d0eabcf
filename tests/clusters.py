"""A Ray cluster of this machine alone, for the tests of one module."""

from __future__ import annotations

import gc
import os
import socket
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

ATTEMPTS = 4  # Ray gives a node 30 s to start, which a machine that is very busy may take
ENVIRONMENT = {
    "RAY_AUTH_MODE": "disabled",
    "RAY_USAGE_STATS_ENABLED": "0",
    # Ray's own patience with processes that are slow, as all are on a busy machine.
    "RAY_gcs_server_request_timeout_seconds": "240",
    "RAY_health_check_timeout_ms": "120000",
    "RAY_health_check_failure_threshold": "20",
}


@contextmanager
def ray_here(cores: int = 2, environment: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Start Ray with few resources, and end it with the block; nothing of it is left.

    Parameters
    ----------
    cores
        That Ray believes there are.
    environment
        Of all its processes, beside this one's.
    """
    import ray

    before = dict(os.environ)
    os.environ.update({**ENVIRONMENT, **(environment or {})})
    try:
        _start(ray, cores)
        yield ray
    finally:
        _end(ray)
        os.environ.clear()
        os.environ.update(before)


def free_port() -> int:
    """A port of the loopback that nobody has at this moment: Serve takes none by itself."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _end(ray: Any) -> None:
    """Also of what Ray forgets to wait for: the interpreter would complain in the midst of another test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        ray.shutdown()
        gc.collect()


def _start(ray: Any, cores: int) -> None:
    for attempt in range(ATTEMPTS):
        try:
            ray.init(
                "local",
                num_cpus=cores,
                object_store_memory=200_000_000,
                include_dashboard=False,
                log_to_driver=False,
                logging_level="warning",
            )
        except Exception:  # of no special kind
            with suppress(Exception):
                _end(ray)
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return
