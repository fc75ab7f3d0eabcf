from __future__ import annotations

from pathlib import Path

import pytest

from service.cli import main
from service.commands.settings import rows
from service.settings import Settings

PAGE = Path(__file__).parents[3] / "deploy" / "settings.md"


def test_the_page_of_settings_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["settings", "--markdown"])
    told = "`flowpose settings --markdown > deploy/settings.md` makes it anew"
    assert PAGE.read_text(encoding="utf-8") == capsys.readouterr().out, told


def test_every_setting_is_listed_with_default_and_unit() -> None:
    listed = {name: rest for name, *rest in rows()}
    assert len(listed) == len(Settings.model_fields)
    assert listed["FLOWPOSE_UPLOAD_IDLE_S"][:2] == ["30", "s"]
    assert listed["FLOWPOSE_MAX_UPLOAD_BYTES"][:2] == [str(2 << 30), "bytes"]
    assert listed["FLOWPOSE_REQUESTS_PER_S"][:2] == ["", "1/s"]
    assert listed["FLOWPOSE_MAX_STREAM_FPS"][:2] == ["60", "frames/s"]
    assert listed["FLOWPOSE_DEVICE"][0] == "auto"
    assert listed["FLOWPOSE_ALLOW_CPU_NODES"][0] == "false"
    assert listed["FLOWPOSE_TRUSTED_PROXIES"][0] == "127.0.0.1, ::1"
    assert all(meaning and "\n" not in meaning for _, _, meaning in listed.values())


def test_the_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["settings"])
    assert "FLOWPOSE_PORT" in capsys.readouterr().out
