"""Live streams by clients that know no manners, beside one that does.

    python -m tests.fuzz.sockets --examples 1000

Hypothesis makes up what a client says: messages of every kind, broken, too large, in the wrong order, in
pieces, bytes that are no WebSocket, and leaving without a word. The server must end each stream with a close
code that the protocol names, or go on and count right; meanwhile an honest stream gets all its answers.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from service.server import TOLD_UP_TO
from tests.fuzz.tally import Tally
from tests.running import RunningServer, eventually, pulled_networks
from tests.streaming import StreamClient, encoded, message, picture, start, stream_threads

MAX_BYTES = 100_000
GOING_ON = 1000
NAMED = {GOING_ON, 1002, 1003, 1007, 1008, 1009, 1013}  # 1011 would be a fault of the server
CUT = {1006, None}  # what a client sees that broke off itself, or was reset
SLOW_S = 20.0
STARTED = {"flow": "none", "lookahead": 0, "stale_s": 10}
SMALL = encoded(picture(0)[:64, :64])
ABRUPT = struct.pack("ii", 1, 0)  # SO_LINGER: a reset instead of an end

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CHOICES = (
    *("model", "people", "crop", "box", "flow", "window", "lookahead", "stages", "max_fps", "stale_s"),
    *("heatmap", "key", "type", "pooling", "refine"),
)
choices = st.sampled_from(CHOICES)
odd_start = st.dictionaries(choices, values, min_size=1, max_size=3).map(
    lambda told: json.dumps({"type": "start", **told})
)
good_start = st.just(start(**STARTED))
pictures = st.tuples(
    st.integers(0, 2**64 - 1) | st.integers(0, 10**6), st.just(SMALL) | st.binary(max_size=40)
)
steps = st.one_of(
    st.tuples(st.just("say"), good_start | odd_start | st.just('{"type":"stop"}')),
    st.tuples(st.just("say"), st.text(max_size=60) | values.map(json.dumps) | st.just("x" * (MAX_BYTES + 1))),
    st.tuples(st.just("say"), pictures.map(lambda each: message(each[1], each[0]))),
    st.tuples(st.just("say"), st.binary(max_size=60) | st.integers(0, 6 * MAX_BYTES).map(bytes)),
    st.tuples(st.just("pieces"), st.lists(st.binary(max_size=30), min_size=1, max_size=5)),
    st.tuples(st.just("bytes"), st.binary(min_size=1, max_size=30)),
    st.tuples(st.just("ping"), st.just(None)),
    st.tuples(st.just("wait"), st.just(0.02)),
    st.tuples(st.just("leave"), st.just(None)),
)
# Most begin as they should, or nothing behind the door would ever be tried.
talks = st.tuples(st.booleans() | st.just(True), st.lists(steps, min_size=1, max_size=10)).map(
    lambda talk: [("say", start(**STARTED))] * talk[0] + talk[1]
)


class Honest:
    """A stream that sends a picture, waits for its answer, and sends the next, until told to stop."""

    def __init__(self, server: RunningServer) -> None:
        self.sent = self.answered = 0
        self.end: dict[str, Any] = {}
        self._server = server
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Honest:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        with StreamClient(self._server) as client:
            client.start(**STARTED | {"crop": "full"})
            while not self._stopped.wait(0.05):
                client.send(self.sent)
                self.sent += 1
                self.answered += client.next()["type"] == "pose"
            self.end = client.stop()[-1]


class Attack:
    """One run against a server that is running."""

    def __init__(self, server: RunningServer) -> None:
        self.tally = Tally()
        self._server = server

    def run(self, examples: int, seed_: int | None) -> Tally:
        """Hold so many talks; None repeats itself."""
        bounds = settings(
            max_examples=examples,
            derandomize=seed_ is None,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        tested = given(talks)(self.attempt)
        with Honest(self._server) as honest:
            bounds(tested if seed_ is None else seed(seed_)(tested))()
        if not honest.sent == honest.answered == honest.end.get("answered"):
            self.tally.found["the honest stream lost"] = f"{honest.sent}, {honest.answered}, {honest.end}"
        self.tally.cases["pictures of the honest stream, all answered"] += honest.answered
        if not eventually(lambda: self._server.streams.open == 0 and stream_threads() == []):
            self.tally.found["streams are left"] = str(stream_threads())
        return self.tally

    def attempt(self, talk: list[tuple[str, Any]]) -> None:
        """Hold one talk, and see how it ends."""
        began_s = time.monotonic()
        with StreamClient(self._server) as client:
            rude = talked(client, talk)
            answers = ended(client)
            code = client.code
        took_s = time.monotonic() - began_s
        last = answers[-1] if answers else {}
        self.tally.note("talks", f"{code} {last.get('problem', last.get('type'))}", took_s)
        wrong = judged(code, last, rude)
        if wrong or took_s > SLOW_S:
            self.tally.found.setdefault(f"{wrong} {code}", f"{took_s:.1f} s, {talk!r}"[:2000] + f" -> {last}")


def talked(client: StreamClient, talk: list[tuple[str, Any]]) -> bool:
    """Say it all, as far as the server listens; whether it may be cut off for that without a word."""
    rude = False
    with suppress(ConnectionClosed, OSError):
        for kind, what in talk:
            rude = rude or _may_be_cut(kind, what)
            _say(client, kind, what)
    return rude


def _may_be_cut(kind: str, what: Any) -> bool:
    """Whether it may just end: what is far too large is not read, and a reset overtakes the close code."""
    return kind in ("bytes", "leave") or (kind == "say" and len(what) > TOLD_UP_TO * MAX_BYTES)


def _say(client: StreamClient, kind: str, what: Any) -> None:
    raw: socket.socket = client.socket.socket
    match kind:
        case "say" | "pieces":
            client.socket.send(what)
        case "bytes":
            raw.sendall(what)
        case "ping":
            client.socket.ping(what)
        case "wait":
            time.sleep(what)
        case "leave":
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
            raw.shutdown(socket.SHUT_RDWR)


def ended(client: StreamClient) -> list[dict[str, Any]]:
    """Say `stop` to what still goes on; all answers."""
    with suppress(ConnectionClosed, OSError):
        client.socket.send('{"type":"stop"}')
    return client.rest()


def judged(code: int | None, last: dict[str, Any], rude: bool) -> str:
    """What is wrong with an end; empty if nothing is."""
    if code in CUT:
        return "" if rude else "cut off"
    if code not in NAMED:
        return "unnamed"
    if code == GOING_ON and last.get("type") == "end":
        return "" if last["received"] == _summed(last) else f"counts wrong: {last}"
    return ""


def _summed(end: dict[str, Any]) -> int:
    return int(end["answered"] + end["errors"] + sum(end["dropped"].values()))


def served(folder: Path) -> RunningServer:
    """A server that takes small messages."""
    temp = folder / "temp"
    temp.mkdir()
    limits = {"max_stream_frame_bytes": MAX_BYTES, "stream_idle_s": 5.0}
    return RunningServer(temp, device="cpu", jobs_dir=str(folder / "jobs"), **limits)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    pulled_networks()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server:
        tally = Attack(server).run(chosen.examples, chosen.seed)
    print(tally.report())
    if tally.found:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
