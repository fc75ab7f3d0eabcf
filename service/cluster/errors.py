"""What can go wrong before a cluster serves."""

from __future__ import annotations

from service.errors import Problem


class RayMissing(Problem):
    """Something needs Ray, which is not installed: `pip install flowpose[ray]`."""

    name = "ray-missing"
    title = "Ray is not here"
    status = 501


class ClusterUnreachable(Problem):
    """There is no Ray cluster at the address, or it does not answer."""

    name = "cluster-unreachable"
    title = "The Ray cluster cannot be reached"
    status = 503


class ClusterOptionsInvalid(Problem):
    """The application on the cluster was given options that there are not, or that make no sense."""

    name = "cluster-options-invalid"
    title = "The options of the cluster are not valid"
    status = 422


class ClusterFailed(Problem):
    """The cluster could not start the application; a replica's own words say why."""

    name = "cluster-failed"
    title = "The application did not start on the cluster"
    status = 503
