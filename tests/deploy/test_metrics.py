"""Prometheus and Grafana: what is provisioned fits together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from service.errors import Problem
from service.telemetry.build import build_info
from service.telemetry.gauges import Gauges
from service.telemetry.gpu import GpuMemory
from service.telemetry.metrics import Metrics
from service.telemetry.telemetry import Telemetry
from service.telemetry.visit import Visit
from tests.deploy.tools import ROOT

PROVISIONING = ROOT / "deploy/grafana/provisioning"
DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboards/flowpose.json").read_text())
ENGINE = {"model": "blazepose-full", "sha256": "00", "device": "cpu", "flow": "dis"}


def test_every_panel_asks_the_provisioned_source() -> None:
    (source,) = _yaml("datasources/prometheus.yml")["datasources"]
    asked = {target["datasource"]["uid"] for target in _targets()}
    assert asked == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"


def test_every_metric_is_shown_and_none_is_made_up() -> None:
    words = {word for target in _targets() for word in re.findall(r"\b(?:pose|http)_\w+", target["expr"])}
    assert {re.sub(r"_(bucket|sum|count|total)$", "", word) for word in words} == set(_told())


def test_panels_ask_for_labels_that_there_are() -> None:
    for target in _targets():
        labels = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        asked = {name for by in re.findall(r"by \(([\w, ]+)\)", target["expr"]) for name in by.split(", ")}
        there = {name for word, names in _told().items() if word in target["expr"] for name in names}
        assert labels | asked <= there | {"le"}, target["expr"]


def test_expressions_are_promql() -> None:
    parser = pytest.importorskip("promql_parser")
    for target in _targets():
        parser.parse(target["expr"].replace("$__rate_interval", "20s"))  # raises where it is none


def test_panels_do_not_lie_on_each_other() -> None:
    taken = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


def test_the_dashboard_says_where_its_numbers_come_from() -> None:
    (text,) = (panel for panel in DASHBOARD["panels"] if panel["type"] == "text")
    assert "/metrics" in text["options"]["content"]


def test_prometheus_reads_the_service_of_the_compose_file() -> None:
    (job,) = _yaml("../../prometheus/prometheus.yml")["scrape_configs"]
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    (host, port) = job["static_configs"][0]["targets"][0].split(":")
    assert port == services[host]["environment"]["FLOWPOSE_PORT"]


def _told() -> dict[str, set[str]]:
    """What the service's own metrics are called, without endings, and their labels."""
    telemetry = Telemetry()
    gauges = Gauges(lambda: 0, lambda: 0, lambda: 0, _Card(), lambda: {"running": 1})
    watched = Visit(telemetry.metrics, {})
    with telemetry.open(gauges, dict.fromkeys(build_info(""), "?"), ENGINE):
        _everything_happens(telemetry.metrics, watched)
        families = list(telemetry.metrics.registry.collect())
    return {
        family.name: {name for sample in family.samples for name in sample.labels}
        for family in families
        if family.name.startswith(("pose_", "http_"))
    }


class _Card(GpuMemory):
    """As if there were one."""

    def read(self) -> dict[str, int]:
        return {"used": 1, "total": 2}


def _everything_happens(metrics: Metrics, visit: Visit) -> None:
    metrics.request("GET", "/livez", 200, 0.1)
    metrics.received("/v1/poses", 1)
    metrics.sent("/v1/poses", 1)
    metrics.stream_ended("1000")
    visit.stage("decode", 0.1)
    visit.answered("file", "final")
    visit.dropped("busy")
    visit.sent("final", 0.1)
    visit.told(Problem, "internal")


def _yaml(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PROVISIONING / name).read_text())
    return content


def _targets() -> Iterator[dict[str, Any]]:
    for panel in DASHBOARD["panels"]:
        yield from panel.get("targets", [])
