"""The manifests: what refers to what, and that it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from service.settings import Settings
from service.telemetry.gauges import Gauges
from service.telemetry.telemetry import Telemetry
from tests.deploy.manifests import (
    FOLDER,
    OVERLAYS,
    PLAIN,
    Manifest,
    of_kind,
    templates,
)

README = (FOLDER / "README.md").read_text()
RAY_NODE = {"ray.io/is-ray-node": "yes"}  # a label that KubeRay gives its pods
JOBS = "/v1/jobs"


def test_whatever_selects_pods_finds_some(whole: list[Manifest], rendered: dict[str, list[Manifest]]) -> None:
    for manifests in (*rendered.values(), whole):
        pods = [template.get("metadata", {}).get("labels", {}) for _, template in templates(manifests)]
        for selector in _selectors(manifests):
            assert selector == RAY_NODE or any(selector.items() <= labels.items() for labels in pods), (
                selector
            )


def _selectors(manifests: list[Manifest]) -> Iterator[dict[str, str]]:
    for each in of_kind(manifests, "Service"):
        yield each["spec"]["selector"]
    for each in of_kind(manifests, "Deployment", "StatefulSet", "PodDisruptionBudget", "PodMonitor"):
        yield each["spec"]["selector"]["matchLabels"]
    for each in of_kind(manifests, "NetworkPolicy"):
        yield each["spec"]["podSelector"]["matchLabels"]


@pytest.mark.parametrize("overlay", PLAIN)
def test_each_service_means_one_kind_of_pod(overlay: str, rendered: dict[str, list[Manifest]]) -> None:
    pods = {name: template["metadata"]["labels"] for name, template in templates(rendered[overlay])}
    for service in of_kind(rendered[overlay], "Service"):
        chosen = service["spec"]["selector"].items()
        meant = [name for name, labels in pods.items() if chosen <= labels.items()]
        assert meant == [service["metadata"]["name"]]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_everything_is_in_one_namespace(overlay: str, rendered: dict[str, list[Manifest]]) -> None:
    for manifest in rendered[overlay]:
        if manifest["kind"] != "Namespace":
            assert manifest["metadata"]["namespace"] == "flowpose", manifest["kind"]


def test_secrets_are_never_here_and_the_readme_says_how_to_make_them(
    whole: list[Manifest], rendered: dict[str, list[Manifest]]
) -> None:
    manifests = [*whole, *(each for overlay in rendered.values() for each in overlay)]
    assert not of_kind(manifests, "Secret")
    asked = {name for each in manifests for name in _secrets(each)}
    assert asked == {"flowpose-keys", "flowpose-stores", "flowpose-tls", "flowpose-watcher"}
    for name in asked:
        assert re.search(rf"create secret (generic|tls) {name}\b", README), name


def _secrets(part: Any) -> Iterator[str]:
    """Names of secrets, wherever a manifest names one."""
    if isinstance(part, list):
        for each in part:
            yield from _secrets(each)
    elif isinstance(part, dict):
        if "secretName" in part:
            yield part["secretName"]
        for key, each in part.items():
            if key in ("secretRef", "credentials"):
                yield each["name"]
            else:
                yield from _secrets(each)


def test_the_autoscaler_scales_what_is_there(rendered: dict[str, list[Manifest]]) -> None:
    for overlay in PLAIN:
        (scaler,) = of_kind(rendered[overlay], "HorizontalPodAutoscaler")
        (deployment,) = of_kind(rendered[overlay], "Deployment")
        assert scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
        assert "replicas" not in deployment["spec"]  # or each `apply` would undo the autoscaler's work


def test_pods_of_which_there_are_many_keep_no_jobs_of_their_own(
    rendered: dict[str, list[Manifest]], whole: list[Manifest]
) -> None:
    for overlay in PLAIN:
        assert _env(rendered[overlay], "flowpose")["FLOWPOSE_JOBS"] == "false"
        assert _env(rendered[overlay], "flowpose-jobs").get("FLOWPOSE_JOBS", "true") == "true"
    assert _env(whole, "flowpose")["FLOWPOSE_JOBS"] == "true"
    for name, template in templates(whole):
        stores = {"secretRef": {"name": "flowpose-stores"}}
        assert stores in template["spec"]["containers"][0]["envFrom"], name


def _env(manifests: list[Manifest], name: str) -> dict[str, str]:
    (template,) = (each for owner, each in templates(manifests) if owner == name)
    return {each["name"]: each["value"] for each in template["spec"]["containers"][0].get("env", [])}


def test_jobs_are_routed_to_the_pod_that_takes_them_in(whole: list[Manifest]) -> None:
    (ingress,) = of_kind(whole, "Ingress")
    (paths,) = (rule["http"]["paths"] for rule in ingress["spec"]["rules"])
    told = {path["path"]: path["backend"]["service"]["name"] for path in paths}
    (route,) = of_kind(whole, "HTTPRoute")
    rules = route["spec"]["rules"]
    routed = {rule["matches"][0]["path"]["value"]: rule["backendRefs"][0]["name"] for rule in rules}
    assert told == routed == {JOBS: "flowpose-jobs", "/": "flowpose"}


def test_nothing_on_the_way_is_less_patient_than_the_service(whole: list[Manifest]) -> None:
    settings = Settings.model_fields
    longest = max(settings["max_request_s"].default, settings["stream_session_s"].default)
    (ingress,) = of_kind(whole, "Ingress")
    told = ingress["metadata"]["annotations"]
    times = [int(value) for name, value in told.items() if name.endswith("-timeout")]
    assert len(times) == 2
    assert min(times) >= longest
    (route,) = of_kind(whole, "HTTPRoute")
    for rule in route["spec"]["rules"]:
        assert set(rule["timeouts"].values()) == {"0s"}  # none


def test_the_autoscaler_reads_metrics_that_the_service_tells(whole: list[Manifest]) -> None:
    (scaler,) = of_kind(whole, "HorizontalPodAutoscaler")
    metrics = scaler["spec"]["metrics"]
    own = {each["pods"]["metric"]["name"] for each in metrics if each["type"] == "Pods"}
    others = {each["external"]["metric"]["name"] for each in metrics if each["type"] == "External"}
    rules = _rules()
    (custom,), (external,) = rules["custom"], rules["external"]
    (names,) = re.findall(r'__name__=~"([\w|]+)"', custom["seriesQuery"])
    assert own == set(names.split("|"))
    assert own <= set(_told())
    assert others == {external["name"]["as"]}
    (series,) = re.findall(r"^\w+", external["seriesQuery"])
    assert "state" in _told()[series]


def test_rules_are_promql() -> None:
    parser = pytest.importorskip("promql_parser")
    for rule in (each for rules in (_rules()["custom"], _rules()["external"]) for each in rules):
        parser.parse(rule["seriesQuery"])
        query = rule["metricsQuery"]
        for template, meant in (
            ("Series", "pose_queue_depth"),
            ("LabelMatchers", 'a="b"'),
            ("GroupBy", "pod"),
        ):
            query = query.replace(f"<<.{template}>>", meant)
        parser.parse(query)  # raises where it is none


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus-adapter.yaml").read_text())["rules"]
    return rules


def _told() -> dict[str, set[str]]:
    """Names of the service's gauges, and their labels."""
    telemetry = Telemetry()
    gauges = Gauges(lambda: 0, lambda: 0, lambda: 0, jobs=lambda: {"queued": 1})
    with telemetry.open(gauges, {"version": "?"}, {"model": "?"}):
        samples = [each for family in telemetry.metrics.registry.collect() for each in family.samples]
    return {each.name: set(each.labels) for each in samples}


def test_the_page_of_scale_asks_for_metrics_that_there_are() -> None:
    parser = pytest.importorskip("promql_parser")
    page = (FOLDER.parent / "scale.md").read_text()
    queries = re.findall(r"^(?:c_live|in|out) +(.*)$", page, re.MULTILINE)
    assert len(queries) == 3
    metrics = Telemetry().metrics
    metrics.processed("live")
    metrics.received("/v1/stream", 1)
    metrics.sent("/v1/stream", 1)
    told = {each.name for family in metrics.registry.collect() for each in family.samples}
    for query in queries:
        parser.parse(query)
        assert set(re.findall(r"\b\w+_total\b", query)) <= told
