"""Prometheus and Grafana: what is provisioned fits together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.deploy.tools import ROOT

PROVISIONING = ROOT / "deploy/grafana/provisioning"
DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboards/flowpose.json").read_text())
METRICS = {
    *("pose_frames_decoded_total", "pose_frames_processed_total", "pose_frames_dropped_total"),
    *("pose_stage_seconds", "pose_queue_wait_seconds", "pose_end_to_end_seconds", "pose_batch_size"),
    *("pose_queue_depth", "pose_sessions_active", "pose_jobs", "pose_stream_lag_seconds"),
    *("pose_gpu_memory_bytes", "pose_build_info", "http_requests_total", "http_request_duration_seconds"),
}


def test_every_panel_asks_the_provisioned_source() -> None:
    (source,) = _yaml("datasources/prometheus.yml")["datasources"]
    asked = {target["datasource"]["uid"] for target in _targets()}
    assert asked == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"


def test_every_metric_is_shown_and_none_is_made_up() -> None:
    words = {word for target in _targets() for word in re.findall(r"\b(?:pose|http)_\w+", target["expr"])}
    assert {re.sub(r"_(bucket|sum|count)$", "", word) for word in words} == METRICS


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


def _yaml(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PROVISIONING / name).read_text())
    return content


def _targets() -> Iterator[dict[str, Any]]:
    for panel in DASHBOARD["panels"]:
        yield from panel.get("targets", [])
