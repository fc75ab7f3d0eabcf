"""The RayService: what Ray's own schema, the builder of the application and Kubernetes say of it."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
import yaml

from tests.deploy.manifests import FOLDER, Manifest, of_kind, settings_of, templates

# The fields of KubeRay's v1 types that are used here (ray-operator/apis/ray/v1); pods are Kubernetes's own.
FIELDS = {
    "": {"serveConfigV2", "rayClusterConfig"},
    "rayClusterConfig": {
        "rayVersion",
        "enableInTreeAutoscaling",
        "autoscalerOptions",
        "headGroupSpec",
        "workerGroupSpecs",
    },
    "autoscalerOptions": {"idleTimeoutSeconds", "securityContext"},
    "headGroupSpec": {"rayStartParams", "template"},
    "workerGroupSpecs": {
        "groupName",
        "replicas",
        "minReplicas",
        "maxReplicas",
        "rayStartParams",
        "template",
    },
}


@pytest.fixture(scope="module")
def manifests(rendered: dict[str, list[Manifest]]) -> list[Manifest]:
    """The overlay as it is."""
    return rendered["ray"]


@pytest.fixture(scope="module")
def service(manifests: list[Manifest]) -> dict[str, Any]:
    """What the RayService asks for."""
    (found,) = of_kind(manifests, "RayService")
    assert found["apiVersion"] == "ray.io/v1"
    spec: dict[str, Any] = found["spec"]
    return spec


def test_only_fields_that_kuberay_knows_are_set(service: dict[str, Any]) -> None:
    cluster = service["rayClusterConfig"]
    assert set(service) <= FIELDS[""]
    assert set(cluster) <= FIELDS["rayClusterConfig"]
    assert set(cluster["autoscalerOptions"]) <= FIELDS["autoscalerOptions"]
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        kind = "workerGroupSpecs" if "groupName" in group else "headGroupSpec"
        assert set(group) <= FIELDS[kind]
        assert all(isinstance(value, str) for value in group["rayStartParams"].values())


def test_the_config_is_ray_serves(service: dict[str, Any]) -> None:
    schema = pytest.importorskip("ray.serve.schema")
    config = schema.ServeDeploySchema.model_validate(yaml.safe_load(service["serveConfigV2"]))
    (application,) = config.applications
    module, name = application.import_path.split(":")
    assert callable(getattr(import_module(module), name))
    assert application.route_prefix == "/"


def test_the_builder_takes_what_it_is_given(service: dict[str, Any]) -> None:
    options = import_module("service.cluster.options")
    cluster = service["rayClusterConfig"]
    (application,) = yaml.safe_load(service["serveConfigV2"])["applications"]
    chosen = options.read_options(application["args"])
    (workers,) = cluster["workerGroupSpecs"]
    cores = float(workers["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"])
    assert chosen.cpus == cores  # a pod for each replica
    assert chosen.min_replicas == workers["minReplicas"] <= workers["replicas"]
    assert chosen.max_replicas == workers["maxReplicas"]


def test_an_option_that_there_is_not_would_be_found() -> None:
    options = import_module("service.cluster.options")
    with pytest.raises(Exception, match="target_dreams"):
        options.read_options({"target_dreams": 4})


def test_all_say_the_same_version_of_ray(service: dict[str, Any]) -> None:
    (told,) = re.findall(r"ray\[serve\]==([\d.]+)", (FOLDER / "more.Dockerfile").read_text())
    assert service["rayClusterConfig"]["rayVersion"] == told


def test_no_work_is_done_on_the_head(service: dict[str, Any]) -> None:
    assert service["rayClusterConfig"]["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"


def test_probes_ask_ports_that_are_there(manifests: list[Manifest]) -> None:
    for name, template in templates(manifests):
        (container,) = template["spec"]["containers"]
        ports = {port["name"] for port in container["ports"]}
        for kind in ("liveness", "readiness"):
            assert container[f"{kind}Probe"]["httpGet"]["port"] in ports, name


def test_rays_own_ports_are_not_open_to_all(manifests: list[Manifest]) -> None:
    (policy,) = of_kind(manifests, "NetworkPolicy")
    open_to_all = [rule["ports"] for rule in policy["spec"]["ingress"] if "from" not in rule]
    assert [[port["port"] for port in ports] for ports in open_to_all] == [["serve", "metrics"]]


def test_a_pod_has_as_long_to_end_as_serve_gives_a_replica(manifests: list[Manifest]) -> None:
    closing_s = import_module("service.cluster.options").CLOSING_S
    for name, template in templates(manifests):
        grace_s = float(settings_of(manifests, template)["FLOWPOSE_GRACE_S"])
        assert template["spec"]["terminationGracePeriodSeconds"] > grace_s + closing_s, name
