from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.access.key import Key, digest_of, new_secret
from service.access.key_file import write_keys
from service.access.keyring import Keyring
from service.access.problems import KeysUnusable


def key(name: str, secret: str, expires: datetime | None = None) -> Key:
    return Key(name=name, sha256=digest_of(secret), created=datetime.now(UTC), expires=expires)


def test_a_key_is_found_by_what_its_owner_shows(tmp_path: Path) -> None:
    secrets = {name: new_secret() for name in ("a", "b", "c")}
    write_keys(tmp_path / "keys", [key(*each) for each in secrets.items()])
    keyring = Keyring(tmp_path / "keys")
    assert len(keyring) == 3
    for name, secret in secrets.items():
        found = keyring.find(secret)
        assert found is not None
        assert found.name == name
    for wrong in ("", "fp_", secrets["a"][:-1], secrets["a"].upper(), digest_of(secrets["a"]), "é", "\ud800"):
        assert keyring.find(wrong) is None


def test_every_key_is_compared_in_constant_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_secret()
    write_keys(tmp_path / "keys", [key("a", first), key("b", new_secret()), key("c", new_secret())])
    keyring, compared = Keyring(tmp_path / "keys"), []
    true_one = hmac.compare_digest

    def counted(one: str, other: str) -> bool:
        compared.append((one, other))
        return true_one(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    assert keyring.find(first) is not None
    assert len(compared) == 3  # the one that is found ends nothing


def test_changes_of_the_file_are_seen(tmp_path: Path) -> None:
    path, secret = tmp_path / "keys", new_secret()
    write_keys(path, [key("a", new_secret())])
    keyring = Keyring(path)
    assert keyring.find(secret) is None
    write_keys(path, [key("b", secret)])
    assert keyring.find(secret) is not None
    assert (keyring.holds("a"), keyring.holds("b")) == (False, True)
    path.write_text("")
    assert keyring.find(secret) is None


def test_a_broken_file_is_told_once_and_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, secret = tmp_path / "keys", new_secret()
    write_keys(path, [key("a", secret)])
    keyring = Keyring(path)
    path.write_text(secret)
    for _ in range(3):
        assert keyring.find(secret) is not None
    path.unlink()
    assert keyring.holds("a")
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert secret not in caplog.text


def test_a_key_whose_time_is_over_is_not_held(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    over, soon = now - timedelta(seconds=1), now + timedelta(minutes=5)
    write_keys(tmp_path / "keys", [key("over", new_secret(), over), key("soon", new_secret(), soon)])
    keyring = Keyring(tmp_path / "keys")
    assert (keyring.holds("over"), keyring.holds("soon")) == (False, True)


def test_it_does_not_begin_with_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("nonsense")
    for path in (tmp_path / "keys", tmp_path / "none"):
        with pytest.raises(KeysUnusable):
            Keyring(path)
