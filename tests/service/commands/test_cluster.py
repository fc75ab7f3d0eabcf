from __future__ import annotations

import socket
import sys

import pytest

from service.cli import main
from service.commands.cluster import _reason


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says before it fails."""
    with pytest.raises(SystemExit) as exit_:
        main(["cluster", *arguments])
    assert exit_.value.code == 1
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("replicas", "'replicas' is not NAME=VALUE"),
        ("replicas=2", "replicas: there is no such option"),
        ("gpus=-1", "gpus: "),
        ("max_streams=0", "FLOWPOSE_MAX_STREAMS"),
    ],
)
def test_what_makes_no_sense_is_told(word: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in told(capsys, word)


def test_a_cluster_that_cannot_be_reached_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"127.0.0.1:{server.getsockname()[1]}"
    assert f"The Ray cluster cannot be reached: Nothing answers at {nobody}" in told(
        capsys, "--address", nobody
    )


def test_without_ray_it_is_told_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each == "ray" or each.startswith("ray.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "flowpose[ray]" in told(capsys)


def test_of_serves_tracebacks_the_replicas_own_words_are_told() -> None:
    account = (
        "The deployment failed to start 3 times in a row. Error:\nray::ServeReplica.initialize()\n"
        'RuntimeError: Traceback (most recent call last):\n  File "x.py", line 3, in file_of\n'
        "    raise ModelMissing(name)\nservice.networks.catalogue.ModelMissing: It is not here: pull it.\n"
    )
    assert _reason(account) == "It is not here: pull it."
    assert _reason("No cores.") == "No cores."
