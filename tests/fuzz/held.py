"""What a server in this process holds: to be the same after a fuzzer as before."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from tests.running import RunningServer, eventually

SLACK = 4  # descriptors: a worker that is born ahead, a socket that is being closed
SOON_S = 20.0


@dataclass(frozen=True, slots=True)
class Held:
    """Numbers of things."""

    processes: int
    descriptors: int
    files: int

    @classmethod
    def by(cls, server: RunningServer) -> Held:
        """Count now."""
        own = psutil.Process()
        return cls(len(own.children(recursive=True)), own.num_fds(), len(server.uploads()))

    def within(self, before: Held) -> bool:
        """Whether this is no more than before."""
        return (
            self.processes <= before.processes
            and self.descriptors <= before.descriptors + SLACK
            and self.files <= before.files
        )


def leaked(server: RunningServer, before: Held) -> str:
    """What is held more than before, also after a while; empty if nothing is."""
    if eventually(lambda: Held.by(server).within(before), SOON_S):
        return ""
    return f"before: {before}; after: {Held.by(server)}"
