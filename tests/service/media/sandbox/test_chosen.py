"""Which reader the operator's choice means."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from service.media.reader import HERE
from service.media.sandbox import chosen
from service.media.sandbox.choice import SandboxChoice
from service.media.sandbox.chosen import chosen_reader, sandbox_here
from service.media.sandbox.errors import SandboxUnavailable
from service.media.sandbox.sandbox import Sandbox

AUTO, ON, OFF = SandboxChoice.AUTO, SandboxChoice.ON, SandboxChoice.OFF
NO_LIBRARY = "raise RuntimeError('Unable to find libseccomp')\n"


def is_sandbox(choice: SandboxChoice, *, trusted: bool = False) -> bool:
    with chosen_reader(choice, 30.0, trusted=trusted) as reader:
        return isinstance(reader, Sandbox)


def test_uploads_go_into_the_sandbox_and_own_files_do_not(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert is_sandbox(AUTO)
    assert "few system calls (seccomp)" in caplog.text
    assert not is_sandbox(AUTO, trusted=True)
    assert is_sandbox(ON, trusted=True)
    assert not is_sandbox(OFF)


def test_other_systems_decode_in_their_own_process_and_say_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(chosen.sys, "platform", "darwin")
    with chosen_reader(AUTO, 30.0) as reader:
        assert reader is HERE
    assert "Linux only" in caplog.text
    with pytest.raises(SandboxUnavailable, match="Linux only"), chosen_reader(ON, 30.0):
        pytest.fail("it started")
    assert sandbox_here() == ["does not work: Processes are confined on Linux only."]


def test_a_machine_without_the_filter_of_system_calls_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "pyseccomp.py").write_text(NO_LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)
    assert is_sandbox(AUTO)
    assert "cannot here: few system calls (seccomp): [Errno 38] Unable to find libseccomp" in caplog.text
    with pytest.raises(SandboxUnavailable, match="libseccomp"), chosen_reader(ON, 30.0):
        pytest.fail("it started")
    assert any(line.startswith("not here: few system calls") for line in sandbox_here())
