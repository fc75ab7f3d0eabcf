"""Everything that goes wrong around a server, while good clients work: they must lose nothing.

    python -m tests.faults.storm --seconds 120

Starts the real server, learns from it what the right answers are while it is quiet, and then lets three good
clients (videos, jobs, live streams) work without a pause while decoders are killed, the disk is filled,
connections are cut, broken files come, and clients do not read or stand still. Every answer that a good
client gets must equal the quiet one's byte for byte; 503 and 507 tell it to come again. At the end nothing
may be left.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.faults.faults import Faults
from tests.faults.good_clients import GoodClients
from tests.faults.kill_jobs import write_clip
from tests.faults.places import server_on, small_disk, workers
from tests.faults.served import ServedProcess
from tests.running import eventually, pulled_networks

SHORT, LONG = 16, 400  # frames
SLACK = 6  # descriptors
SANDBOX = "auto"


@dataclass
class Storm:
    """What came of it.

    Attributes
    ----------
    injected, survived
        Faults by name, and those that the server answered as it promises.
    done, again, lost
        Of the good clients.
    left
        What the server kept afterwards.
    skipped
        Why a fault was not injected.
    slowest_s
        The longest that a fault took, by name.
    """

    injected: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    slowest_s: dict[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether all is as it must be."""
        return self.injected == self.survived and not self.lost and not self.left

    def table(self) -> str:
        """To be printed."""
        rows = [
            f"| {name} | {count} | {self.survived[name]} | {self.slowest_s[name]:.1f} |"
            for name, count in self.injected.items()
        ]
        total = f"| all | {self.injected.total()} | {self.survived.total()} | |"
        head = ["| fault | injected | survived | longest, s |", "|---|---|---|---|", *rows, total]
        works = ", ".join(f"{count} {kind}" for kind, count in self.done.items())
        told = f"good clients: {works} as in the quiet run; told to come again {self.again.total()} times"
        lost = f"work lost: {len(self.lost)}"
        return "\n".join([*head, told, lost, *self.lost, *self.left, *self.skipped])


def through(folder: Path, seconds: float, seed: int) -> Storm:
    """Let it storm for so long; each fault comes at least once."""
    storm, chance = Storm(), random.Random(seed)
    temp = folder / "small"
    with small_disk(temp) as why_not:
        storm.skipped += [why_not] if why_not else []
        server = ServedProcess(folder, device="cpu", threads=1, sandbox=SANDBOX, temp_dir=temp)
        try:
            server.start()
            server.wait_until_up()
            _rage(storm, server, folder, None if why_not else temp, seconds, chance)
            _look(storm, server, temp)
        finally:
            server.stop()
    return storm


def _rage(
    storm: Storm,
    server: ServedProcess,
    folder: Path,
    temp: Path | None,
    seconds: float,
    chance: random.Random,
) -> None:
    short = write_clip(folder / "short.mp4", SHORT).read_bytes()
    long = write_clip(folder / "long.mp4", LONG).read_bytes()
    with (
        closing(Faults(server, folder, temp, long, short, chance)) as faults,
        GoodClients(server, short) as clients,
    ):
        ends_s = time.monotonic() + seconds
        waiting: list[str] = []
        while time.monotonic() < ends_s or not set(faults.all) <= set(storm.injected):
            waiting = waiting or chance.sample(sorted(faults.all), len(faults.all))
            name = waiting.pop()
            _inject(storm, name, faults.all[name])
    storm.done, storm.again, storm.lost = clients.done, clients.again, clients.lost


def _inject(storm: Storm, name: str, fault: Callable[[], bool]) -> None:
    storm.injected[name] += 1
    began_s = time.monotonic()
    try:
        survived = fault()
    except (httpx.HTTPError, OSError) as error:
        survived = False
        storm.left.append(f"{name}: {error!r}")
    storm.survived[name] += survived
    storm.slowest_s[name] = max(storm.slowest_s.get(name, 0.0), time.monotonic() - began_s)


def _look(storm: Storm, server: ServedProcess, temp: Path) -> None:
    """What is left when all have gone."""
    process = server_on(server.port)
    incoming = server.folder / "jobs" / "incoming"

    def left() -> list[str]:
        decoders = [f"decoder {each.pid}" for each in workers(process)[1:]]
        kept = [path for folder in (temp, incoming) for path in folder.rglob("*") if path.is_file()]
        files = [str(path) for path in kept]
        return decoders + files + _sockets(process)

    if not eventually(lambda: not left()):
        storm.left += [f"left: {each}" for each in left()]


def _sockets(process: psutil.Process) -> list[str]:
    """Connections that are open, or that the server has not let go of."""
    here = process.net_connections("tcp")
    return [str(each) for each in here if each.status in ("ESTABLISHED", "CLOSE_WAIT")]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    pulled_networks()
    with tempfile.TemporaryDirectory() as folder:
        storm = through(Path(folder), chosen.seconds, chosen.seed)
    print(storm.table())
    if not storm.good:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
