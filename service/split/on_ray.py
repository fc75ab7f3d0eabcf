"""Workers on a Ray cluster. The only place that imports Ray for videos, and only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from service.cluster.connection import LOCAL, connected
from service.split.address import WorkersAddress
from service.split.crew import Hire, WorkerDied
from service.split.errors import WorkersUnreachable
from service.split.identity import Identity
from service.split.task import Order, Result, Task
from service.split.work import Bench

HIRE_S = 120.0  # for a place on the cluster, a process there, and its networks
MAX_TOLD = 600  # characters of an error
STORE_BYTES = 200 << 20  # of a Ray of our own: it holds some segments' answers


class Actor:
    """A bench on the cluster, opened when it is first asked: what goes wrong then is told by name.

    Parameters
    ----------
    order
        What holds for all segments.
    bench
        What it works on.
    """

    def __init__(self, order: Order, bench: type[Bench] = Bench) -> None:
        self._order = order
        self._kind = bench
        self._bench: Bench | None = None

    def identity(self) -> Identity:
        """See :meth:`service.split.crew.Worker.identity`."""
        return self._opened().identity()

    def work(self, task: Task) -> Result:
        """See :meth:`service.split.crew.Worker.work`."""
        return self._opened().work(task)

    def _opened(self) -> Bench:
        if self._bench is None:
            self._bench = self._kind(self._order)
        return self._bench


class RayWorker:
    """An actor with a bench of its own; see :class:`service.split.crew.Worker`.

    Parameters
    ----------
    ray
        The module.
    actor
        Handle of an :class:`Actor`.
    """

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray = ray
        self._actor = actor

    def identity(self) -> Identity:
        """See :meth:`service.split.crew.Worker.identity`."""
        identity: Identity = self._got(self._actor.identity.remote(), HIRE_S)
        return identity

    def work(self, task: Task) -> Result:
        """See :meth:`service.split.crew.Worker.work`."""
        result: Result = self._got(self._actor.work.remote(task), None)
        return result

    def close(self) -> None:
        """See :meth:`service.split.crew.Worker.close`."""
        with suppress(Exception):  # it, or the cluster, is gone
            self._ray.kill(self._actor)

    def _got(self, answer: Any, timeout_s: float | None) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(answer, timeout=timeout_s)
        except errors.GetTimeoutError as error:
            raise WorkersUnreachable(
                f"The cluster gave no place to a worker in {HIRE_S:g} s: it has fewer free cores or cards."
            ) from error
        except errors.RayTaskError as error:
            raise _cause(error) from error
        except errors.OutOfMemoryError as error:
            raise WorkerDied(_in_short(error), out_of_memory=True) from error
        except (errors.RayError, ConnectionError) as error:
            raise _cause(error) from error


def _cause(error: Any) -> Exception:
    """What happened in the worker, as it would have been without Ray between."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, MemoryError):
        return WorkerDied(_in_short(error), out_of_memory=True)
    if isinstance(cause, Exception):
        return cause
    return WorkerDied(_in_short(error))


def _in_short(error: Exception) -> str:
    """What Ray tells over many lines, the reason among the last."""
    return " ".join(str(error).split())[:MAX_TOLD] or type(error).__name__


@contextmanager
def hiring(address: WorkersAddress, order: Order) -> Iterator[tuple[Hire, int]]:
    """Connect to the cluster, for as long as the block lasts.

    Yields
    ------
    How to hire workers there, and how many have room.

    Raises
    ------
    RayMissing, ClusterUnreachable
    """
    with on_cluster(address) as ray:
        yield _hire(ray, address, order), _room(ray, address)


def on_cluster(address: WorkersAddress) -> AbstractContextManager[Any]:
    """Ray, connected; a connection that there is already is used, and stays. Raises as :func:`hiring`."""
    return connected(address.cluster, **_own(address))


def _own(address: WorkersAddress) -> dict[str, Any]:
    """What a Ray of our own is started with."""
    if address.host != LOCAL:
        return {}
    cores = (address.workers or 0) * address.cpus or None
    return {"num_cpus": cores, "object_store_memory": STORE_BYTES, "include_dashboard": False}


def _room(ray: Any, address: WorkersAddress) -> int:
    if address.workers is not None:
        return address.workers
    has: dict[str, float] = ray.cluster_resources()
    room = has.get("CPU", 0) // address.cpus
    if address.gpus:
        room = min(room, has.get("GPU", 0) // address.gpus)
    return max(1, int(room))


def _hire(ray: Any, address: WorkersAddress, order: Order) -> Callable[[], RayWorker]:
    needs = {"num_cpus": address.cpus, "num_gpus": address.gpus, "max_restarts": 0, "max_task_retries": 0}
    actor = ray.remote(**needs)(Actor)

    def hire() -> RayWorker:
        return RayWorker(ray, actor.remote(order))

    return hire
