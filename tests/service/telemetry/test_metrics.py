from __future__ import annotations

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as parse

from service.api.problems import Busy
from service.media.errors import NotAVideo
from service.telemetry.gauges import Gauges
from service.telemetry.gpu import GpuMemory
from service.telemetry.metrics import Metrics
from service.telemetry.visit import Visit


def samples(metrics: Metrics) -> dict[str, float]:
    """Each sample by its name and labels."""
    text = metrics.text("")[0].decode()
    return {
        f"{sample.name}{sorted(sample.labels.items()) if sample.labels else ''}": sample.value
        for family in parse(text)
        for sample in family.samples
    }


def test_two_applications_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.processed("file")
    name = "pose_frames_processed_total[('mode', 'file')]"
    assert samples(one)[name] == 1
    assert name not in samples(other)


def test_a_visit_tells_what_it_hears() -> None:
    metrics = Metrics()
    visit = Visit(metrics, {"request_id": "one"})
    for stage in ("decode", "find", "decode"):
        visit.stage(stage, 0.25)
    visit.answered("live", "provisional")
    visit.answered("live", "final")
    visit.dropped("busy")
    visit.lagged(0.2)
    visit.sent("final", 0.4)
    visit.waited(0.1)
    visit.ran(4)
    told = samples(metrics)
    assert told["pose_frames_decoded_total"] == 2
    assert told["pose_stage_seconds_sum[('stage', 'decode')]"] == 0.5
    assert told["pose_stage_seconds_count[('stage', 'detect')]"] == 1
    assert told["pose_frames_processed_total[('mode', 'live')]"] == visit.frames == 1
    assert told["pose_frames_dropped_total[('reason', 'busy')]"] == 1
    assert told["pose_stream_lag_seconds_sum"] == 0.2
    assert told["pose_end_to_end_seconds_sum[('stage', 'final')]"] == 0.4
    assert told["pose_queue_wait_seconds_sum"] == 0.1
    assert told["pose_batch_size_sum"] == 4
    assert (visit.stages["decode"].count, visit.stages["decode"].seconds) == (2, 0.5)


def test_problems_are_counted_by_the_room_that_found_them() -> None:
    metrics = Metrics()
    visit = Visit(metrics, {})
    for problem in (Busy("full"), NotAVideo("text"), NotAVideo("text")):
        visit.told(type(problem), problem.name)
    told = samples(metrics)
    assert told["pose_problems_total[('problem', 'busy'), ('room', 'api')]"] == 1
    assert told["pose_problems_total[('problem', 'not-a-video'), ('room', 'media')]"] == 2
    assert visit.problem == "not-a-video"


def test_what_is_there_at_the_moment_is_asked_when_it_is_read() -> None:
    metrics, streams = Metrics(), [1]
    gauges = Gauges(lambda: len(streams), lambda: 2, lambda: 3, GpuMemory("cpu"), lambda: {"running": 4})
    metrics.registry.register(gauges)
    assert samples(metrics)["pose_sessions_active"] == 1
    streams.append(2)
    told = samples(metrics)
    assert (told["pose_sessions_active"], told["pose_videos_active"], told["pose_queue_depth"]) == (2, 2, 3)
    assert told["pose_jobs[('state', 'running')]"] == 4
    assert not any(name.startswith("pose_gpu_memory_bytes") for name in told)


def test_what_runs_is_told_as_long_as_it_runs() -> None:
    metrics = Metrics()
    for _ in range(2):
        with metrics.described("pose_build_info", "Build.", {"version": "1"}):
            assert samples(metrics)["pose_build_info[('version', '1')]"] == 1
    assert not any(name.startswith("pose_build_info") for name in samples(metrics))


def test_open_metrics_is_given_to_who_asks_for_it() -> None:
    metrics = Metrics()
    metrics.processed("file")
    text, media_type = metrics.text("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    assert "pose_frames_processed" in {family.name for family in open_metrics(text.decode())}


def test_a_card_that_is_not_there_says_nothing() -> None:
    memory = GpuMemory("cuda:9")
    assert dict(memory.read()) == {}
    memory.close()
    memory.close()
