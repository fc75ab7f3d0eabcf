from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.cli import main
from service.commands.bench_device import networks_of
from service.networks.catalogue import ModelUnknown
from service.settings import Settings


def test_a_network_and_its_half_are_measured_and_the_papers_own() -> None:
    assert networks_of(Settings(), "blazepose-lite") == ("blazepose-lite", "blazepose-lite-fp16")
    assert networks_of(Settings(), "spatial-net-fusion-int8") == ("spatial-net-fusion-int8",)
    papers = ("spatial-net-fusion", "spatial-net-fusion-fp16")
    assert networks_of(Settings(model="blazepose-full"), None) == (
        "blazepose-full",
        "blazepose-full-fp16",
        *papers,
    )
    with pytest.raises(ModelUnknown):
        networks_of(Settings(), "gpt")


def test_without_a_video_the_device_is_measured_table_by_table(
    models_dir: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = (
        "bench --device cpu --model blazepose-full --window 1 --frames 2 --seconds 0 --batch 1 --streams 1"
    )
    told = tmp_path / "told.json"
    with pytest.raises(SystemExit) as ended:
        main([*arguments.split(), "--live", "1", "--json", str(told)])
    assert ended.value.code == 0
    tables = json.loads(told.read_text())
    assert [table["name"] for table in tables] == ["networks", "flow", "path", "stages", "live"]
    out = capfd.readouterr().out
    assert all(f"### {table['title']}" in out for table in tables)
    assert {row["network"] for row in tables[2]["rows"]} == {"blazepose-full"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("bench --flow none --people 2", "--flow, --people: only with a VIDEO"),
        ("bench {video} --streams 2 --json x", "--streams, --json: not with a VIDEO"),
    ],
)
def test_options_that_would_not_count_are_refused(
    arguments: str, told: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(SystemExit) as ended:
        main(arguments.format(video=tmp_path / "a.mp4").split())
    assert ended.value.code == 1
    assert told in capfd.readouterr().err
