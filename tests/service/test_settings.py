from __future__ import annotations

from pathlib import Path

import pytest

from service.networks.device import Device
from service.settings import Settings, SettingsInvalid, read_settings


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FLOWPOSE_{name.upper()}", raising=False)


def test_without_an_environment_it_is_for_this_machine_only() -> None:
    settings = read_settings()
    assert (settings.host, settings.port, settings.device) == ("127.0.0.1", 8000, Device.AUTO)
    assert settings.model == "blazepose-full"
    assert settings.models_dir.name == "models"
    assert settings.models_dir.parent == settings.data_dir


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWPOSE_DEVICE", "cpu")
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", "/somewhere")
    monkeypatch.setenv("FLOWPOSE_PORT", "9000")
    monkeypatch.setenv("FLOWPOSE_MAX_VIDEOS", "3")
    settings = read_settings()
    assert settings.device is Device.CPU
    assert settings.models_dir == Path("/somewhere/models")
    assert (settings.port, settings.max_videos) == (9000, 3)


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWPOSE_PORT", "9000")
    monkeypatch.setenv("FLOWPOSE_HOST", "::1")
    settings = read_settings(port=7000, host=None)
    assert (settings.port, settings.host) == (7000, "::1")


def test_every_variable_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWPOSE_DEVICE", "gpu")
    monkeypatch.setenv("FLOWPOSE_PORT", "many")
    with pytest.raises(SettingsInvalid) as caught:
        read_settings()
    assert "FLOWPOSE_DEVICE: " in caught.value.detail
    assert "FLOWPOSE_PORT: " in caught.value.detail


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("", ()),
        ("https://Pose.example:443", ("https://pose.example",)),
        ("http://localhost:3000, null,", ("http://localhost:3000", "null")),
    ],
)
def test_origins_are_listed_with_commas(
    value: str, origins: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_settings().origins == ()
    monkeypatch.setenv("FLOWPOSE_ORIGINS", value)
    assert read_settings().origins == origins


def test_an_address_that_is_no_origin_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWPOSE_ORIGINS", "https://good.example, https://pose.example/page")
    with pytest.raises(SettingsInvalid, match=r"FLOWPOSE_ORIGINS: .*pose\.example/page.* is not an origin"):
        read_settings()


def test_names_and_proxies_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWPOSE_HOSTS", "Pose.example, *.lab.example,")
    monkeypatch.setenv("FLOWPOSE_TRUSTED_PROXIES", "10.0.0.0/8,::1")
    settings = read_settings()
    assert settings.hosts == ("pose.example", "*.lab.example")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("name", "value"), [("HOSTS", "https://a.example"), ("TRUSTED_PROXIES", "a.example")]
)
def test_a_name_or_proxy_that_is_none_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"FLOWPOSE_{name}", value)
    with pytest.raises(SettingsInvalid, match=f"FLOWPOSE_{name}: .*a.example"):
        read_settings()


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
