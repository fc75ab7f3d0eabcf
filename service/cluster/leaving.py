"""How a replica learns that it is to stop, while there is time to tell its streams.

Serve waits for all requests of a replica to end before it says anything to the application, and a stream is
a request: it would go on until its time is over, and then be cut off without a word. But Serve tells its
proxies at once where not to send requests any more, by a long poll that is asked here too. Ray has no public
name for it; with a Ray that has other names for it, streams are cut off, and the log says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from service.api.drain import Drain
from service.cluster.connection import load_serve

STOPPING = "STOPPING"

logger = logging.getLogger(__name__)


@contextmanager
def draining_when_stopped(drain: Drain) -> Iterator[None]:
    """Run the drain as soon as Serve has begun to stop this replica, while the block lasts.

    Enter it in the event loop of a replica.
    """
    try:
        watch = _Watch(drain)
    except (ImportError, AttributeError, TypeError) as error:
        logger.warning("streams will not be told when this replica stops: %s; Ray has changed", error)
        yield
        return
    try:
        yield
    finally:
        watch.close()


class _Watch:
    """Belongs to the event loop it was made in."""

    def __init__(self, drain: Drain) -> None:
        polls = import_module("ray.serve._private.long_poll")
        context = load_serve().get_replica_context()
        client = import_module("ray.serve.context")._get_global_client()
        self._drain = drain
        self._loop = asyncio.get_running_loop()
        self._id: Any = context.replica_id
        self._details = client.get_serve_details
        self._listed = False
        self._task: asyncio.Task[None] | None = None
        targets = (polls.LongPollNamespace.DEPLOYMENT_TARGETS, self._id.deployment_id)
        name = f"flowpose:{self._id.unique_id}"
        self._poll = polls.LongPollClient(client._controller, {targets: self._hear}, self._loop, name)

    def close(self) -> None:
        self._poll.stop()
        if self._task is not None:
            self._task.cancel()

    def _hear(self, targets: Any) -> None:
        """Where requests go has changed."""
        here = any(each.replica_id == self._id for each in targets.running_replicas)
        if self._listed and not here and (self._task is None or self._task.done()):
            self._task = self._loop.create_task(self._look())
        self._listed = self._listed or here

    async def _look(self) -> None:
        """A replica that takes on new options is not listed for a moment either: ask."""
        try:
            stops = await asyncio.to_thread(self._stops)
        except Exception:  # of Ray, of many kinds: its controller cannot be asked
            logger.exception("requests are not sent here any more, and Serve does not say why")
            return
        if stops:
            logger.info("Serve stops this replica")
            await self._drain.run()

    def _stops(self) -> bool:
        id_ = self._id
        applications = self._details()["applications"]
        deployments = applications.get(id_.deployment_id.app_name, {}).get("deployments", {})
        replicas = deployments.get(id_.deployment_id.name, {}).get("replicas", [])
        states = [each["state"] for each in replicas if each["replica_id"] == id_.unique_id]
        return states in ([], [STOPPING])
