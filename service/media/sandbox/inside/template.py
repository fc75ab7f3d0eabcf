"""The template: a process that has imported what decoding needs, and forks a worker for each file.

Started as ``python -m service.media.sandbox.inside.template DESCRIPTOR MODULE:FUNCTION``. It has one thread,
no networks, none of the service's environment and no open files but its line to the service, so that it may
fork, which the service itself must not. It ends when the service does, and takes its workers with it.
"""

from __future__ import annotations

import gc
import importlib
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from typing import cast

from service.media.sandbox import wire
from service.media.sandbox.inside.worker import Decode, work


class Template:
    """Forks a worker for each request that comes over the line.

    A request brings two sockets: the worker's line to the service, and one over which the service learns
    of the worker's birth (with a descriptor of the process) and death (with its wait status).
    """

    def __init__(self, line: socket.socket, decode: Decode) -> None:
        self._line = line
        self._decode = decode
        self._selector = selectors.DefaultSelector()
        self._selector.register(line, selectors.EVENT_READ)

    def run(self) -> None:
        """Fork until the service is gone."""
        with suppress(BrokenPipeError):  # it is gone already: the first request will not come
            wire.send(self._line, {"ready": True})
        while True:
            for key, _ in self._selector.select():
                if key.data is not None:
                    self._bury(cast(int, key.fileobj), *key.data)
                elif not self._next_request():
                    return

    def _next_request(self) -> bool:
        try:
            _, (worker, register) = wire.receive(self._line, 2)
        except (EOFError, ConnectionError):
            return False
        template = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # the service sees that its lines are closed
            os.close(worker)
            os.close(register)
            return True
        if pid == 0:
            work(worker, template, self._decode)
        os.close(worker)
        self._announce(pid, socket.socket(fileno=register))
        return True

    def _announce(self, pid: int, register: socket.socket) -> None:
        """Tell of the birth; the descriptor means this process for ever, which its number does not."""
        process = os.pidfd_open(pid)
        self._selector.register(process, selectors.EVENT_READ, (pid, register))
        _tell(register, {"born": True}, process)

    def _bury(self, process: int, pid: int, register: socket.socket) -> None:
        self._selector.unregister(process)
        os.close(process)
        _, status = os.waitpid(pid, 0)
        _tell(register, {"status": os.waitstatus_to_exitcode(status)})
        register.close()


def _tell(register: socket.socket, message: dict[str, object], *descriptors: int) -> None:
    with suppress(OSError):  # nobody waits for it any more
        wire.send(register, message, descriptors)


def main(descriptor: str, entry: str) -> None:
    """Serve the line that has this number, with the function of this name as decoder."""
    for stop in (signal.SIGINT, signal.SIGTERM):  # the service drains when it is told to stop; this waits
        signal.signal(stop, signal.SIG_IGN)
    module, _, name = entry.partition(":")
    decode = getattr(importlib.import_module(module), name)
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("the template has threads, and cannot fork safely")
    gc.freeze()  # or the collector touches, and so copies, every page that workers share
    Template(socket.socket(fileno=int(descriptor)), decode).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
