"""How often clients ask: a bucket of tokens for each, which fills evenly and lets bursts through."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

from service.access.client import Client
from service.access.problems import TooManyRequests

MOST_BUCKETS = 4096  # of addresses there may be many; the one that asked least lately is forgotten


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float

    def fill(self, rate: float, burst: int, now_s: float) -> None:
        self.tokens = min(burst, self.tokens + (now_s - self.at_s) * rate)
        self.at_s = now_s


@dataclass(frozen=True, slots=True)
class Share:
    """What is left of a client's requests.

    Attributes
    ----------
    burst
        Requests that may come at once.
    window_s
        Seconds in which as many come to be allowed.
    left
        Requests that may come now.
    full_s
        Seconds until all of the burst is allowed again.
    """

    burst: int
    window_s: float
    left: int
    full_s: float

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them, in whole seconds, never too few."""
        return {
            "RateLimit-Policy": f'"requests";q={self.burst};w={math.ceil(self.window_s)}',
            "RateLimit": f'"requests";r={self.left};t={math.ceil(self.full_s)}',
        }


class Rates:
    """Counts the requests of every client; belongs to the event loop."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: Client, now_s: float) -> Share | None:
        """Count a request.

        Parameters
        ----------
        client
            Whose it is.
        now_s
            By `time.monotonic`.

        Returns
        -------
        What is left; None for a client without such a limit.

        Raises
        ------
        TooManyRequests
            It comes too soon after the others, and is not counted.
        """
        rate, burst = client.limits.requests_per_s, client.limits.request_burst
        if rate is None:
            return None
        bucket = self._bucket(client.name, burst, now_s)
        bucket.fill(rate, burst, now_s)
        taken = bucket.tokens >= 1
        bucket.tokens -= taken
        share = Share(burst, burst / rate, int(bucket.tokens), (burst - bucket.tokens) / rate)
        if taken:
            return share
        wait_s = (1 - bucket.tokens) / rate
        raise TooManyRequests(
            f"{rate:g} requests a second are allowed, {burst} at once; come again in {wait_s:.2f} s.",
            {"Retry-After": str(math.ceil(wait_s)), **share.headers},
        )

    def _bucket(self, name: str, burst: int, now_s: float) -> _Bucket:
        bucket = self._buckets.setdefault(name, _Bucket(burst, now_s))
        self._buckets.move_to_end(name)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return bucket
