"""Who works: what `--workers` and `FLOWPOSE_WORKERS` say."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from pydantic import TypeAdapter

GRAMMAR = (
    "a number of processes here, ray://HOST:PORT, ray://auto or ray://local; after any of them may come "
    "?workers=2&cpus=1&gpus=0&segment=900"
)
ALONE = frozenset({"local", "auto"})  # a Ray of our own until we are done; the one this machine is part of


@dataclass(frozen=True, slots=True)
class WorkersAddress:
    """Where workers are, and what each has.

    Attributes
    ----------
    host
        None for processes of this machine; else ``local``, ``auto``, or the host of a Ray cluster.
    port
        Of the cluster's Ray client server.
    workers
        How many; None for as many as the cluster has room for.
    cpus
        Cores of each, and threads of its network.
    gpus
        Share of a card of each.
    segment
        Frames of one segment, or a few more; None to choose by the video's length.
    """

    host: str | None = None
    port: int = 10001
    workers: int | None = None
    cpus: int = 1
    gpus: float = 0.0
    segment: int | None = None

    @property
    def cluster(self) -> str:
        """The cluster's address as :func:`service.cluster.connection.connected` has it."""
        return str(self.host) if self.host in ALONE else f"ray://{self.host}:{self.port}"


CHOICES = frozenset({"workers", "cpus", "gpus", "segment"})
READ = TypeAdapter(WorkersAddress)


def read_address(text: str) -> WorkersAddress:
    """Understand an address.

    Raises
    ------
    ValueError
        It is none.
    """
    try:
        address = READ.validate_python(_said(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is not {GRAMMAR}") from error
    counts = (address.workers, address.cpus, address.segment)
    if any(count is not None and count < 1 for count in counts) or address.gpus < 0:
        raise ValueError(f"{text!r} is not {GRAMMAR}")
    return address


def _said(text: str) -> dict[str, object]:
    """What it says, unchecked."""
    parts = urlsplit(text if "://" in text else f"here://{text}")
    said: dict[str, object] = {}
    if parts.query:
        said |= dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    if not said.keys() <= CHOICES:
        raise ValueError("an unknown choice")
    if parts.scheme == "here":
        return said | {"workers": parts.netloc}
    if parts.scheme != "ray" or not parts.hostname:
        raise ValueError("no cluster")
    return said | {"host": parts.hostname} | ({"port": parts.port} if parts.port else {})


def plain_address(text: str) -> str:
    """The same text, if it is empty or an address; raises ValueError as :func:`read_address`."""
    if text:
        read_address(text)
    return text
