from __future__ import annotations

import pytest

from service.cluster.app import app, deployed
from service.cluster.errors import ClusterOptionsInvalid
from service.cluster.options import read_options
from service.networks.device import Device
from service.settings import Settings, SettingsInvalid


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FLOWPOSE_{name.upper()}", raising=False)


def test_words_of_a_command_line_are_options_and_settings() -> None:
    options = read_options(
        {"max_replicas": "4", "gpus": "0.5", "model": "blazepose-lite", "max_streams": "3"}
    )
    assert (options.max_replicas, options.gpus) == (4, 0.5)
    settings = options.settings_here()
    assert (settings.model, settings.max_streams) == ("blazepose-lite", 3)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"replicas": 2}, "replicas: there is no such option"),
        ({"MODEL": "x"}, "MODEL"),
        ({"min_replicas": 0}, "min_replicas: "),
        ({"min_replicas": 3, "max_replicas": 2}, "max_replicas is 2, min_replicas 3"),
        ({"gpus": "-1"}, "gpus: "),
        ({"cpus": "many"}, "cpus: "),
        ({"target_streams": 0}, "target_streams: "),
        ({"look_back_s": 5}, "look_back_s: "),
        ({"settings": {"model": "x"}, "cpus": 0}, "cpus: "),
    ],
)
def test_what_makes_no_sense_is_named_before_anything_starts(given: dict[str, object], told: str) -> None:
    with pytest.raises(ClusterOptionsInvalid, match=told):
        app(given)


def test_a_setting_that_cannot_be_used_is_named_as_the_single_service_names_it() -> None:
    with pytest.raises(SettingsInvalid, match="FLOWPOSE_MAX_STREAMS"):
        app({"max_streams": "none"})


def test_options_go_before_the_environment_and_both_before_what_follows_from_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_options({"cpus": 3.5}).settings_here().threads == 3
    assert read_options({"cpus": 0.5}).settings_here().threads == 1
    assert read_options({"gpus": 1}).settings_here().device is Device.CUDA
    assert read_options({}).settings_here().device is Device.CPU
    assert read_options({"gpus": 1, "device": "auto"}).settings_here().device is Device.AUTO
    monkeypatch.setenv("FLOWPOSE_THREADS", "2")
    monkeypatch.setenv("FLOWPOSE_DEVICE", "cpu")
    settings = read_options({"gpus": 1, "cpus": 8}).settings_here()
    assert (settings.threads, settings.device) == (2, Device.CPU)
    assert read_options({"threads": 5}).settings_here().threads == 5


def test_serve_is_told_of_cores_cards_and_room_for_all_that_the_application_takes() -> None:
    told = deployed(
        read_options({"cpus": 2, "gpus": 0.25, "max_streams": 10, "max_videos": 3, "grace_s": 15})
    )
    assert told["ray_actor_options"] == {"num_cpus": 2, "num_gpus": 0.25}
    assert told["max_ongoing_requests"] > 10 + 2 * 3
    assert told["graceful_shutdown_timeout_s"] > 15
    assert told["num_replicas"] == 1
    assert "autoscaling_config" not in told


def test_serve_is_told_how_to_scale_where_the_number_may_change() -> None:
    told = deployed(read_options({"min_replicas": 2, "max_replicas": 5, "target_streams": 3}))
    scaling = told["autoscaling_config"]
    assert (scaling["min_replicas"], scaling["max_replicas"]) == (2, 5)
    assert scaling["policy"]["policy_kwargs"]["streams"] == 3
    assert "num_replicas" not in told
