"""The application for Ray Serve: `serve run service.cluster.app:app max_replicas=4 model=blazepose-lite`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from service.cluster.connection import load_serve
from service.cluster.options import APART, CLOSING_S, ClusterOptions, read_options
from service.cluster.replica import Replica
from service.cluster.scaling import STREAMS, VIDEOS, WAITING, ByLoad

if TYPE_CHECKING:
    from ray.serve import Application

NAME = "FlowPose"
QUEUED = 64  # requests that wait at a proxy while every replica is full; one more is answered 503
LOOK_S = 0.5  # how often Serve looks whether a replica that it stops is done


def app(arguments: Mapping[str, Any]) -> Application:
    """Build the application; Serve calls it with what follows on its command line, or `args` of its config.

    Parameters
    ----------
    arguments
        See :func:`service.cluster.options.read_options`.

    Raises
    ------
    RayMissing, ClusterOptionsInvalid, SettingsInvalid
    """
    options = read_options(arguments)
    serve = load_serve()
    deployment = serve.deployment(serve.ingress()(Replica))
    application: Application = deployment.options(name=NAME, **deployed(options)).bind(options)
    return application


def deployed(options: ClusterOptions) -> dict[str, Any]:
    """What Serve is to know of the deployment."""
    settings = options.settings_here()
    return {
        **_how_many(options),
        "ray_actor_options": {"num_cpus": options.cpus, "num_gpus": options.gpus},
        # More than the application takes, so that it is the application that says it is busy.
        "max_ongoing_requests": settings.max_streams + 2 * settings.max_videos + APART,
        "max_queued_requests": QUEUED,
        "graceful_shutdown_timeout_s": settings.grace_s + CLOSING_S,
        "graceful_shutdown_wait_loop_s": LOOK_S,
    }


def _how_many(options: ClusterOptions) -> dict[str, Any]:
    if not options.scales:
        return {"num_replicas": options.min_replicas}
    targets = {
        STREAMS: options.target_streams,
        VIDEOS: options.target_videos,
        WAITING: options.target_waiting,
    }
    return {
        "autoscaling_config": {
            "min_replicas": options.min_replicas,
            "max_replicas": options.max_replicas,
            "upscale_delay_s": options.upscale_delay_s,
            "downscale_delay_s": options.downscale_delay_s,
            "look_back_period_s": options.look_back_s,
            "policy": {"policy_function": f"{ByLoad.__module__}:{ByLoad.__name__}", "policy_kwargs": targets},
        }
    }
