from __future__ import annotations

import os
import signal
from pathlib import Path

from service.jobs.owner import Owner


def dead_owner(folder: Path) -> str:
    """The name of a process that was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, Owner(folder).name.encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    name = os.read(read, 500).decode()
    os.close(read)
    os.close(write)
    return name


def test_a_process_that_was_killed_is_gone_and_one_that_lives_is_not(tmp_path: Path) -> None:
    me, other = Owner(tmp_path), Owner(tmp_path)
    dead = dead_owner(tmp_path)
    assert me.gone({me.name, other.name, dead, "one of another machine"}) == {dead}
    other.close()
    me.close()


def test_traces_of_the_dead_are_swept_unless_somebody_still_needs_them(tmp_path: Path) -> None:
    me = Owner(tmp_path)
    needed, dead = dead_owner(tmp_path), dead_owner(tmp_path)
    me.sweep({needed})
    assert {path.name for path in tmp_path.iterdir()} == {me.name, needed}
    assert not me.is_known(dead)
    me.close()
    me.close()
    assert {path.name for path in tmp_path.iterdir()} == {needed}
