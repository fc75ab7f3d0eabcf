"""A worker: confines itself, does one job and ends."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TypeAlias

from service.errors import Problem
from service.media.sandbox import wire
from service.media.sandbox.inside.confinement import (
    Confinement,
    die_with,
    give_up_rights,
    own_address_space,
    take_limits,
)
from service.media.sandbox.job import Job, Task

Decode: TypeAlias = Callable[[Job, int, socket.socket], None]
"""Does a job with the open file of this number, and tells of it over the line."""

LINE = 3  # the descriptor after standard input, output and error
MAX_TOLD = 2000  # characters of an unforeseen error


def work(line: int, template: int, decode: Decode) -> NoReturn:
    """Be the worker whose line to the service has this number, and whose parent is the template."""
    try:
        die_with(template)
        _work(_alone_with(line), decode)
    finally:
        os._exit(0)  # whatever happened: what the template would do at its end is not to be done here


def _alone_with(line: int) -> socket.socket:
    """Close everything that came from the template but the line."""
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 2)
    if line != LINE:
        os.dup2(line, LINE)
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > LINE:
            with suppress(OSError):  # the list's own is among them
                os.close(descriptor)
    return socket.socket(fileno=LINE)


def _work(line: socket.socket, decode: Decode) -> None:
    born_with = own_address_space()
    confinement = give_up_rights()
    message, files = wire.receive(line, 1)
    wire.send(line, {"kind": "taken"})
    job = Job.from_message(message)
    take_limits(job, born_with)
    try:
        if job.task is Task.PROBE:
            _report(line, confinement)
        else:
            decode(job, files[0], line)
    except MemoryError:
        wire.send(line, {"kind": "out-of-memory"})
    except Problem as problem:
        wire.send(line, {"kind": "problem", "name": problem.name, "detail": problem.detail})
    except (EOFError, ConnectionError):  # the service is not interested any more
        pass
    except Exception:
        wire.send(line, {"kind": "failed", "told": traceback.format_exc()[-MAX_TOLD:]})


def _report(line: socket.socket, confinement: Confinement) -> None:
    wire.send(line, {"kind": "confined", "by": confinement.by, "missing": confinement.missing})
