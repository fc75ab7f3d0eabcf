from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.access.key import Key, digest_of, new_secret
from service.access.key_file import read_keys, write_keys
from service.access.limits import KeyLimits
from service.access.problems import KeysUnusable

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GOOD = f'{{"name":"lab","sha256":"{"ab" * 32}","created":"2026-01-02T00:00:00Z"}}'


def key(name: str) -> Key:
    limits = KeyLimits(max_videos=2, requests_per_s=0.5)
    return Key(name=name, sha256=digest_of(new_secret()), created=NOW, expires=NOW, limits=limits)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    keys = (key("lab"), key("bench"))
    write_keys(tmp_path / "new" / "keys.jsonl", keys)
    assert read_keys(tmp_path / "new" / "keys.jsonl") == keys


def test_a_secret_is_long_and_new_each_time_and_its_digest_does_not_tell_it() -> None:
    secret, other = new_secret(), new_secret()
    assert secret != other
    assert len(secret) == len("fp_") + 43  # 256 bits in base 64
    assert secret not in digest_of(secret)


def test_a_new_file_is_the_owners_and_an_old_one_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "keys.jsonl"
    write_keys(path, [key("lab")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    write_keys(path, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["keys.jsonl"]


def test_empty_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "keys.jsonl"
    path.write_text(f"\n{GOOD}\n\n")
    assert [each.name for each in read_keys(path)] == ["lab"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "line 1: Invalid JSON"),
        (f"{GOOD}\nfp_thesecretitself", "line 2: Invalid JSON"),
        (GOOD.replace("ab", "xy"), "line 1: sha256"),
        (GOOD.replace("lab", "a b"), "line 1: name"),
        (GOOD.replace("Z", ""), "line 1: created"),
        (GOOD.replace("}", ',"limits":{"max_videos":-1}}'), r"line 1: limits\.max_videos"),
        (GOOD.replace("}", ',"colour":"red"}'), "line 1: colour"),
        (f"{GOOD}\n{GOOD}", "more than one key is called lab"),
        ("\xff", "keys"),
    ],
)
def test_a_broken_file_is_refused_by_line_and_never_quoted(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "keys.jsonl"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(KeysUnusable, match=told) as caught:
        read_keys(path)
    assert "fp_thesecretitself" not in caught.value.detail
    assert "ab" * 32 not in caught.value.detail


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysUnusable, match=r"Not a directory|File exists"):
        write_keys(tmp_path / "file" / "keys.jsonl", [])
