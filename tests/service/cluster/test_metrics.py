from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from service.api.drain import Drain
from service.cluster.leaving import draining_when_stopped
from service.cluster.metrics import Exporter, handed_to_ray


class _Heard:
    """A gauge of Ray's that remembers."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self.values: dict[tuple[str, ...], float] = {}

    def set(self, value: float, tags: Mapping[str, str]) -> None:
        assert tuple(tags) == self.labels
        self.values[tuple(tags.values())] = value


def test_all_series_are_handed_over_with_their_labels_and_kept_up_to_date() -> None:
    registry = CollectorRegistry()
    count = Counter("frames", "Frames.", ("mode",), registry=registry)
    level = Gauge("open", "Open.", registry=registry)
    times = Histogram("took_seconds", "Took.", buckets=(0.1, 1.0), registry=registry)
    heard: dict[str, _Heard] = {}
    told: dict[str, str] = {}

    def make(name: str, meaning: str, labels: tuple[str, ...]) -> _Heard:
        assert name not in heard, "made once"
        told[name] = meaning
        return heard.setdefault(name, _Heard(labels))

    exporter = Exporter(registry, make)
    count.labels("file").inc(3)
    level.set(2)
    times.observe(0.5)
    exporter.export()
    assert heard["frames_total"].values == {("file",): 3.0}
    assert heard["open"].values == {(): 2.0}
    assert heard["took_seconds_bucket"].values == {("0.1",): 0.0, ("1.0",): 1.0, ("+Inf",): 1.0}
    assert heard["took_seconds_count"].values == {(): 1.0}
    assert told["open"] == "Open."
    assert not [name for name in heard if name.endswith("_created")]
    count.labels("live").inc()
    level.set(0)
    exporter.export()
    assert heard["frames_total"].values == {("file",): 3.0, ("live",): 1.0}
    assert heard["open"].values == {(): 0.0}


def test_a_failure_to_hand_over_is_logged_and_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    asked = []

    class Failing:
        def collect(self) -> list[object]:
            asked.append(True)
            raise RuntimeError("no")

    async def test() -> None:
        with handed_to_ray(Failing(), every_s=0.0):  # type: ignore[arg-type]
            while len(asked) < 3:
                await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(test())
    assert "could not be handed" in caplog.text


def test_a_ray_with_other_names_costs_the_farewell_and_says_so(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray.serve._private.long_poll as polls

    monkeypatch.delattr(polls, "LongPollNamespace")
    monkeypatch.setattr("service.cluster.leaving.load_serve", lambda: _Serve())

    async def test() -> None:
        with draining_when_stopped(Drain(1.0)):
            pass

    with caplog.at_level(logging.WARNING):
        asyncio.run(test())
    assert "streams will not be told" in caplog.text


class _Serve:
    def get_replica_context(self) -> object:
        raise AttributeError("replica_id")
