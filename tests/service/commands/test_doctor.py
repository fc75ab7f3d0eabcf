from __future__ import annotations

from pathlib import Path

from service.access.key_file import write_keys
from service.commands.doctor import access_told
from service.settings import Settings


def test_who_may_use_the_service_is_told(tmp_path: Path) -> None:
    assert "only this machine" in access_told(Settings(host="127.0.0.1"))
    assert "whoever reaches it may use it" in access_told(Settings(host="0.0.0.0"))
    write_keys(tmp_path / "keys.jsonl", [])
    assert access_told(Settings(host="0.0.0.0", keys=tmp_path / "keys.jsonl")).startswith("0 keys in ")
    assert "No such file" in access_told(Settings(keys=tmp_path / "none.jsonl"))
