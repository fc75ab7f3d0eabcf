"""A connection to a Ray cluster, or words that say why there is none, within seconds."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from service.cluster.errors import ClusterUnreachable, RayMissing

LOCAL = "local"  # a cluster of this machine alone, which ends with the block
HERE = "auto"  # the cluster that this machine is part of
CLIENT = "ray://"  # Ray's client, for a program outside the cluster
PATIENCE_S = 5.0  # for a head node to take a connection, and then to say what it is


def load_ray() -> Any:
    """Give the package `ray`.

    Raises
    ------
    RayMissing
    """
    return _loaded("ray")


def load_serve() -> Any:
    """Give the package `ray.serve`. Raises as :func:`load_ray`."""
    return _loaded("ray.serve")


def _loaded(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise RayMissing(f"{error}. Install it: pip install 'flowpose[ray]'.") from error


@contextmanager
def connected(address: str, patience_s: float = PATIENCE_S, **options: Any) -> Iterator[Any]:
    """Give `ray`, connected for the block; a connection that there is already is used, and stays.

    Parameters
    ----------
    address
        ``local``, ``auto``, ``HOST:PORT`` of a head node, or ``ray://HOST:PORT`` of its client server.
    patience_s
        Seconds for a connection to be taken, and for its other end to speak as Ray does.
    options
        Of :func:`ray.init`.

    Raises
    ------
    RayMissing
    ClusterUnreachable
        Nothing listens there, or nothing of Ray's.
    """
    ray = load_ray()
    if ray.is_initialized():
        yield ray
        return
    check_reachable(address, patience_s)
    quiet = {"log_to_driver": False, "logging_level": "warning", **options}
    try:
        ray.init(address, **quiet)
    except (ConnectionError, ValueError, RuntimeError, OSError) as error:
        raise ClusterUnreachable(f"{address}: {error}") from error
    try:
        yield ray
    finally:
        ray.shutdown()


def check_reachable(address: str, patience_s: float = PATIENCE_S) -> None:
    """Ask before Ray does, which asks for minutes.

    Raises
    ------
    ClusterUnreachable
        Nothing takes a connection at the address, or the address is none.
    """
    if address in (LOCAL, HERE):
        return
    host, port = _parts(address)
    try:
        socket.create_connection((host, port), patience_s).close()
    except OSError as error:
        raise ClusterUnreachable(f"Nothing answers at {address}: {error}.") from error
    if not _speaks_grpc(f"{host}:{port}", patience_s):
        raise ClusterUnreachable(f"What answers at {address} is no Ray cluster.")


def _parts(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address if address.startswith(CLIENT) else f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port:
        raise ClusterUnreachable(f"{address!r} is no address: local, auto, HOST:PORT or ray://HOST:PORT.")
    return host, port


def _speaks_grpc(target: str, patience_s: float) -> bool:
    """Whether whoever listens is a server of Ray's kind, which Ray itself would find out after minutes."""
    if os.environ.get("RAY_USE_TLS", "0") not in ("", "0"):
        return True  # only Ray has the certificates
    grpc = _loaded("grpc")  # comes with Ray
    with grpc.insecure_channel(target) as channel:
        try:
            grpc.channel_ready_future(channel).result(patience_s)
        except grpc.FutureTimeoutError:
            return False
    return True
