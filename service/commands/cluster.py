"""`flowpose cluster`: the HTTP service in many replicas on Ray; the same as `serve run`, in plainer words."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from service.cluster.connection import HERE, connected, load_serve
from service.cluster.errors import ClusterFailed, ClusterOptionsInvalid
from service.cluster.options import read_options
from service.commands.console import to_people
from service.settings import Settings

NAME = "flowpose"
RUNNING, FAILED = "RUNNING", ("DEPLOY_FAILED", "UNHEALTHY")
LOOK_S = 0.5
STOPS = (signal.SIGINT, signal.SIGTERM)
OWN = "service."  # how the name of an exception of this house begins


def cluster(
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...",
            help="min_replicas, max_replicas, cpus, gpus, ... and settings: model=blazepose-lite.",
            show_default=False,
        ),
    ] = None,
    address: Annotated[
        str, typer.Option(envvar="RAY_ADDRESS", help="auto, HOST:PORT of a head node, or local.")
    ] = HERE,
) -> None:
    """Serve on a Ray cluster until it is interrupted; each node listens on FLOWPOSE_HOST and _PORT."""
    given = _pairs(options or [])
    settings = read_options(given).settings_here()
    with connected(address):
        _serve(given, settings)


def _pairs(words: Sequence[str]) -> dict[str, str]:
    bad = [word for word in words if "=" not in word]
    if bad:
        raise ClusterOptionsInvalid(f"{bad[0]!r} is not NAME=VALUE.")
    return dict(word.split("=", 1) for word in words)


def _serve(given: Mapping[str, str], settings: Settings) -> None:
    serve = load_serve()
    serve.start(http_options={"host": settings.host, "port": settings.port})
    for number in STOPS:  # Ray has put its own in place, which ends the process at once
        signal.signal(number, signal.default_int_handler)
    try:
        deploy(given)
        to_people().print(f"FlowPose is at http://{settings.host}:{settings.port}", soft_wrap=True)
        threading.Event().wait()
    except KeyboardInterrupt:
        to_people().print("Stopping.")
    finally:
        serve.delete(NAME)


def deploy(given: Mapping[str, str], name: str = NAME, prefix: str = "/") -> None:
    """Put the application on the cluster that this process is connected to, and wait until it serves.

    Parameters
    ----------
    given
        See :func:`service.cluster.options.read_options`.
    name, prefix
        Of the application, among those that there are.

    Raises
    ------
    ClusterFailed
        Its replicas do not start; says why.
    """
    from service.cluster.app import app  # the application itself, which takes a second to import

    serve = load_serve()
    target = serve.RunTarget(app(given), name, prefix)
    serve.run_many([target], wait_for_ingress_deployment_creation=False, wait_for_applications_running=False)
    told, pause = "", threading.Event()
    while (state := _state(serve, name)) != RUNNING:
        before, told = told, _reason(_told(serve, name))
        if state in FAILED:
            raise ClusterFailed(told)
        if told not in ("", before):
            to_people().print(told, markup=False)
        pause.wait(LOOK_S)


def _state(serve: Any, name: str) -> str:
    status = serve.status().applications.get(name)
    return "" if status is None else str(status.status.value)


def _told(serve: Any, name: str) -> str:
    """What Serve says of an application that is not there yet: that it waits for cores, for instance."""
    status = serve.status().applications.get(name)
    if status is None:
        return ""
    return "\n".join(filter(None, (status.message, *(each.message for each in status.deployments.values()))))


def _reason(told: str) -> str:
    """The replica's own last words in Serve's account, which is tracebacks in tracebacks."""
    own = [line.strip() for line in told.splitlines() if line.strip().startswith(OWN)]
    return own[-1].partition(": ")[2] if own else told
